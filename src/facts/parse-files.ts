import type { ConfigFile, OsFacts } from './facts.ts';
import { complete, decodeWord, RECORD_LIMIT, type Sections, words } from './parse-records.ts';

const KINDS: Readonly<Record<string, ConfigFile['kind']>> = {
  '+': 'file',
  '0': 'mask',
  '?': 'other',
  '!': 'unreadable',
  x: 'file',
  '-': 'file',
};
/** The record of a file: what it is, its path, and where the link leads when it is one. */
export const FILE = /^([-+0?!x]) (\S+)(?: (\S+))?$/;

/**
 * The files of a section that the probe went through to its end, in its order: directories by precedence, files by name. A
 * directory that could not be listed is an unreadable entry of its own.
 */
export function configFiles(sections: Sections, letter: string): ConfigFile[] | undefined {
  return complete(sections, letter) && filesOf(sections.get(letter) ?? []);
}

type Draft = Omit<ConfigFile, 'lines'> & { lines: { number: number; text: string }[] };

function filesOf(records: readonly string[]): Draft[] {
  const files: Draft[] = [];
  for (const text of records) {
    const [, kind = '', path = '', target] = FILE.exec(text) ?? [];
    const file = files.at(-1);
    if (KINDS[kind]) {
      const draft: Draft = { path: decodeWord(path), kind: KINDS[kind], lines: [] };
      if (target !== undefined) draft.target = decodeWord(target);
      if (/[-x]/.test(kind)) draft.executable = kind === 'x';
      files.push(draft);
    } else if (file) {
      addContent(file, text);
    }
  }
  return files;
}

function addContent(file: Draft, text: string): void {
  const line = /^(\d{1,7}) (.*)$/s.exec(text);
  if (text === 't' || (line && text.length > RECORD_LIMIT)) {
    file.truncated = true;
  } else if (text === 'e') {
    file.kind = 'unreadable';
    file.lines = [];
  } else if (line) {
    file.lines.push({ number: Number(line[1]), text: `${line[2]}` });
  }
}

const OS_FIELDS = { ID: 'id', VERSION_ID: 'versionId', VARIANT_ID: 'variantId', PRETTY_NAME: 'prettyName' } as const;

/** The fields of os-release that are not empty. */
export function osRelease(sections: Sections): OsFacts {
  const [file] = filesOf(sections.get('o') ?? []);
  const os: OsFacts = {};
  for (const { text } of file?.lines ?? []) {
    const [, key = '', raw = ''] = /^([A-Z_]+)=(.*)$/s.exec(text) ?? [];
    const value = unquoted(raw.trim());
    if (value === '') continue;
    if (key === 'ID_LIKE') os.idLike = words(value);
    else if (isOsField(key)) os[OS_FIELDS[key]] = value;
  }
  return os;
}

function isOsField(key: string): key is keyof typeof OS_FIELDS {
  return Object.hasOwn(OS_FIELDS, key);
}

/** A value of os-release as a shell would read it. */
function unquoted(value: string): string {
  const [, quote, inner = ''] = /^(["'])(.*)\1$/s.exec(value) ?? [];
  if (quote === undefined) return value;
  return quote === '"' ? inner.replace(/\\(["$`\\])/g, '$1') : inner;
}
