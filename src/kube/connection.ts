import type { Cluster as ClientCluster, User } from '@kubernetes/client-node';
import { configurationError } from './errors.ts';
import type { ClusterEntry, UserEntry } from './kubeconfig-document.ts';
import { given } from './kubeconfig-fields.ts';
import { proxyFromEnvironment } from './proxy.ts';

/** kubectl's client flags, by the meaning they have there. */
export interface ConnectionOptions {
  kubeconfig?: string | undefined;
  context?: string | undefined;
  cluster?: string | undefined;
  user?: string | undefined;
  namespace?: string | undefined;
  server?: string | undefined;
  token?: string | undefined;
  username?: string | undefined;
  password?: string | undefined;
  as?: string | undefined;
  asGroup?: readonly string[] | undefined;
  asUid?: string | undefined;
  certificateAuthority?: string | undefined;
  clientCertificate?: string | undefined;
  clientKey?: string | undefined;
  tlsServerName?: string | undefined;
  insecureSkipTlsVerify?: boolean | undefined;
  disableCompression?: boolean | undefined;
  /** Seconds for one attempt of a request; 0 = no limit, undefined = this program's own. */
  requestTimeout?: number | undefined;
  /** Where requests are logged, and from which level of -v. */
  log?: { level: number; write(line: string): void } | undefined;
}

/**
 * A cluster of a kubeconfig with flags applied. Those that say how the server is verified replace all that the file says about
 * that, and --server drops the file's tls-server-name, which belonged to another address.
 */
export function clusterWithFlags(fromFile: ClusterEntry, options: ConnectionOptions): ClusterEntry {
  const { certificateAuthority: authority, insecureSkipTlsVerify: insecure, server, tlsServerName } = options;
  const { certificateAuthority, certificateAuthorityData, insecureSkipTlsVerify, ...unverified } = fromFile;
  const { tlsServerName: _, ...unnamed } = unverified;
  const kept = server === undefined && tlsServerName === undefined ? unverified : unnamed;
  const replaced = authority !== undefined || insecure;
  const verification = replaced
    ? { certificateAuthority: authority, insecureSkipTlsVerify: insecure || undefined }
    : { certificateAuthority, certificateAuthorityData, insecureSkipTlsVerify };
  return {
    ...kept,
    ...given<ClusterEntry>(verification),
    ...given<ClusterEntry>({ server, tlsServerName, disableCompression: options.disableCompression || undefined }),
  };
}

/** A user of a kubeconfig with flags applied. */
export function userWithFlags(fromFile: UserEntry, options: ConnectionOptions): UserEntry {
  const { tokenFile, ...rest } = fromFile;
  return {
    ...rest,
    // What is typed counts.
    ...(tokenFile !== undefined && options.token === undefined ? { tokenFile } : {}),
    ...given<UserEntry>({
      token: options.token,
      username: options.username,
      password: options.password,
      clientCertificate: options.clientCertificate,
      clientKey: options.clientKey,
      as: options.as,
      asUid: options.asUid,
      asGroups: options.asGroup?.length ? [...options.asGroup] : undefined,
    }),
  };
}

/** The URL of a cluster's server: without a scheme it is plain http, whatever else is said. Throws a KubeError. */
export function serverUrl(entry: ClusterEntry, name: string): URL {
  const { server } = entry;
  if (server === undefined) throw configurationError(`no server found for cluster "${name}"`);
  const hasScheme = /^[a-z]+:\/\//i.test(server);
  if (!hasScheme && /\/./.test(server)) {
    throw configurationError(`host must be a URL or a host:port pair: "${server}"`);
  }
  const address = hasScheme ? server : `http://${server}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url && (url.protocol === 'https:' || url.protocol === 'http:')) return url;
  throw configurationError(`the server of cluster "${name}" is not a URL: ${server}`);
}

/**
 * A cluster with flags applied, as client-node's KubeConfig takes it; `env` names a proxy where the cluster does not.
 * Throws a KubeError for an authority beside insecure-skip-tls-verify.
 */
export function clientCluster(entry: ClusterEntry, name: string, url: URL, env: NodeJS.ProcessEnv): ClientCluster {
  const secure = url.protocol === 'https:';
  const authority = entry.certificateAuthority ?? entry.certificateAuthorityData;
  if (secure && entry.insecureSkipTlsVerify && authority !== undefined) {
    throw configurationError('specifying a root certificates file with the insecure flag is not allowed');
  }
  const proxyUrl = entry.proxyUrl ?? proxyFromEnvironment(url, env);
  if (proxyUrl !== undefined && !/^(https?|socks5h?):\/\//.test(proxyUrl)) {
    throw configurationError('the proxy of the environment has a scheme other than http, https and socks5');
  }
  return {
    name,
    server: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    // client-node refuses plain http unless verification is off, which has no meaning there.
    skipTLSVerify: entry.insecureSkipTlsVerify === true || !secure,
    ...given<Partial<ClientCluster>>({
      caFile: secure ? entry.certificateAuthority : undefined,
      caData: secure ? entry.certificateAuthorityData : undefined,
      tlsServerName: entry.tlsServerName,
      // In Go both socks5 and socks5h let the proxy resolve the name.
      proxyUrl: proxyUrl?.replace(/^socks5h:/, 'socks5:'),
    }),
  };
}

/** Providers that kubectl once had built in. */
const REMOVED_PROVIDERS: Record<string, string> = { gcp: 'gke-gcloud-auth-plugin', azure: 'kubelogin' };

function checkProvider(name: string): void {
  if (name === 'oidc') return;
  const successor = Object.hasOwn(REMOVED_PROVIDERS, name) ? REMOVED_PROVIDERS[name] : undefined;
  throw successor === undefined
    ? configurationError(`no Auth Provider found for name "${name}"`)
    : configurationError(`The ${name} auth plugin has been removed.`, {
        tries: [`use the credential plug-in ${successor} instead`],
      });
}

/**
 * A user with flags applied, as client-node's KubeConfig takes it, but for what has to be asked for (token file, plug-in).
 * Throws a KubeError for an auth-provider that kubectl does not know.
 */
export function clientUser(entry: UserEntry, name: string): User {
  const { authProvider, username } = entry;
  if (authProvider !== undefined) checkProvider(authProvider.name);
  return {
    name,
    ...given<Partial<User>>({
      certFile: entry.clientCertificate,
      certData: entry.clientCertificateData,
      keyFile: entry.clientKey,
      keyData: entry.clientKeyData,
      token: entry.token,
      username,
      password: username === undefined ? undefined : (entry.password ?? ''),
      authProvider: entry.token === undefined ? authProvider : undefined,
    }),
  };
}

/** The Impersonate-* headers of a user with flags applied. */
export function impersonation(entry: UserEntry): Record<string, string | string[]> {
  const { as: user, asUid: uid, asGroups: groups = [] } = entry;
  if (user === undefined) return {};
  const extra = Object.entries(entry.asUserExtra ?? {});
  return {
    'Impersonate-User': user,
    ...(uid !== undefined ? { 'Impersonate-Uid': uid } : {}),
    ...(groups.length > 0 ? { 'Impersonate-Group': groups } : {}),
    ...Object.fromEntries(extra.map(([key, values]) => [`Impersonate-Extra-${encodeURIComponent(key)}`, values])),
  };
}
