import type { Cluster as ClientCluster, User } from '@kubernetes/client-node';
import { nearest } from '../text/nearest.ts';
import {
  type ConnectionOptions,
  clientCluster,
  clientUser,
  clusterWithFlags,
  impersonation,
  serverUrl,
  userWithFlags,
} from './connection.ts';
import { configurationError } from './errors.ts';
import {
  type ContextEntry,
  type ExecConfig,
  emptyDocument,
  type KubeconfigDocument,
  type UserEntry,
} from './kubeconfig-document.ts';
import { kubeconfigFiles, readKubeconfig } from './kubeconfig-file.ts';
import { validationError } from './kubeconfig-validation.ts';
import type { NamedProxy } from './proxy.ts';
import { inClusterDocument } from './service-account.ts';

/** Where to connect and as whom: one cluster and one user, flags applied, nothing left to choose. */
export interface Connection {
  /** Without a trailing slash; may have a path. */
  server: string;
  namespace: { name: string; explicit: boolean } | undefined;
  /** As client-node's KubeConfig takes it. */
  cluster: ClientCluster;
  /** On the way to the server. */
  proxy: NamedProxy | undefined;
  user: User;
  /** The login in the server's URL, which comes before all other ways, also over plain http. */
  urlLogin?: { username: string; password: string };
  /** Read anew every minute; wins over user.token where it can be read. */
  tokenFile?: string;
  exec?: ExecConfig;
  execClusterConfig?: unknown;
  /** Impersonate-* headers, by name. */
  impersonation: Record<string, string | string[]>;
  requestTimeout: number | undefined;
  /** Whether the server may compress its answers. */
  compression: boolean;
}

function chooseContext(document: KubeconfigDocument, options: ConnectionOptions): ContextEntry {
  const name = options.context ?? document.currentContext;
  const tries = ['kubectl config get-contexts', 'choose one with --context'];
  if (name === undefined) {
    if (options.cluster !== undefined || options.server !== undefined) return {};
    throw configurationError(`${document.source} names no current context`, { tries });
  }
  const context = document.contexts.get(name);
  if (context) return checkReferences(document, name, context, options);
  const near = nearest(name, [...document.contexts.keys()]);
  if (near !== undefined) tries.unshift(`did you mean ${near}?`);
  if (options.context !== undefined) throw configurationError(`context "${name}" does not exist`, { tries });
  throw configurationError(`context was not found for specified context: ${name}`, { inConfiguration: true, tries });
}

/** What lists the names that there are, and the one that was likely meant. */
function namesTries(kind: 'cluster' | 'user', name: string, entries: Map<string, unknown>): string[] {
  const near = nearest(name, [...entries.keys()]);
  return [
    ...(near === undefined ? [] : [`did you mean ${near}?`]),
    `kubectl config get-${kind}s`,
    `choose one with --${kind}`,
  ];
}

/** Reports names in a context that lead nowhere, unless a flag replaces them. */
function checkReferences(
  { clusters, users }: KubeconfigDocument,
  name: string,
  context: ContextEntry,
  options: ConnectionOptions,
): ContextEntry {
  for (const [kind, entries] of [['cluster', clusters] as const, ['user', users] as const]) {
    const entry = context[kind];
    if (options[kind] !== undefined || entry === undefined || entries.has(entry)) continue;
    throw configurationError(`${kind} "${entry}" was not found for context "${name}"`, {
      inConfiguration: true,
      tries: namesTries(kind, entry, entries),
    });
  }
  return context;
}

function choose<T>(
  entries: Map<string, T>,
  flag: string | undefined,
  name: string | undefined,
  kind: 'cluster' | 'user',
): T | undefined {
  if (flag === undefined) return name === undefined ? undefined : entries.get(name);
  const entry = entries.get(flag);
  if (entry !== undefined) return entry;
  // kubectl's word for a user.
  const what = kind === 'user' ? 'auth info' : kind;
  throw configurationError(`${what} "${flag}" does not exist`, { tries: namesTries(kind, flag, entries) });
}

