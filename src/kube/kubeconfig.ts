import { run } from '../text/advice.ts';
import { listed } from '../text/listed.ts';
import { nearest } from '../text/nearest.ts';
import {
  type ConnectionOptions,
  clusterWithFlags,
  impersonation,
  type KubectlFlags,
  serverUrl,
  userWithFlags,
} from './connection.ts';
import { configurationError } from './errors.ts';
import type { ContextEntry, ExecConfig, KubeconfigDocument, UserEntry } from './kubeconfig-document.ts';
import { exists, kubeconfigFiles, readKubeconfig } from './kubeconfig-file.ts';
import { type ProxyServer, proxyOf } from './proxy.ts';
import { inClusterDocument } from './service-account.ts';
import { clientTls, serverTls, type TlsOptions } from './tls-material.ts';

/** A credential plug-in that can be run. */
export type ExecPlugin = ExecConfig & { command: string; apiVersion: string };

/** Where to connect and as whom: one cluster and one user, flags applied, nothing left to choose. */
export interface Connection {
  /** Without a trailing slash; may have a path. */
  server: string;
  namespace: { name: string; explicit: boolean } | undefined;
  tls: TlsOptions;
  /** On the way to the server. */
  proxy: ProxyServer | undefined;
  /** How to log in: of token, tokenFile, username, password and auth-provider what there is. */
  user: UserEntry & { name: string };
  exec?: ExecPlugin;
  execClusterConfig?: unknown;
  /** Impersonate-* headers, by name. */
  impersonation: Record<string, string | string[]>;
  /** Seconds for one attempt of a request; 0 = no limit, undefined = 30. */
  requestTimeout: number | undefined;
  /** Whether the server may compress its answers. */
  compression: boolean;
}

/**
 * The entry of a name that was typed, or that the file has: in its context, or as its current context.
 * @throws KubeError for a name that leads nowhere, with the one that was likely meant
 */
function choose<T>(
  kind: 'context' | 'cluster' | 'user',
  entries: Map<string, T>,
  typed: string | undefined,
  inFile: { name: string | undefined; context?: string | undefined },
): T | undefined {
  const name = typed ?? inFile.name;
  if (name === undefined) return undefined;
  const entry = entries.get(name);
  if (entry !== undefined) return entry;
  const near = nearest(name, [...entries.keys()]);
  const tries = [
    ...(near === undefined ? [] : [`did you mean ${near}?`]),
    run(`kubectl config get-${kind}s`),
    `choose one with --${kind}`,
  ];
  if (typed !== undefined) {
    // kubectl's word for a user.
    throw configurationError(`${kind === 'user' ? 'auth info' : kind} "${name}" does not exist`, tries);
  }
  const lost =
    kind === 'context'
      ? `context was not found for specified context: ${name}`
      : `${kind} "${name}" was not found for context "${inFile.context}"`;
  throw configurationError(lost, tries, 'Error in configuration: ');
}

function chooseContext(document: KubeconfigDocument, flags: KubectlFlags): ContextEntry {
  const context = choose('context', document.contexts, flags.context, { name: document.currentContext });
  if (context !== undefined) return context;
  if (flags.cluster !== undefined || flags.server !== undefined) return {};
  throw configurationError(`no current context in ${document.source}`, [
    run('kubectl config get-contexts'),
    'choose one with --context',
  ]);
}

/** Where distributions put the administrator's kubeconfig on a control plane. */
const ADMIN_FILES = [
  '/etc/kubernetes/admin.conf',
  '/etc/rancher/k3s/k3s.yaml',
  '/etc/rancher/rke2/rke2.yaml',
  '/var/lib/k0s/pki/admin.conf',
  '/var/snap/microk8s/current/credentials/client.config',
];

