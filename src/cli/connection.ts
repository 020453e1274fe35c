import type { ConnectionOptions } from '../kube/connection.ts';
import { type KubectlFlagValues, seconds } from './flags.ts';
import { verbosity } from './verbosity.ts';

/**
 * kubectl's flags as the Kubernetes port takes them; what was not given, or is empty, is left out.
 * @param log where the lines of -v go; to stderr unless something else is shown there
 */
export function connectionOptions(
  flags: KubectlFlagValues,
  log: (line: string) => void = (line) => process.stderr.write(`${line}\n`),
): ConnectionOptions {
  const options: Record<keyof ConnectionOptions, unknown> = {
    kubeconfig: flags.kubeconfig,
    context: flags.context,
    cluster: flags.cluster,
    user: flags.user,
    namespace: flags.namespace,
    server: flags.server,
    token: flags.token,
    username: flags.username,
    password: flags.password,
    as: flags.as,
    asGroup: flags['as-group'],
    asUid: flags['as-uid'],
    certificateAuthority: flags['certificate-authority'],
    clientCertificate: flags['client-certificate'],
    clientKey: flags['client-key'],
    tlsServerName: flags['tls-server-name'],
    insecureSkipTlsVerify: flags['insecure-skip-tls-verify'],
    disableCompression: flags['disable-compression'],
    log: { level: verbosity(flags.v), write: log },
    requestTimeout: flags['request-timeout'] && seconds('request-timeout', flags['request-timeout']),
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined && value !== ''));
}
