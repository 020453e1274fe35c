import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { messageOf } from '../errors.ts';
import { run } from '../text/advice.ts';
import { fileError } from '../text/file-error.ts';
import { shellWord } from '../text/shell-word.ts';
import { configurationError } from './errors.ts';
import type { ClusterEntry, UserEntry } from './kubeconfig-document.ts';

/** How a server is verified and who we are to it, as Node's TLS takes it. */
export interface TlsOptions {
  ca?: Buffer | string[] | undefined;
  cert?: Buffer | string | undefined;
  key?: Buffer | string | undefined;
  rejectUnauthorized: boolean;
  servername?: string | undefined;
}

/** What an entry's `field` holds: its -data, else its file. `name` is the entry's. */
function material<T extends string>(
  entry: Partial<Record<T | `${T}-data`, string | undefined>>,
  field: T,
  name: string,
): Buffer | undefined {
  const data = entry[`${field}-data`];
  if (data !== undefined) return Buffer.from(data, 'base64');
  const file = entry[field];
  if (file === undefined) return undefined;
  try {
    return readFileSync(file);
  } catch (error) {
    const lead = `check the file, or name the right one with --${field}, or in ${field} of the kubeconfig`;
    throw configurationError(`unable to read ${field} ${file} for ${name} due to open ${file}: ${fileError(error)}`, [
      run(`ls -l ${shellWord(file)}`, lead),
    ]);
  }
}

/** How a server is verified. An authority is obeyed also where the entry says that nothing need be verified. */
export function serverTls(entry: ClusterEntry, name: string): TlsOptions {
  const ca = material(entry, 'certificate-authority', name);
  const unverified = entry['insecure-skip-tls-verify'] === true && ca === undefined;
  return { ca, rejectUnauthorized: !unverified, servername: entry['tls-server-name'] };
}

/** The client's certificate with its key, where there is one: a key alone is no login. */
export function clientTls(entry: UserEntry, name: string): Pick<TlsOptions, 'cert' | 'key'> {
  const cert = material(entry, 'client-certificate', name);
  if (cert === undefined) return {};
  const key = material(entry, 'client-key', name);
  if (key !== undefined) return { cert, key };
  const message = `client-key-data or client-key must be specified for ${name} to use the clientCert authentication method`;
  throw configurationError(message, ['name the key of the certificate with --client-key']);
}

/**
 * Has OpenSSL look at a client certificate and its key, of which Node would say that the connection failed.
 * @param whose the user, or the credential plug-in, that they are from
 */
export function checkClientTls({ cert, key }: TlsOptions, whose: string): void {
  try {
    if (cert !== undefined) createSecureContext({ cert, key });
  } catch (error) {
    throw configurationError(`the client certificate of ${whose} cannot be used with its key: ${messageOf(error)}`, [
      run('kubectl config view --minify', 'see where they are'),
      run('openssl x509 -noout -subject -in FILE', 'then check the certificate'),
      run('openssl pkey -noout -check -in FILE', 'and the key'),
      'name the right files with --client-certificate and --client-key, or log in again for new ones',
    ]);
  }
}
