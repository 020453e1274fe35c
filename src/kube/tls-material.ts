import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { Cluster as ClientCluster, User } from '@kubernetes/client-node';
import { shellWord } from '../text/shell-word.ts';
import { configurationError, KubeError } from './errors.ts';

type Text = SecureContextOptions['cert'] | SecureContextOptions['key'] | SecureContextOptions['ca'];

function isPem(text: Text, what: RegExp): boolean {
  return text !== undefined && what.test(String(text));
}

/** What shows a certificate or a key as TLS sees it: openssl on its file, or on what the kubeconfig has in its place. */
function look(file: string | undefined, field: string, openssl: string): string {
  if (file !== undefined) return `look at it: openssl ${openssl} -in ${shellWord(file)}`;
  return `look at it: kubectl config view --raw --minify -o jsonpath='{${field}}' | base64 -d | openssl ${openssl}`;
}

const LOG_IN = 'if it is damaged, get a new one: log in again, or ask who gave you the kubeconfig';

function authorityError({ caFile, name }: ClientCluster): KubeError {
  const where = caFile ?? `certificate-authority-data of cluster "${name}"`;
  return configurationError(`unable to load root certificates: no PEM certificate in ${where}`, {
    tries: [
      look(caFile, '.clusters[0].cluster.certificate-authority-data', 'x509 -noout -subject'),
      'name the right file with --certificate-authority',
    ],
  });
}

function pairError(what: string, user: User, isKey: boolean): KubeError {
  const field = isKey ? 'client-key' : 'client-certificate';
  const file = isKey ? user.keyFile : user.certFile;
  const where = file ?? `${field}-data of user "${user.name}"`;
  return configurationError(`${what} (${where})`, {
    tries: [
      look(file, `.users[0].user.${field}-data`, isKey ? 'pkey -noout -check' : 'x509 -noout -subject'),
      `name the right file with --${field}`,
      LOG_IN,
    ],
  });
}

/** The certificate with its key in OpenSSL's hands, and what Go would say of them. */
function secureContextError(
  { cert, key }: Pick<SecureContextOptions, 'cert' | 'key'>,
  user: User,
): KubeError | undefined {
  try {
    createSecureContext({ cert, key });
    return undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH' || code === 'ERR_OSSL_X509_KEY_TYPE_MISMATCH') {
      return pairError('tls: private key does not match public key', user, true);
    }
    return pairError('tls: failed to parse certificate and private key', user, false);
  }
}

/**
 * What makes TLS impossible before any connection is made, in Go's words: Node would call it a failed connection, or pass over it.
 * @param plugin the material is a credential plug-in's, not the kubeconfig's
 */
export function tlsMaterialError(
  { ca, cert, key }: Pick<SecureContextOptions, 'ca' | 'cert' | 'key'>,
  cluster: ClientCluster,
  user: User,
  plugin: string | undefined,
): KubeError | undefined {
  const inFile = cluster.caFile ?? cluster.caData;
  if (inFile !== undefined && !isPem(ca, /-----BEGIN CERTIFICATE-----/)) return authorityError(cluster);
  // A key alone is no login in Go.
  if (cert === undefined) return undefined;
  const problem = !isPem(cert, /-----BEGIN CERTIFICATE-----/)
    ? pairError('tls: failed to find any PEM data in certificate input', user, false)
    : !isPem(key, /-----BEGIN .*PRIVATE KEY-----/)
      ? pairError('tls: failed to find any PEM data in key input', user, true)
      : secureContextError({ cert, key }, user);
  if (problem === undefined || plugin === undefined) return problem;
  const message = problem.message.replace(/ \([^(]*\)$/, ` (from the credential plug-in ${plugin})`);
  return new KubeError(message, { tries: ['run it by hand to see what it prints, or log in again'] });
}