function nothingFound(env: NodeJS.ProcessEnv): never {
  const files = kubeconfigFiles(env);
  const why = files.length === 0 ? 'KUBECONFIG names no file' : `${files.join(', ')} does not exist`;
  throw configurationError(`no kubeconfig found: ${why}`, {
    tries: [
      'name one with --kubeconfig or KUBECONFIG',
      'kubectl config view shows what kubectl uses',
      'kubectl netprereq check --local needs no cluster',
    ],
  });
}

function loginOf({ username, password }: URL): { username: string; password: string } {
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/** Whether the user has another way of logging in, which makes a plug-in superfluous; it might prompt. */
function hasOwnCredential(user: UserEntry): boolean {
  const known = user.token ?? user.tokenFile ?? user.username ?? user.clientCertificate ?? user.clientCertificateData;
  return known !== undefined;
}

/**
 * Resolves a kubeconfig and flags to one cluster and one user. Reads no file but those it must be able to open. Over plain
 * http nobody logs in, so that no credential is sent that a listener could read: only impersonation remains.
 */
export function resolveConnection(
  document: KubeconfigDocument,
  options: ConnectionOptions,
  env: NodeJS.ProcessEnv,
): Connection {
  const context = chooseContext(document, options);
  const clusterName = options.cluster ?? context.cluster ?? '';
  const userName = options.user ?? context.user ?? '';
  const clusterInFile = choose(document.clusters, options.cluster, context.cluster, 'cluster') ?? {};
  const userInFile = choose(document.users, options.user, context.user, 'user') ?? {};
  const clusterEntry = clusterWithFlags(clusterInFile, options);
  const userEntry = userWithFlags(userInFile, options);
  const invalid = validationError({ entry: clusterEntry, name: clusterName }, { entry: userEntry, name: userName });
  if (invalid) throw invalid;
  const url = serverUrl(clusterEntry, clusterName);
  const login: UserEntry = url.protocol === 'https:' ? userEntry : {};
  const { cluster, proxy } = clientCluster(clusterEntry, clusterName, url, env);
  const namespace = options.namespace ?? context.namespace;
  return {
    server: cluster.server,
    namespace: namespace === undefined ? undefined : { name: namespace, explicit: options.namespace !== undefined },
    cluster,
    proxy,
    ...(url.username !== '' || url.password !== '' ? { urlLogin: loginOf(url) } : {}),
    user: clientUser(login, userName),
    ...(login.tokenFile !== undefined ? { tokenFile: login.tokenFile } : {}),
    ...(login.exec !== undefined && !hasOwnCredential(login) ? { exec: login.exec } : {}),
    ...(clusterEntry.execConfig !== undefined ? { execClusterConfig: clusterEntry.execConfig } : {}),
    impersonation: impersonation(userEntry),
    requestTimeout: options.requestTimeout,
    compression: clusterEntry.disableCompression !== true,
  };
}

function isEmpty({ clusters, users, contexts, currentContext }: KubeconfigDocument): boolean {
  return clusters.size + users.size + contexts.size === 0 && currentContext === undefined;
}

/**
 * The connection that kubectl would use with these flags and this environment: --kubeconfig, else the files of KUBECONFIG, else
 * ~/.kube/config; where these are missing or empty and no server is named otherwise, the service account of the pod that this runs
 * in. Throws a KubeError.
 */
export function loadKubeconfig(options: ConnectionOptions, env: NodeJS.ProcessEnv): Connection {
  const document = readKubeconfig(options.kubeconfig, env);
  if (document !== undefined && !isEmpty(document)) return resolveConnection(document, options, env);
  const server = options.server ?? (env.KUBERNETES_MASTER || undefined);
  // The account's token is for the pod's own cluster only.
  if (server !== undefined) return resolveConnection(document ?? emptyDocument(), { ...options, server }, env);
  const inCluster = inClusterDocument(env);
  if (inCluster !== undefined) return resolveConnection(inCluster, options, env);
  return document === undefined ? nothingFound(env) : resolveConnection(document, options, env);
}