function nothingFound(env: NodeJS.ProcessEnv): never {
  const files = kubeconfigFiles(env);
  const verb = files.length === 1 ? 'does' : 'do';
  const why = files.length === 0 ? 'KUBECONFIG names no file' : `${listed(files)} ${verb} not exist`;
  throw configurationError(`no kubeconfig found: ${why}`, [
    ...ADMIN_FILES.filter(exists).map((file) => run(`export KUBECONFIG=${file}`, 'on this control plane')),
    'name one with --kubeconfig or KUBECONFIG',
    run('kubectl config view', 'to see what kubectl uses'),
    run('kubectl netprereq check --local', 'to check this host, without a cluster'),
  ]);
}

/** What an exec plug-in is told about a cluster stands in this extension. */
const EXEC_EXTENSION = 'client.authentication.k8s.io/exec';
/** @throws KubeError for a plug-in that cannot be run */
function runnable(exec: ExecConfig, name: string): ExecPlugin {
  const { command, apiVersion } = exec;
  if (command !== undefined && apiVersion !== undefined) return { ...exec, command, apiVersion };
  const missing = command === undefined ? 'command' : 'apiVersion';
  throw configurationError(`${missing} must be specified for ${name} to use exec authentication plugin`, [
    run('kubectl config view --minify', `fix users.${name}.exec in the kubeconfig`),
  ]);
}

/** @throws KubeError for an auth-provider that kubectl does not know either */
function checkProvider({ 'auth-provider': provider }: UserEntry): void {
  if (provider === undefined || provider.name === 'oidc') return;
  throw configurationError(`no Auth Provider found for name "${provider.name}"`, [
    'kubectl no longer supports it: use the credential plug-in of your provider (gke-gcloud-auth-plugin, kubelogin)',
    run('kubectl config get-users', 'name another user with --user or --context'),
  ]);
}

/**
 * Resolves a kubeconfig and flags to one cluster and one user, and reads their certificates and keys. Over plain
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
  const contextName = options.context ?? document.currentContext;
  const named = (name: string | undefined) => ({ name, context: contextName });
  const clusterInFile = choose('cluster', document.clusters, options.cluster, named(context.cluster));
  const userInFile = choose('user', document.users, options.user, named(context.user));
  const cluster = clusterWithFlags(clusterInFile ?? {}, options);
  const user = userWithFlags(userInFile ?? {}, options);
  checkProvider(user);
  const url = serverUrl(cluster, clusterName);
  const secure = url.protocol === 'https:';
  const { exec, ...login }: UserEntry = secure ? user : {};
  const { token, tokenFile, username, 'client-certificate': file, 'client-certificate-data': data } = login;
  // Another way of logging in makes a plug-in superfluous; it might prompt.
  const needsPlugin = (token ?? tokenFile ?? username ?? file ?? data) === undefined;
  const namespace = options.namespace ?? context.namespace;
  return {
    server: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    namespace: namespace === undefined ? undefined : { name: namespace, explicit: options.namespace !== undefined },
    tls: secure ? { ...serverTls(cluster, clusterName), ...clientTls(login, userName) } : { rejectUnauthorized: false },
    proxy: proxyOf({ name: clusterName, proxyUrl: cluster['proxy-url'] }, url, env),
    user: { ...login, name: userName },
    ...(exec && needsPlugin && { exec: runnable(exec, userName) }),
    execClusterConfig: cluster.extensions?.find(({ name }) => name === EXEC_EXTENSION)?.extension,
    impersonation: impersonation(user, userName),
    requestTimeout: options.requestTimeout,
    compression: cluster['disable-compression'] !== true,
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
  if (!isEmpty(document)) return resolveConnection(document, options, env);
  const server = options.server ?? (env.KUBERNETES_MASTER || undefined);
  // The account's token is for the pod's own cluster only.
  if (server !== undefined) return resolveConnection(document, { ...options, server }, env);
  const inCluster = inClusterDocument(env);
  if (inCluster !== undefined) return resolveConnection(inCluster, options, env);
  return document.source === '' ? nothingFound(env) : resolveConnection(document, options, env);
}
