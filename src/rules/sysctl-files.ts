import type { ConfigFile } from '../collect/facts.ts';
import { effectiveFiles } from './config-files.ts';

/** A line of a sysctl file that sets one of the keys that were asked for. */
export interface Assignment {
  key: string;
  value: string;
  file: string;
  line: number;
}

/**
 * The lines that set one of the keys (or a pattern that covers one), in the order of the files. Candidates for "who wrote
 * this value", no more: which line wins at the next boot is for the boot simulation to say.
 */
export function assignments(files: readonly ConfigFile[] | undefined, keys: readonly string[]): Assignment[] {
  return effectiveFiles(files ?? []).flatMap((file) =>
    file.lines.flatMap(({ number, text }) => {
      const setting = parseSetting(text);
      const key = setting && keys.find((candidate) => covers(setting.key, candidate));
      return setting && key !== undefined ? [{ key, value: setting.value, file: file.path, line: number }] : [];
    }),
  );
}

/** `key = value`, where a leading - only means "ignore errors", and the key may be spelled with / instead of dots. */
function parseSetting(text: string): { key: string; value: string } | undefined {
  const match = /^\s*-?\s*([^\s=#;-][^\s=]*)\s*=(.*)$/.exec(text);
  if (!match) return undefined;
  const [, key = '', value = ''] = match;
  const slashed = /^[^./]*\//.test(key);
  return { key: slashed ? key.replaceAll(/[./]/g, (c) => (c === '/' ? '.' : '/')) : key, value: value.trim() };
}

function covers(pattern: string, key: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === key;
  const expression = pattern
    .replaceAll(/[^\w*?]/g, '\\$&')
    .replaceAll('*', '[^.]*')
    .replaceAll('?', '[^.]');
  return new RegExp(`^${expression}$`).test(key);
}
