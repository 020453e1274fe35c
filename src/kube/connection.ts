import type { Cluster as ClientCluster, User } from '@kubernetes/client-node';
import { shellWord } from '../text/shell-word.ts';
import { configurationError } from './errors.ts';
import type { ClusterEntry, UserEntry } from './kubeconfig-document.ts';
import { given } from './kubeconfig-fields.ts';
import { type NamedProxy, namedProxy, proxyFromEnvironment } from './proxy.ts';

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
  /** Told when a credential plug-in begins, which may ask on the terminal; returns what to call when it has ended. */
  onPlugin?: (() => () => void) | undefined;
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

/** A URL that somebody wrote, without its login: that may have a password, and a message is no place for it. */
export function withoutLogin(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/?#]*@/i, '$1…@');
}

const TRY_SERVER =
  'the server is a URL: kubectl config view --minify shows it, or name one with --server https://HOST:PORT';

/** The URL of a cluster's server: without a scheme it is plain http, whatever else is said. Throws a KubeError. */
export function serverUrl(entry: ClusterEntry, name: string): URL {
  const { server } = entry;
  if (server === undefined) {
    throw configurationError(`no server found for cluster "${name}"`, { tries: [TRY_SERVER] });
  }
  const hasScheme = /^[a-z]+:\/\//i.test(server);
  const shown = withoutLogin(server);
  if (!hasScheme && /\/./.test(server)) {
    const tries = [`with a path it needs a scheme: --server ${shellWord(`https://${shown}`)}`];
    throw configurationError(`host must be a URL or a host:port pair: "${shown}"`, { tries });
  }
  const address = hasScheme ? server : `http://${server}`;
  const url = URL.canParse(address) && hasReadableLogin(address) ? new URL(address) : undefined;
  const path = url && serverPath(url);
  if (!url || path === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw configurationError(`the server of cluster "${name}" is not a URL: ${shown}`, { tries: [TRY_SERVER] });
  }
  url.pathname = path;
  return url;
}

/** Whether Go takes what stands before the @ of a URL. */
function hasReadableLogin(url: string): boolean {
  const [, login = ''] = /^[a-z]+:\/\/([^/?#]*)@/i.exec(url) ?? [];
  return /^(?:[\w\-.~!$&'()*+,;=:@]|%[\da-f]{2})*$/i.test(login);
}

/** A URL's path as Go's path.Join and URL.EscapedPath make it; undefined where Go could not read it. */
function serverPath({ pathname }: URL): string | undefined {
  try {
    const kept: string[] = [];
    for (const segment of decodeURIComponent(pathname).split('/')) {
      if (segment === '..') kept.pop();
      else if (segment !== '' && segment !== '.') kept.push(segment);
    }
    // Of those that encodeURI leaves alone.
    return `/${encodeURI(kept.join('/')).replace(/[?#!'()*]/g, percentEncoded)}`;
  } catch {
    return undefined;
  }
}

const percentEncoded = (character: string) =>
  [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

/** The proxy on the way to the server, the kubeconfig's before the environment's. Throws a KubeError for one that cannot be used. */
function proxyUrl({ proxyUrl: inFile }: ClusterEntry, server: URL, env: NodeJS.ProcessEnv): string | undefined {
  // In Go both socks5 and socks5h let the proxy resolve the name.
  const url = (inFile ?? proxyFromEnvironment(server, env))
    ?.replace(/^[a-z0-9]+:/i, (scheme) => scheme.toLowerCase())
    .replace(/^socks5h:/, 'socks5:');
  if (url === undefined || (/^(https?|socks5):\/\//.test(url) && URL.canParse(url))) return url;
  const name = server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  throw configurationError(`the proxy of the environment, ${withoutLogin(url)}, is no URL of http, https or socks5`, {
    tries: [`name one that is: export ${name}=http://HOST:PORT`, `or none: unset ${name} ${name.toLowerCase()}`],
  });
}

/**
 * A cluster with flags applied, as client-node's KubeConfig takes it, and the proxy on the way to it; `env` names one where the
 * cluster does not. Throws a KubeError for an authority beside insecure-skip-tls-verify.
 */
export function clientCluster(
  entry: ClusterEntry,
  name: string,
  url: URL,
  env: NodeJS.ProcessEnv,
): { cluster: ClientCluster; proxy: NamedProxy | undefined } {
  const secure = url.protocol === 'https:';
  const authority = entry.certificateAuthority ?? entry.certificateAuthorityData;
  if (secure && entry.insecureSkipTlsVerify && authority !== undefined) {
    throw configurationError('specifying a root certificates file with the insecure flag is not allowed', {
      tries: [
        'leave out certificate-authority or insecure-skip-tls-verify: kubectl config view --minify',
        'a flag for one of them replaces what the kubeconfig says of both: --certificate-authority FILE',
      ],
    });
  }
  const through = proxyUrl(entry, url, env);
  const cluster = {
    name,
    server: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    // client-node refuses plain http unless verification is off, which has no meaning there.
    skipTLSVerify: entry.insecureSkipTlsVerify === true || !secure,
    ...given<Partial<ClientCluster>>({
      caFile: secure ? entry.certificateAuthority : undefined,
      caData: secure ? entry.certificateAuthorityData : undefined,
      tlsServerName: entry.tlsServerName,
      proxyUrl: through,
    }),
  };
  return { cluster, proxy: (through && namedProxy(through, url, entry.proxyUrl !== undefined, env)) || undefined };
}

/** Providers that kubectl once had built in. */
const REMOVED_PROVIDERS: Record<string, string> = { gcp: 'gke-gcloud-auth-plugin', azure: 'kubelogin' };

function checkProvider(name: string): void {
  if (name === 'oidc') return;
  const successor = Object.hasOwn(REMOVED_PROVIDERS, name) ? REMOVED_PROVIDERS[name] : undefined;
  throw successor === undefined
    ? configurationError(`no Auth Provider found for name "${name}"`, {
        tries: ['name another user with --user or --context: kubectl config get-users'],
      })
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

/** A key as part of a header's name, as client-go escapes it: what HTTP forbids there, and the percent sign itself. */
const headerKey = (key: string) => key.replace(/[^!#$&'*+.^_`|~\w-]/gu, percentEncoded);

/** The Impersonate-* headers of a user with flags applied. */
export function impersonation(entry: UserEntry): Record<string, string | string[]> {
  const { as: user, asUid: uid, asGroups: groups = [] } = entry;
  if (user === undefined) return {};
  const extra = Object.entries(entry.asUserExtra ?? {});
  return {
    'Impersonate-User': user,
    ...(uid !== undefined ? { 'Impersonate-Uid': uid } : {}),
    ...(groups.length > 0 ? { 'Impersonate-Group': groups } : {}),
    ...Object.fromEntries(extra.map(([key, values]) => [`Impersonate-Extra-${headerKey(key)}`, values])),
  };
}
