import { dirname, resolve } from 'node:path';
import { LineCounter, parseAllDocuments } from 'yaml';
import { run } from '../text/advice.ts';
import { listed } from '../text/listed.ts';
import { shellWord } from '../text/shell-word.ts';
import { configurationError, type KubeError } from './errors.ts';

/** What is wrong with a file. The message names fields and lines, never a value, which may be a secret. */
class Unusable extends Error {}

/**
 * What a value has to be, as strictly as kubectl has it, because a token that YAML takes for a number is not the token that was meant: a
 * text, also as a path or a program relative to the file; a list of one shape; fields by their names (others are passed over), or of any (*).
 */
type Shape = 'text' | 'path' | 'program' | 'flag' | 'anything' | readonly [Shape] | { readonly [field: string]: Shape };
/** A value of this shape. What is absent, null or empty is left out. */
type Of<S> = S extends 'flag'
  ? boolean
  : S extends 'anything'
    ? unknown
    : S extends string
      ? string
      : S extends readonly [infer Item]
        ? Of<Item>[]
        : S extends { '*': infer Value }
          ? Record<string, Of<Value>>
          : { -readonly [K in keyof S]?: Of<S[K]> | undefined };

const CLUSTER = {
  server: 'text',
  'certificate-authority': 'path',
  'certificate-authority-data': 'text',
  'insecure-skip-tls-verify': 'flag',
  'tls-server-name': 'text',
  'disable-compression': 'flag',
  'proxy-url': 'text',
  extensions: [{ name: 'text', extension: 'anything' }],
} as const;
const EXEC = {
  apiVersion: 'text',
  command: 'program',
  args: ['text'],
  env: [{ name: 'text', value: 'text' }],
  installHint: 'text',
  interactiveMode: 'text',
  provideClusterInfo: 'flag',
} as const;
const USER = {
  token: 'text',
  tokenFile: 'path',
  username: 'text',
  password: 'text',
  'client-certificate': 'path',
  'client-certificate-data': 'text',
  'client-key': 'path',
  'client-key-data': 'text',
  as: 'text',
  'as-uid': 'text',
  'as-groups': ['text'],
  'as-user-extra': { '*': ['text'] },
  exec: EXEC,
  'auth-provider': { name: 'text', config: { '*': 'text' } },
} as const;
const CONTEXT = { cluster: 'text', user: 'text', namespace: 'text' } as const;
const KUBECONFIG = {
  apiVersion: 'text',
  kind: 'text',
  'current-context': 'text',
  clusters: [{ name: 'text', cluster: CLUSTER }],
  users: [{ name: 'text', user: USER }],
  contexts: [{ name: 'text', context: CONTEXT }],
} as const;

/** Entries as the file has them, but for paths, which are absolute: relative ones belong to the file that holds them. */
export type ClusterEntry = Of<typeof CLUSTER>;
export type UserEntry = Of<typeof USER>;
export type ContextEntry = Of<typeof CONTEXT>;
/** An exec credential plug-in as a kubeconfig describes it. */
export type ExecConfig = Of<typeof EXEC>;

/** One kubeconfig file, or several merged. */
export interface KubeconfigDocument {
  /** Where it was read, for messages. */
  source: string;
  currentContext?: string | undefined;
  clusters: Map<string, ClusterEntry>;
  users: Map<string, UserEntry>;
  contexts: Map<string, ContextEntry>;
}

/** The value of the first YAML document. */
function yamlValue(content: string): unknown {
  const lineCounter = new LineCounter();
  const options = { version: '1.1', uniqueKeys: false, prettyErrors: false, logLevel: 'silent', lineCounter } as const;
  const document = parseAllDocuments(content, options).at(0);
  const problem = document?.errors[0];
  if (problem) {
    const { line } = lineCounter.linePos(problem.pos[0]);
    throw new Unusable(`yaml: line ${line}: ${problem.code.toLowerCase().replaceAll('_', ' ')}`);
  }
  try {
    return document?.toJS();
  } catch {
    throw new Unusable('yaml: an alias is undefined, refers to itself, or expands too far');
  }
}

function wrong(value: unknown, key: string, wanted: string): Unusable {
  const kind = Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
  return new Unusable(`${key} is ${kind}, not ${wanted}`);
}

