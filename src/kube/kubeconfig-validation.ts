import { accessSync } from 'node:fs';
import { configurationError, type KubeError } from './errors.ts';
import type { ClusterEntry, ExecConfig, UserEntry } from './kubeconfig-document.ts';

type Problem = string | false | undefined;

function unreadable(file: string | undefined, what: string, name: string): Problem {
  if (file === undefined) return undefined;
  try {
    accessSync(file);
    return undefined;
  } catch (error) {
    const denied = error instanceof Error && 'code' in error && error.code === 'EACCES';
    const why = denied ? 'permission denied' : 'no such file or directory';
    return `unable to read ${what} ${file} for ${name} due to open ${file}: ${why}`;
  }
}

function clusterProblems(entry: ClusterEntry, name: string): Problem[] {
  const { certificateAuthority: file, certificateAuthorityData: data, proxyUrl } = entry;
  return [
    // Without the URL itself, which may hold a password.
    proxyUrl !== undefined &&
      !/^(https?|socks5):\/\//.test(proxyUrl) &&
      `invalid 'proxy-url' for cluster "${name}": its scheme is not http, https or socks5`,
    data !== undefined &&
      file !== undefined &&
      `certificate-authority-data and certificate-authority are both specified for ${name}`,
    unreadable(file, 'certificate-authority', name),
  ];
}

function certificateProblems(entry: UserEntry, name: string): Problem[] {
  const { clientCertificate, clientCertificateData, clientKey, clientKeyData } = entry;
  if (clientCertificate === undefined && clientCertificateData === undefined) return [];
  return [
    clientCertificate !== undefined &&
      clientCertificateData !== undefined &&
      `client-cert-data and client-cert are both specified for ${name}`,
    clientKey !== undefined &&
      clientKeyData !== undefined &&
      `client-key-data and client-key are both specified for ${name}`,
    clientKey === undefined &&
      clientKeyData === undefined &&
      `client-key-data or client-key must be specified for ${name} to use the clientCert authentication method`,
    unreadable(clientCertificate, 'client-cert', name),
    unreadable(clientKey, 'client-key', name),
  ];
}

const MODES = ['Never', 'IfAvailable', 'Always'];

function execProblems(exec: ExecConfig, name: string): Problem[] {
  const missing = (what: string) => `${what} must be specified for ${name} to use exec authentication plugin`;
  const { interactiveMode: mode } = exec;
  return [
    exec.command === '' && missing('command'),
    exec.apiVersion === '' && missing('apiVersion'),
    exec.env.some((variable) => variable.name === '') && missing('env variable name'),
    mode === ''
      ? missing('interactiveMode')
      : !MODES.includes(mode) && `invalid interactiveMode for ${name}: "${mode}"`,
  ];
}

function userProblems(entry: UserEntry, name: string): Problem[] {
  const basic = entry.username !== undefined || entry.password !== undefined;
  const impersonates = entry.asUid ?? entry.asUserExtra ?? entry.asGroups;
  return [
    ...certificateProblems(entry, name),
    ...(entry.exec === undefined ? [] : execProblems(entry.exec, name)),
    entry.exec !== undefined &&
      entry.authProvider !== undefined &&
      `authProvider cannot be provided in combination with an exec plugin for ${name}`,
    entry.token !== undefined &&
      basic &&
      `more than one authentication method found for ${name}; found [token basicAuth], only one is allowed`,
    impersonates !== undefined &&
      entry.as === undefined &&
      `requesting uid, groups or user-extra for ${name} without impersonating a user`,
  ];
}

/** What makes kubectl refuse a cluster and a user, flags applied, before anything is sent: the error, or undefined. */
export function validationError(
  cluster: { entry: ClusterEntry; name: string },
  user: { entry: UserEntry; name: string },
): KubeError | undefined {
  const problems = [...userProblems(user.entry, user.name), ...clusterProblems(cluster.entry, cluster.name)].filter(
    (problem) => typeof problem === 'string',
  );
  if (problems.length === 0) return undefined;
  return configurationError(problems.join('; '), { inConfiguration: problems.length > 1 });
}
