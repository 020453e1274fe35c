import { dirname, isAbsolute, join, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { configurationError } from './errors.ts';

/** Paths in an entry are absolute: relative ones were resolved against the file that holds them. */
export interface ClusterEntry {
  server?: string;
  certificateAuthority?: string;
  certificateAuthorityData?: string;
  insecureSkipTlsVerify?: boolean;
  tlsServerName?: string;
  proxyUrl?: string;
  /** What an exec plug-in is told about this cluster: the extension client.authentication.k8s.io/exec. */
  execConfig?: unknown;
}

export interface UserEntry {
  token?: string;
  tokenFile?: string;
  username?: string;
  password?: string;
  clientCertificate?: string;
  clientCertificateData?: string;
  clientKey?: string;
  clientKeyData?: string;
  as?: string;
  asUid?: string;
  asGroups?: string[];
  asUserExtra?: Record<string, string[]>;
  exec?: ExecConfig;
  authProvider?: { name: string; config: Record<string, string> };
}

/** An exec credential plug-in as a kubeconfig describes it. */
export interface ExecConfig {
  apiVersion: string;
  command: string;
  args: string[];
  env: { name: string; value: string }[];
  installHint?: string;
  interactiveMode: string;
  provideClusterInfo: boolean;
}

export interface ContextEntry {
  cluster?: string;
  user?: string;
  namespace?: string;
}

/** One kubeconfig file, or several merged. Of entries with the same name in one file the first counts. */
export interface KubeconfigDocument {
  /** Where it was read, for messages. */
  source: string;
  currentContext?: string;
  clusters: Map<string, ClusterEntry>;
  users: Map<string, UserEntry>;
  contexts: Map<string, ContextEntry>;
}

type Fields = Record<string, unknown>;

const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;
const texts = (value: unknown): string[] => list(value).flatMap((item) => text(item) ?? []);

/** Drops what is undefined, so that "absent" is the only way to say absent. */
type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> };
function given<T extends object>(value: { [K in keyof T]: T[K] | undefined }): Given<T> {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as Given<T>;
}

function clusterEntry(raw: Fields, path: (value: unknown) => string | undefined): ClusterEntry {
  const extension = list(raw.extensions)
    .map(fields)
    .find((e) => e.name === 'client.authentication.k8s.io/exec')?.extension;
  return given<ClusterEntry>({
    server: text(raw.server),
    certificateAuthority: path(raw['certificate-authority']),
    certificateAuthorityData: text(raw['certificate-authority-data']),
    insecureSkipTlsVerify: raw['insecure-skip-tls-verify'] === true || undefined,
    tlsServerName: text(raw['tls-server-name']),
    proxyUrl: text(raw['proxy-url']),
    execConfig: extension,
  });
}

function execConfig(raw: Fields, directory: string): ExecConfig {
  const command = text(raw.command) ?? '';
  // As kubectl has it: a bare name is looked up in PATH, a path with a separator belongs to the file's directory.
  const located = /[\\/]/.test(command) && !isAbsolute(command) ? join(directory, command) : command;
  return {
    apiVersion: text(raw.apiVersion) ?? '',
    command: located,
    args: texts(raw.args),
    env: list(raw.env)
      .map(fields)
      .flatMap(({ name, value }) => (text(name) ? [{ name: text(name) ?? '', value: text(value) ?? '' }] : [])),
    interactiveMode: text(raw.interactiveMode) ?? 'IfAvailable',
    provideClusterInfo: raw.provideClusterInfo === true,
    ...given<{ installHint?: string }>({ installHint: text(raw.installHint) }),
  };
}

function authProvider(raw: Fields): UserEntry['authProvider'] {
  const config = Object.entries(fields(raw.config)).flatMap(([key, value]) => {
    const known = text(value);
    return known === undefined ? [] : [[key, known] as const];
  });
  return { name: text(raw.name) ?? '', config: Object.fromEntries(config) };
}

function userEntry(raw: Fields, directory: string, path: (value: unknown) => string | undefined): UserEntry {
  const extra = Object.entries(fields(raw['as-user-extra'])).map(([key, value]) => [key, texts(value)] as const);
  return given<UserEntry>({
    token: text(raw.token),
    tokenFile: path(raw.tokenFile),
    username: text(raw.username),
    password: text(raw.password),
    clientCertificate: path(raw['client-certificate']),
    clientCertificateData: text(raw['client-certificate-data']),
    clientKey: path(raw['client-key']),
    clientKeyData: text(raw['client-key-data']),
    as: text(raw.as),
    asUid: text(raw['as-uid']),
    asGroups: raw['as-groups'] === undefined ? undefined : texts(raw['as-groups']),
    asUserExtra: extra.length > 0 ? Object.fromEntries(extra) : undefined,
    exec: raw.exec ? execConfig(fields(raw.exec), directory) : undefined,
    authProvider: raw['auth-provider'] ? authProvider(fields(raw['auth-provider'])) : undefined,
  });
}

function named<T>(value: unknown, key: string, entry: (raw: Fields) => T): Map<string, T> {
  const entries = new Map<string, T>();
  for (const item of list(value).map(fields)) {
    const name = text(item.name);
    if (name !== undefined && !entries.has(name)) entries.set(name, entry(fields(item[key])));
  }
  return entries;
}

/** A document without any entry: what flags alone are applied to. */
export function emptyDocument(): KubeconfigDocument {
  return { source: 'flags', clusters: new Map(), users: new Map(), contexts: new Map() };
}

/**
 * One kubeconfig from its text. `file` is where it came from: for messages, and for relative paths. Throws a KubeError
 * for text that is not YAML; the message quotes nothing of the text, which holds credentials.
 */
export function parseKubeconfig(content: string, file: string): KubeconfigDocument {
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, prettyErrors: false });
  const problem = document.errors[0];
  if (problem) {
    const what = problem.code.toLowerCase().replaceAll('_', ' ');
    throw configurationError(
      `error loading config file "${file}": yaml: line ${lines.linePos(problem.pos[0]).line}: ${what}`,
    );
  }
  const value: unknown = document.toJS();
  if (value !== null && fields(value) !== value) {
    throw configurationError(`error loading config file "${file}": it is not a kubeconfig (kind: Config)`);
  }
  const raw = fields(value);
  const directory = dirname(resolve(file));
  const path = (item: unknown) => {
    const known = text(item);
    return known === undefined ? undefined : resolve(directory, known);
  };
  return {
    source: file,
    ...given<{ currentContext?: string }>({ currentContext: text(raw['current-context']) }),
    clusters: named(raw.clusters, 'cluster', (entry) => clusterEntry(entry, path)),
    users: named(raw.users, 'user', (entry) => userEntry(entry, directory, path)),
    contexts: named(raw.contexts, 'context', (entry) =>
      given<ContextEntry>({
        cluster: text(entry.cluster),
        user: text(entry.user),
        namespace: text(entry.namespace),
      }),
    ),
  };
}
