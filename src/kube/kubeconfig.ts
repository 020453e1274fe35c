import type { Cluster as ClientCluster, User } from '@kubernetes/client-node';
import { nearest } from '../nearest.ts';
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
import { inClusterDocument } from './service-account.ts';

/** Where to connect and as whom: one cluster and one user, flags applied, nothing left to choose. */
export interface Connection {
  /** Without a trailing slash; may have a path. */
  server: string;
  namespace: { name: string; explicit: boolean } | undefined;
  /** As client-node's KubeConfig takes it. */
  cluster: ClientCluster;
  user: User;
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

/** Reports names in a context that lead nowhere, unless a flag replaces them. */
function checkReferences(
  document: KubeconfigDocument,
  name: string,
  context: ContextEntry,
  options: ConnectionOptions,
): ContextEntry {
  const missing = (kind: string, entry: string) =>
    configurationError(`${kind} "${entry}" was not found for context "${name}"`, {
      inConfiguration: true,
      tries: ['kubectl config view', `name another with --${kind}`],
    });
  if (options.cluster === undefined && context.cluster !== undefined && !document.clusters.has(context.cluster)) {
    throw missing('cluster', context.cluster);
  }
  if (options.user === undefined && context.user !== undefined && !document.users.has(context.user)) {
    throw missing('user', context.user);
  }
  return context;
}

function choose<T>(
  entries: Map<string, T>,
  flag: string | undefined,
  name: string | undefined,
  kind: string,
): T | undefined {
  if (flag === undefined) return name === undefined ? undefined : entries.get(name);
  const entry = entries.get(flag);
  if (entry === undefined)
    throw configurationError(`${kind} "${flag}" does not exist`, { tries: ['kubectl config view'] });
  return entry;
}

function nothingFound(env: NodeJS.ProcessEnv): never {
  throw configurationError(`no kubeconfig found: ${kubeconfigFiles(env).join(', ')} does not exist`, {
    tries: [
      'name one with --kubeconfig or KUBECONFIG',
      'kubectl config view shows what kubectl uses',
      'kubectl netprereq check --local needs no cluster',
    ],
  });
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
  const userInFile = choose(document.users, options.user, context.user, 'auth info') ?? {};
  const clusterEntry = clusterWithFlags(clusterInFile, options);
  const userEntry = userWithFlags(userInFile, options);
  const invalid = validationError({ entry: clusterEntry, name: clusterName }, { entry: userEntry, name: userName });
  if (invalid) throw invalid;
  const url = serverUrl(clusterEntry, clusterName);
  const login: UserEntry = url.protocol === 'https:' ? userEntry : {};
  const cluster = clientCluster(clusterEntry, clusterName, url, env);
  const namespace = options.namespace ?? context.namespace;
  return {
    server: cluster.server,
    namespace: namespace === undefined ? undefined : { name: namespace, explicit: options.namespace !== undefined },
    cluster,
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
