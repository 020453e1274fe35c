import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const runFile = promisify(execFile);

/** Paths of PEM files that openssl made for this run. */
export interface Certificates {
  /** Signed everything below. */
  ca: string;
  /** Signed nothing. */
  strangerCa: string;
  /** For localhost, 127.0.0.1, 0.0.0.0, api.test and kubernetes.test. */
  server: string;
  serverKey: string;
  client: string;
  clientKey: string;
  otherClient: string;
  otherClientKey: string;
}

const SERVER_NAMES = 'DNS:localhost,DNS:api.test,DNS:kubernetes.test,IP:127.0.0.1,IP:0.0.0.0';

async function authority(directory: string, name: string): Promise<string> {
  const certificate = join(directory, `${name}.pem`);
  const key = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    join(directory, `${name}-key.pem`),
  ];
  await runFile('openssl', ['req', '-x509', ...key, '-subj', `/CN=${name}`, '-days', '2', '-out', certificate]);
  return certificate;
}

async function signed(directory: string, name: string, subject: string, extension: string): Promise<void> {
  const at = (file: string) => join(directory, file);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', at(`${name}-key.pem`)];
  await runFile('openssl', ['req', ...key, '-subj', subject, '-out', at(`${name}.csr`)]);
  await writeFile(at(`${name}.ext`), extension);
  const by = ['-CA', at('ca.pem'), '-CAkey', at('ca-key.pem'), '-CAcreateserial', '-CAserial', at(`${name}.srl`)];
  const files = ['-in', at(`${name}.csr`), '-extfile', at(`${name}.ext`), '-out', at(`${name}.pem`)];
  await runFile('openssl', ['x509', '-req', ...by, ...files, '-days', '2']);
}

/** Makes an authority, a server's certificate and two clients' in `directory`. Needs openssl. */
export async function makeCertificates(directory: string): Promise<Certificates> {
  const [ca, strangerCa] = await Promise.all([authority(directory, 'ca'), authority(directory, 'stranger')]);
  await Promise.all([
    signed(directory, 'server', '/CN=server', `subjectAltName=${SERVER_NAMES}\nextendedKeyUsage=serverAuth`),
    signed(directory, 'client', '/O=system:masters/CN=tester', 'extendedKeyUsage=clientAuth'),
    signed(directory, 'other', '/CN=other', 'extendedKeyUsage=clientAuth'),
  ]);
  const at = (file: string) => join(directory, file);
  return {
    ca,
    strangerCa,
    server: at('server.pem'),
    serverKey: at('server-key.pem'),
    client: at('client.pem'),
    clientKey: at('client-key.pem'),
    otherClient: at('other.pem'),
    otherClientKey: at('other-key.pem'),
  };
}
