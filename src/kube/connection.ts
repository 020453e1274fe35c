import { run } from '../text/advice.ts';
import { shellWord } from '../text/shell-word.ts';
import { configurationError } from './errors.ts';
import type { ClusterEntry, ContextEntry, UserEntry } from './kubeconfig-document.ts';

/** kubectl's client flags, by their names: most are called what the kubeconfig calls it. An empty value is none. */
export interface KubectlFlags
  extends ContextEntry,
    Pick<UserEntry, 'token' | 'username' | 'password' | 'as' | 'as-uid' | 'client-certificate' | 'client-key'>,
    Omit<ClusterEntry, 'certificate-authority-data' | 'proxy-url' | 'extensions'> {
  kubeconfig?: string | undefined;
  context?: string | undefined;
  'as-group'?: readonly string[] | undefined;
}

export interface ConnectionOptions extends KubectlFlags {
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
export function clusterWithFlags(entry: ClusterEntry, flags: KubectlFlags): ClusterEntry {
  const { server, 'certificate-authority': authority, 'insecure-skip-tls-verify': insecure } = flags;
  return {
    ...entry,
    ...(server !== undefined && { server, 'tls-server-name': undefined }),
    ...((authority !== undefined || insecure) && {
      'certificate-authority': authority,
      'certificate-authority-data': undefined,
      'insecure-skip-tls-verify': insecure,
    }),
    ...given(flags, ['tls-server-name', 'disable-compression']),
  };
}

/** A user of a kubeconfig with flags applied: what is typed counts, and another way of logging in does not stand beside it. */
export function userWithFlags(entry: UserEntry, flags: KubectlFlags): UserEntry {
  const { token, username, password, 'client-certificate': certificate, 'client-key': key } = flags;
  const groups = flags['as-group'];
  return {
    ...entry,
    ...((username ?? password) !== undefined && { token: undefined, tokenFile: undefined }),
    ...(token !== undefined && { tokenFile: undefined, username: undefined, password: undefined }),
    ...(certificate !== undefined && { 'client-certificate-data': undefined }),
    ...(key !== undefined && { 'client-key-data': undefined }),
    ...given(flags, token === undefined ? ['username', 'password'] : ['token']),
    ...given(flags, ['client-certificate', 'client-key', 'as', 'as-uid']),
    ...(groups?.length && { 'as-groups': [...groups] }),
  };
}

/** Those of the flags that were given. */
function given<Name extends keyof KubectlFlags>(flags: KubectlFlags, names: readonly Name[]): Pick<KubectlFlags, Name> {
  const typed = names.filter((name) => flags[name] !== undefined && flags[name] !== false);
  return Object.fromEntries(typed.map((name) => [name, flags[name]])) as Pick<KubectlFlags, Name>;
}

/** A URL that somebody wrote, without its login: that may have a password, and a message is no place for it. */
export function withoutLogin(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/?#]*@/i, '$1…@');
}

const TRY_SERVER = run('kubectl config view --minify', 'see its URL, or name one with --server https://HOST:PORT');

/** The URL of a cluster's server: without a scheme it is plain http, whatever else is said. Throws a KubeError. */
export function serverUrl({ server }: ClusterEntry, name: string): URL {
  if (server === undefined) {
    throw configurationError(`no server found for cluster "${name}"`, [TRY_SERVER]);
  }
  const hasScheme = /^[a-z]+:\/\//i.test(server);
  const shown = withoutLogin(server);
  if (!hasScheme && /\/./.test(server)) {
    const tries = [`with a path it needs a scheme: --server ${shellWord(`https://${shown}`)}`];
    throw configurationError(`host must be a URL or a host:port pair: "${shown}"`, tries);
  }
  const url = URL.parse(hasScheme ? server : `http://${server}`);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw configurationError(`the server of cluster "${name}" is not an http or https URL: ${shown}`, [TRY_SERVER]);
  }
  if (url.username || url.password) {
    const tries = ['remove it from the URL; use --username and --password, or a user of the kubeconfig'];
    throw configurationError(`the URL of cluster "${name}" has a name or a password in it: ${shown}`, tries);
  }
  return url;
}

/** A key as part of a header's name, as client-go escapes it: what HTTP forbids there, and the percent sign itself. */
const headerKey = (key: string) =>
  key.replace(/[^!#$&'*+.^_`|~\w-]/gu, (character) =>
    Buffer.from(character).toString('hex').toUpperCase().replace(/../g, '%$&'),
  );

/**
 * The Impersonate-* headers of a user with flags applied.
 * @throws KubeError where somebody would be impersonated without a name
 */
export function impersonation(entry: UserEntry, name: string): Record<string, string | string[]> {
  const { as: user, 'as-uid': uid, 'as-groups': groups, 'as-user-extra': extra } = entry;
  if (user === undefined) {
    if ((uid ?? groups ?? extra) === undefined) return {};
    throw configurationError(`requesting uid, groups or user-extra for ${name} without impersonating a user`, [
      'name the user too: --as USER',
    ]);
  }
  return {
    'Impersonate-User': user,
    ...(uid !== undefined && { 'Impersonate-Uid': uid }),
    ...(groups?.length && { 'Impersonate-Group': groups }),
    ...Object.fromEntries(
      Object.entries(extra ?? {}).map(([key, values]) => [`Impersonate-Extra-${headerKey(key)}`, values]),
    ),
  };
}