/** A value of the file that is in `directory`, as its shape has it; undefined where it is absent. */
function shaped(value: unknown, shape: Shape, key: string, directory: string): unknown {
  if (value === undefined || value === null || value === '') return undefined;
  if (shape === 'anything') return value;
  if (shape === 'flag') {
    if (typeof value !== 'boolean') throw wrong(value, key, 'true or false');
    return value;
  }
  if (typeof shape === 'string') {
    if (typeof value !== 'string') throw wrong(value, key, 'a string');
    // As kubectl has it: a bare name is looked up in PATH, a path with a separator belongs to the file's directory.
    const located = shape === 'path' || (shape === 'program' && /[\\/]/.test(value));
    return located ? resolve(directory, value) : value;
  }
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) throw wrong(value, key, 'a list');
    const [item] = shape;
    return value.map((one) => shaped(one, item, key, directory) ?? (typeof item === 'string' ? '' : {}));
  }
  if (typeof value !== 'object' || Array.isArray(value)) throw wrong(value, key, 'an object');
  const fields = new Map(Object.entries(shape));
  const read = Object.entries(value).map(([name, one]) => {
    const field = fields.get(name) ?? fields.get('*');
    return [name, field && shaped(one, field, name, directory)] as const;
  });
  return Object.fromEntries(read.filter(([, one]) => one !== undefined));
}

function byName<Key extends string, T extends object>(
  list: readonly ({ name?: string | undefined } & { [K in Key]?: T | undefined })[] | undefined,
  key: Key,
): Map<string, T> {
  const entries = new Map<string, T>();
  for (const { name = '', [key]: entry } of list ?? []) {
    if (entries.has(name)) throw new Unusable(`${key}s has two entries with the name "${name}"`);
    entries.set(name, entry ?? ({} as T));
  }
  return entries;
}

/** The error for a file that is no kubeconfig; `what` quotes nothing of it. */
export function brokenFile(file: string, what: string): KubeError {
  return configurationError(`error loading config file "${file}": ${what}`, [
    run(`"\${EDITOR:-vi}" ${shellWord(file)}`, 'fix it'),
    run('kubectl config view', 'kubectl must be able to read it too'),
  ]);
}

/**
 * One kubeconfig from its text. `file` is where it came from: for messages, and for relative paths. Throws a KubeError
 * for text that is not YAML or no kubeconfig; the message quotes nothing of the text, which holds credentials.
 */
export function parseKubeconfig(content: string, file: string): KubeconfigDocument {
  try {
    const value = yamlValue(content) ?? {};
    // An empty text counts as absent anywhere in a kubeconfig, but is none itself.
    if (value === '') throw wrong(value, 'the file', 'an object');
    const config = shaped(value, KUBECONFIG, 'the file', dirname(resolve(file)));
    const { apiVersion = 'v1', kind = 'Config', ...rest } = config as Of<typeof KUBECONFIG>;
    if (apiVersion !== 'v1' || kind !== 'Config') {
      throw new Unusable('it is not a kubeconfig (apiVersion: v1, kind: Config)');
    }
    return {
      source: file,
      currentContext: rest['current-context'],
      clusters: byName(rest.clusters, 'cluster'),
      users: byName(rest.users, 'user'),
      contexts: byName(rest.contexts, 'context'),
    };
  } catch (error) {
    throw error instanceof Unusable ? brokenFile(file, error.message) : error;
  }
}

/**
 * Several kubeconfigs as one, the way kubectl merges them: of entries with one name the first counts, whole, and the first
 * current context. Of none, a document without any entry.
 */
export function mergeKubeconfigs(documents: readonly KubeconfigDocument[]): KubeconfigDocument {
  const merged = <T>(entries: (document: KubeconfigDocument) => Map<string, T>): Map<string, T> =>
    new Map(documents.toReversed().flatMap((document) => [...entries(document)]));
  return {
    source: listed(documents.map(({ source }) => source)),
    currentContext: documents.find(({ currentContext }) => currentContext !== undefined)?.currentContext,
    clusters: merged(({ clusters }) => clusters),
    users: merged(({ users }) => users),
    contexts: merged(({ contexts }) => contexts),
  };
}
