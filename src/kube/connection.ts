import { accessSync } from 'node:fs';
import type { Cluster as ClientCluster, User } from '@kubernetes/client-node';
import { configurationError } from './errors.ts';
import type { ConnectionOptions } from './kubeconfig.ts';
import type { ClusterEntry, ExecConfig, UserEntry } from './kubeconfig-document.ts';
import { proxyFromEnvironment } from './proxy.ts';

function withClusterFlags(entry: ClusterEntry, options: ConnectionOptions): ClusterEntry {
  const { certificateAuthorityData, certificateAuthority, ...rest } = entry;
  const ca =
    options.certificateAuthority !== undefined
      ? { certificateAuthority: options.certificateAuthority }
      : options.insecureSkipTlsVerify
        ? {}
        : certificateAuthorityData !== undefined
          ? { certificateAuthorityData }
          : certificateAuthority !== undefined
            ? { certificateAuthority }
            : {};
  return {
    ...rest,
    ...ca,
    ...(options.server !== undefined ? { server: options.server } : {}),
    ...(options.tlsServerName !== undefined ? { tlsServerName: options.tlsServerName } : {}),
    ...(options.insecureSkipTlsVerify !== undefined ? { insecureSkipTlsVerify: options.insecureSkipTlsVerify } : {}),
  };
}

function serverUrl(entry: ClusterEntry, name: string): URL {
  if (entry.server === undefined) {
    throw configurationError(`no server found for cluster "${name}"`, { inConfiguration: true });
  }
  const secure = entry.certificateAuthority ?? entry.certificateAuthorityData ?? entry.insecureSkipTlsVerify;
  const address = /^[a-z]+:\/\//i.test(entry.server) ? entry.server : `${secure ? 'https' : 'http'}://${entry.server}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url && (url.protocol === 'https:' || url.protocol === 'http:')) return url;
  throw configurationError(`the server of cluster "${name}" is not a URL: ${entry.server}`);
}

function checkReadable(file: string | undefined, what: string, name: string): void {
  if (file === undefined) return;
  try {
    accessSync(file);
  } catch (error) {
    const denied = error instanceof Error && 'code' in error && error.code === 'EACCES';
    const why = denied ? 'permission denied' : 'no such file or directory';
    throw configurationError(`unable to read ${what} ${file} for ${name} due to open ${file}: ${why}`, {
      inConfiguration: true,
    });
  }
}

/**
 * A cluster of a kubeconfig, with flags and the environment's proxy applied, as client-node's KubeConfig takes it. Throws a
 * KubeError when it has no usable address, or when a file that it names cannot be read.
 */
export function resolveCluster(
  fromFile: ClusterEntry,
  name: string,
  options: ConnectionOptions,
  env: NodeJS.ProcessEnv,
): ClientCluster {
  const entry = withClusterFlags(fromFile, options);
  const url = serverUrl(entry, name);
  checkReadable(entry.certificateAuthority, 'certificate-authority', name);
  const proxyUrl = entry.proxyUrl ?? proxyFromEnvironment(url, env);
  if (proxyUrl !== undefined && !/^(https?|socks5):\/\//.test(proxyUrl)) {
    // Without the URL itself, which may hold a password.
    throw configurationError(`invalid 'proxy-url' for cluster "${name}": its scheme is not http, https or socks5`, {
      inConfiguration: true,
    });
  }
  return {
    name,
    server: url.href.replace(/\/+$/, ''),
    // client-node refuses plain http unless verification is off, which has no meaning there.
    skipTLSVerify: entry.insecureSkipTlsVerify === true || url.protocol === 'http:',
    ...(entry.certificateAuthority !== undefined ? { caFile: entry.certificateAuthority } : {}),
    ...(entry.certificateAuthorityData !== undefined ? { caData: entry.certificateAuthorityData } : {}),
    ...(entry.tlsServerName !== undefined ? { tlsServerName: entry.tlsServerName } : {}),
    ...(proxyUrl !== undefined ? { proxyUrl } : {}),
  };
}

/**
 * A user of a kubeconfig, with flags applied, as client-node's KubeConfig takes it. That one prefers a file to inline data, kubectl
 * the data: so a file is named only where there is no data. Throws a KubeError when a file cannot be read.
 */
export function resolveUser(entry: UserEntry, name: string, options: ConnectionOptions): User {
  const certFile = options.clientCertificate ?? (entry.clientCertificateData ? undefined : entry.clientCertificate);
  const keyFile = options.clientKey ?? (entry.clientKeyData ? undefined : entry.clientKey);
  checkReadable(certFile, 'client-cert', name);
  checkReadable(keyFile, 'client-key', name);
  const token = options.token ?? entry.token;
  return {
    name,
    ...(certFile !== undefined
      ? { certFile }
      : entry.clientCertificateData !== undefined
        ? { certData: entry.clientCertificateData }
        : {}),
    ...(keyFile !== undefined
      ? { keyFile }
      : entry.clientKeyData !== undefined
        ? { keyData: entry.clientKeyData }
        : {}),
    ...(token !== undefined ? { token } : {}),
    ...(entry.username !== undefined && options.token === undefined
      ? { username: entry.username, password: entry.password ?? '' }
      : {}),
    // A token makes every other way of logging in superfluous, and a plug-in might prompt.
    ...(entry.authProvider !== undefined && token === undefined ? { authProvider: entry.authProvider } : {}),
  };
}

/** The Impersonate-* headers of a user and of flags. Throws a KubeError for groups without a user. */
export function impersonation(entry: UserEntry, options: ConnectionOptions): Record<string, string | string[]> {
  const user = options.as ?? entry.as;
  const uid = options.asUid ?? entry.asUid;
  const groups = options.asGroup?.length ? [...options.asGroup] : (entry.asGroups ?? []);
  const extra = Object.entries(entry.asUserExtra ?? {});
  if (user === undefined) {
    if (uid === undefined && groups.length === 0 && extra.length === 0) return {};
    throw configurationError('requesting uid, groups or user-extra without impersonating a user', {
      tries: ['--as USER'],
    });
  }
  return {
    'Impersonate-User': user,
    ...(uid !== undefined ? { 'Impersonate-Uid': uid } : {}),
    ...(groups.length > 0 ? { 'Impersonate-Group': groups } : {}),
    ...Object.fromEntries(extra.map(([key, values]) => [`Impersonate-Extra-${encodeURIComponent(key)}`, values])),
  };
}

/** The plug-in itself, if it can be run at all. Throws a KubeError when command or apiVersion is missing. */
export function checkExec(exec: ExecConfig, name: string): ExecConfig {
  const missing = exec.command === '' ? 'command' : exec.apiVersion === '' ? 'apiVersion' : undefined;
  if (missing === undefined) return exec;
  throw configurationError(`${missing} must be specified for ${name} to use exec authentication plugin`, {
    inConfiguration: true,
  });
}
