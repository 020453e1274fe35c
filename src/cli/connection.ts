import type { ConnectionOptions } from '../kube/connection.ts';
import { type KubectlFlagValues, requestTimeout } from './flags.ts';
import type { Speech } from './run-interruptible.ts';
import { verbosity } from './verbosity.ts';

/**
 * kubectl's flags as the Kubernetes port takes them; what was not given, or is empty, is left out.
 * @param speech what else is shown on stderr, where the lines of -v go and plug-ins may ask
 */
export function connectionOptions(
  flags: KubectlFlagValues,
  speech?: Pick<Speech, 'notice' | 'yieldTo'>,
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
    log: { level: verbosity(flags.v), write: speech?.notice ?? ((line) => process.stderr.write(`${line}\n`)) },
    onPlugin: speech?.yieldTo,
    requestTimeout: flags['request-timeout'] && requestTimeout(flags['request-timeout']),
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined && value !== ''));
}
