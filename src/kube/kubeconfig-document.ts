import { dirname, isAbsolute, join, resolve } from 'node:path';
import { shellWord } from '../text/shell-word.ts';
import { configurationError, type KubeError } from './errors.ts';
import { type Fields, flag, given, object, objects, text, texts, WrongType } from './kubeconfig-fields.ts';
import { NotYaml, yamlValue } from './kubeconfig-yaml.ts';

/** Paths in an entry are absolute: relative ones were resolved against the file that holds them. */
export interface ClusterEntry {
  server?: string;
  certificateAuthority?: string;
  certificateAuthorityData?: string;
  insecureSkipTlsVerify?: boolean;
  tlsServerName?: string;
  disableCompression?: boolean;
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

/** One kubeconfig file, or several merged. */
export interface KubeconfigDocument {
  /** Where it was read, for messages. */
  source: string;
  currentContext?: string;
  clusters: Map<string, ClusterEntry>;
  users: Map<string, UserEntry>;
  contexts: Map<string, ContextEntry>;
}

/** Makes a path of an entry absolute. */
type Located = (path: string | undefined) => string | undefined;

function clusterEntry(raw: Fields, located: Located): ClusterEntry {
  const extension = objects(raw, 'extensions').find((e) => e.name === 'client.authentication.k8s.io/exec')?.extension;
  return given<ClusterEntry>({
    server: text(raw, 'server'),
    certificateAuthority: located(text(raw, 'certificate-authority')),
    certificateAuthorityData: text(raw, 'certificate-authority-data'),
    insecureSkipTlsVerify: flag(raw, 'insecure-skip-tls-verify'),
    tlsServerName: text(raw, 'tls-server-name'),
    disableCompression: flag(raw, 'disable-compression'),
    proxyUrl: text(raw, 'proxy-url'),
    execConfig: extension,
  });
}

function execConfig(raw: Fields, directory: string): ExecConfig {
  const command = text(raw, 'command') ?? '';
  // As kubectl has it: a bare name is looked up in PATH, a path with a separator belongs to the file's directory.
  const located = /[\\/]/.test(command) && !isAbsolute(command) ? join(directory, command) : command;
  const apiVersion = text(raw, 'apiVersion') ?? '';
  // Only the versions before v1 have a default.
  const interactive = apiVersion === 'client.authentication.k8s.io/v1beta1' ? 'IfAvailable' : '';
  return {
    apiVersion,
    command: located,
    args: texts(raw, 'args'),
    env: objects(raw, 'env').map((entry) => ({ name: text(entry, 'name') ?? '', value: text(entry, 'value') ?? '' })),
    interactiveMode: text(raw, 'interactiveMode') ?? interactive,
    provideClusterInfo: flag(raw, 'provideClusterInfo') ?? false,
    ...given<{ installHint?: string }>({ installHint: text(raw, 'installHint') }),
  };
}

function authProvider(raw: Fields): UserEntry['authProvider'] {
  const config = object(raw.config, 'config');
  const known = Object.keys(config).map((key) => [key, text(config, key) ?? ''] as const);
  return { name: text(raw, 'name') ?? '', config: Object.fromEntries(known) };
}

function userEntry(raw: Fields, directory: string, located: Located): UserEntry {
  const extra = object(raw['as-user-extra'], 'as-user-extra');
  const extras = Object.keys(extra).map((key) => [key, texts(extra, key)] as const);
  const groups = texts(raw, 'as-groups');
  return given<UserEntry>({
    token: text(raw, 'token'),
    tokenFile: located(text(raw, 'tokenFile')),
    username: text(raw, 'username'),
    password: text(raw, 'password'),
    clientCertificate: located(text(raw, 'client-certificate')),
    clientCertificateData: text(raw, 'client-certificate-data'),
    clientKey: located(text(raw, 'client-key')),
    clientKeyData: text(raw, 'client-key-data'),
    as: text(raw, 'as'),
    asUid: text(raw, 'as-uid'),
    asGroups: groups.length > 0 ? groups : undefined,
    asUserExtra: extras.length > 0 ? Object.fromEntries(extras) : undefined,
    exec: raw.exec ? execConfig(object(raw.exec, 'exec'), directory) : undefined,
    authProvider: raw['auth-provider'] ? authProvider(object(raw['auth-provider'], 'auth-provider')) : undefined,
  });
}

function contextEntry(raw: Fields): ContextEntry {
  return given<ContextEntry>({
    cluster: text(raw, 'cluster'),
    user: text(raw, 'user'),
    namespace: text(raw, 'namespace'),
  });
}

function named<T>(raw: Fields, plural: string, key: string, entry: (raw: Fields) => T): Map<string, T> {
  const entries = new Map<string, T>();
  for (const item of objects(raw, plural)) {
    const name = text(item, 'name') ?? '';
    if (entries.has(name)) throw new WrongType(`${plural} has two entries with the name "${name}"`);
    entries.set(name, entry(object(item[key], key)));
  }
  return entries;
}

/** A document without any entry: what flags alone are applied to. */
export function emptyDocument(): KubeconfigDocument {
  return { source: 'flags', clusters: new Map(), users: new Map(), contexts: new Map() };
}

function decode(value: unknown, file: string): KubeconfigDocument {
  const raw = object(value, 'the file');
  const { apiVersion = 'v1', kind = 'Config' } = raw;
  if (apiVersion !== 'v1' || kind !== 'Config')
    throw new WrongType('it is not a kubeconfig (apiVersion: v1, kind: Config)');
  const directory = dirname(resolve(file));
  const located = (path: string | undefined) => (path === undefined ? undefined : resolve(directory, path));
  return {
    source: file,
    ...given<{ currentContext?: string }>({ currentContext: text(raw, 'current-context') }),
    clusters: named(raw, 'clusters', 'cluster', (entry) => clusterEntry(entry, located)),
    users: named(raw, 'users', 'user', (entry) => userEntry(entry, directory, located)),
    contexts: named(raw, 'contexts', 'context', contextEntry),
  };
}

/** The error for a file that is no kubeconfig; `what` quotes nothing of it. */
export function brokenFile(file: string, what: string): KubeError {
  return configurationError(`error loading config file "${file}": ${what}`, {
    tries: [`mend it: "\${EDITOR:-vi}" ${shellWord(file)}`, 'kubectl config view must be able to read it too'],
  });
}

/**
 * One kubeconfig from its text. `file` is where it came from: for messages, and for relative paths. Throws a KubeError
 * for text that is not YAML or no kubeconfig; the message quotes nothing of the text, which holds credentials.
 */
export function parseKubeconfig(content: string, file: string): KubeconfigDocument {
  try {
    return decode(yamlValue(content), file);
  } catch (error) {
    const what =
      error instanceof NotYaml ? `yaml: ${error.message}` : error instanceof WrongType ? error.message : undefined;
    if (what === undefined) throw error;
    throw brokenFile(file, what);
  }
}

/**
 * Several kubeconfigs as one, the way kubectl merges them: of entries with one name the first counts, whole, and the first
 * current context.
 */
export function mergeKubeconfigs(documents: readonly KubeconfigDocument[]): KubeconfigDocument {
  const merged = <T>(entries: (document: KubeconfigDocument) => Map<string, T>): Map<string, T> =>
    new Map(documents.toReversed().flatMap((document) => [...entries(document)]));
  const current = documents.find(({ currentContext }) => currentContext !== undefined)?.currentContext;
  return {
    source: documents.map(({ source }) => source).join(', '),
    ...given<{ currentContext?: string }>({ currentContext: current }),
    clusters: merged(({ clusters }) => clusters),
    users: merged(({ users }) => users),
    contexts: merged(({ contexts }) => contexts),
  };
}
