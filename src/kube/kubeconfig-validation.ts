import { accessSync, constants } from 'node:fs';
import { shellWord } from '../text/shell-word.ts';
import { configurationError, type KubeError } from './errors.ts';
import type { ClusterEntry, ExecConfig, UserEntry } from './kubeconfig-document.ts';

/** What is wrong, and what to type. */
type Problem = readonly [what: string, cure: string] | false | undefined;

const VIEW = 'kubectl config view --minify';

/** `field` as kubectl's messages call it, `flag` as the kubeconfig and the command line do. */
function unreadable(file: string | undefined, field: string, flag: string, name: string): Problem {
  if (file === undefined) return undefined;
  try {
    accessSync(file, constants.R_OK);
    return undefined;
  } catch (error) {
    const denied = error instanceof Error && 'code' in error && error.code === 'EACCES';
    const why = denied ? 'permission denied' : 'no such file or directory';
    return [
      `unable to read ${field} ${file} for ${name} due to open ${file}: ${why}`,
      denied
        ? `see who may read it: ls -l ${shellWord(file)}`
        : `name the right file with --${flag}, or in ${flag} of the kubeconfig: ${VIEW}`,
    ];
  }
}

function clusterProblems(entry: ClusterEntry, name: string): Problem[] {
  const { certificateAuthority: file, certificateAuthorityData: data, proxyUrl } = entry;
  return [
    // Without the URL itself, which may hold a password.
    proxyUrl !== undefined &&
      !(/^(https?|socks5):\/\//i.test(proxyUrl) && URL.canParse(proxyUrl)) && [
        /^(https?|socks5):\/\//i.test(proxyUrl)
          ? `invalid 'proxy-url' for cluster "${name}": it is not a URL`
          : `invalid 'proxy-url' for cluster "${name}": its scheme is not http, https or socks5`,
        `set one that is: kubectl config set ${shellWord(`clusters.${name}.proxy-url`)} http://HOST:PORT`,
      ],
    data !== undefined &&
      file !== undefined && [
        `certificate-authority-data and certificate-authority are both specified for ${name}`,
        `take one of them out of the kubeconfig: kubectl config unset ${shellWord(`clusters.${name}.certificate-authority`)}`,
      ],
    unreadable(file, 'certificate-authority', 'certificate-authority', name),
  ];
}

function certificateProblems(entry: UserEntry, name: string): Problem[] {
  const { clientCertificate, clientCertificateData, clientKey, clientKeyData } = entry;
  if (clientCertificate === undefined && clientCertificateData === undefined) return [];
  return [
    clientCertificate !== undefined &&
      clientCertificateData !== undefined && [
        `client-cert-data and client-cert are both specified for ${name}`,
        `take one of them out of the kubeconfig: kubectl config unset ${shellWord(`users.${name}.client-certificate`)}`,
      ],
    clientKey !== undefined &&
      clientKeyData !== undefined && [
        `client-key-data and client-key are both specified for ${name}`,
        `take one of them out of the kubeconfig: kubectl config unset ${shellWord(`users.${name}.client-key`)}`,
      ],
    clientKey === undefined &&
      clientKeyData === undefined && [
        `client-key-data or client-key must be specified for ${name} to use the clientCert authentication method`,
        'name the key of the certificate with --client-key',
      ],
    unreadable(clientCertificate, 'client-cert', 'client-certificate', name),
    unreadable(clientKey, 'client-key', 'client-key', name),
  ];
}

const MODES = ['Never', 'IfAvailable', 'Always'];

function execProblems(exec: ExecConfig, name: string): Problem[] {
  const cure = `mend users.${name}.exec in the kubeconfig: ${VIEW}`;
  const missing = (what: string) =>
    [`${what} must be specified for ${name} to use exec authentication plugin`, cure] as const;
  const { interactiveMode: mode } = exec;
  return [
    exec.command === '' && missing('command'),
    exec.apiVersion === '' && missing('apiVersion'),
    exec.env.some((variable) => variable.name === '') && missing('env variable name'),
    mode === ''
      ? missing('interactiveMode')
      : !MODES.includes(mode) && [`invalid interactiveMode for ${name}: "${mode}"`, cure],
  ];
}

function userProblems(entry: UserEntry, name: string): Problem[] {
  const basic = entry.username !== undefined || entry.password !== undefined;
  const impersonates = entry.asUid ?? entry.asUserExtra ?? entry.asGroups;
  return [
    ...certificateProblems(entry, name),
    ...(entry.exec === undefined ? [] : execProblems(entry.exec, name)),
    entry.exec !== undefined &&
      entry.authProvider !== undefined && [
        `authProvider cannot be provided in combination with an exec plugin for ${name}`,
        `take one of them out of the kubeconfig: kubectl config unset ${shellWord(`users.${name}.auth-provider`)}`,
      ],
    entry.token !== undefined &&
      basic && [
        `more than one authentication method found for ${name}; found [token basicAuth], only one is allowed`,
        `leave out --token, or --username and --password, or take one of them out of the kubeconfig: ${VIEW}`,
      ],
    impersonates !== undefined &&
      entry.as === undefined && [
        `requesting uid, groups or user-extra for ${name} without impersonating a user`,
        'name the user too: --as USER',
      ],
  ];
}

/** What makes kubectl refuse a cluster and a user, flags applied, before anything is sent: the error, or undefined. */
export function validationError(
  cluster: { entry: ClusterEntry; name: string },
  user: { entry: UserEntry; name: string },
): KubeError | undefined {
  const problems = [...userProblems(user.entry, user.name), ...clusterProblems(cluster.entry, cluster.name)].filter(
    (problem) => typeof problem === 'object',
  );
  if (problems.length === 0) return undefined;
  return configurationError(problems.map(([what]) => what).join('; '), {
    inConfiguration: problems.length > 1,
    tries: [...new Set(problems.map(([, cure]) => cure))],
  });
}
