import type { Cluster as ClientCluster, User } from '@kubernetes/client-node';
import { checkExec, impersonation, resolveCluster, resolveUser } from './connection.ts';
import { configurationError } from './errors.ts';
import { type ContextEntry, type ExecConfig, emptyDocument, type KubeconfigDocument } from './kubeconfig-document.ts';
import { kubeconfigFiles, readKubeconfig } from './kubeconfig-file.ts';
import { inClusterDocument } from './service-account.ts';

/** kubectl's client flags, by the meaning they have there. */
export interface ConnectionOptions {
  kubeconfig?: string | undefined;
  context?: string | undefined;
  cluster?: string | undefined;
  user?: string | undefined;
  namespace?: string | undefined;
  server?: string | undefined;
  token?: string | undefined;
  as?: string | undefined;
  asGroup?: readonly string[] | undefined;
  asUid?: string | undefined;
  certificateAuthority?: string | undefined;
  clientCertificate?: string | undefined;
  clientKey?: string | undefined;
  tlsServerName?: string | undefined;
  insecureSkipTlsVerify?: boolean | undefined;
  /** Seconds for one attempt of a request; 0 = no limit, undefined = this program's own. */
  requestTimeout?: number | undefined;
}

/** Where to connect and as whom: one cluster and one user, flags applied, nothing left to choose. */
export interface Connection {
  /** Without a trailing slash; may have a path. */
  server: string;
  namespace: { name: string; explicit: boolean } | undefined;
  /** As client-node's KubeConfig takes it. */
  cluster: ClientCluster;
  user: User;
  /** Read anew every minute; wins over user.token. */
  tokenFile?: string;
  exec?: ExecConfig;
  execClusterConfig?: unknown;
  /** Impersonate-* headers, by name. */
  impersonation: Record<string, string | string[]>;
  requestTimeout: number | undefined;
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
    configurationError(`${kind} "${entry}" was not found for context "${name}"`, { inConfiguration: true });
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
  if (entry === undefined) throw configurationError(`${kind} "${flag}" does not exist`);
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

/** Resolves a kubeconfig and flags to one cluster and one user. Reads no file but those it must be able to open. */
export function resolveConnection(
  document: KubeconfigDocument,
  options: ConnectionOptions,
  env: NodeJS.ProcessEnv,
): Connection {
  const context = chooseContext(document, options);
  const clusterName = options.cluster ?? context.cluster ?? '';
  const userName = options.user ?? context.user ?? '';
  const clusterEntry = choose(document.clusters, options.cluster, context.cluster, 'cluster') ?? {};
  const userEntry = choose(document.users, options.user, context.user, 'auth info') ?? {};
  const cluster = resolveCluster(clusterEntry, clusterName, options, env);
  const user = resolveUser(userEntry, userName, options);
  const namespace = options.namespace ?? context.namespace;
  return {
    server: cluster.server,
    namespace: namespace === undefined ? undefined : { name: namespace, explicit: options.namespace !== undefined },
    cluster,
    user,
    ...(userEntry.tokenFile !== undefined && options.token === undefined ? { tokenFile: userEntry.tokenFile } : {}),
    ...(userEntry.exec !== undefined && user.token === undefined ? { exec: checkExec(userEntry.exec, userName) } : {}),
    ...(clusterEntry.execConfig !== undefined ? { execClusterConfig: clusterEntry.execConfig } : {}),
    impersonation: impersonation(userEntry, options),
    requestTimeout: options.requestTimeout,
  };
}

/**
 * The connection that kubectl would use with these flags and this environment: --kubeconfig, else the first file
 * of KUBECONFIG that exists, else ~/.kube/config, else the service account of the pod that this runs in. Throws a KubeError.
 */
export function loadKubeconfig(options: ConnectionOptions, env: NodeJS.ProcessEnv): Connection {
  const document = readKubeconfig(options.kubeconfig, env) ?? inClusterDocument(env);
  if (document !== undefined) return resolveConnection(document, options, env);
  return options.server === undefined ? nothingFound(env) : resolveConnection(emptyDocument(), options, env);
}
