import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect as dial } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { connect } from '../../src/kube/client.ts';
import type { ConnectionOptions } from '../../src/kube/connection.ts';
import { apiServer, type Handler, json, kubeconfigFile, TLS, tlsOptions } from './api-server.ts';

const version: Handler = (_, response) => json(response, 200, { gitVersion: 'v1' });

/** The version, or the message of the error, that one call to the server ends with. */
async function outcome(
  cluster: Record<string, unknown>,
  options: ConnectionOptions = {},
  user?: Record<string, unknown>,
) {
  await using config = await kubeconfigFile(cluster, user);
  const client = await connect({ ...options, kubeconfig: config.file }, {});
  try {
    return await client.version().catch((error: Error) => error.message);
  } finally {
    await client.close();
  }
}

test('a server is trusted by the authority of the kubeconfig only', async () => {
  await using server = await apiServer(version, tlsOptions());
  const untrusted = /^Unable to connect to the server: (unable to verify|self-signed certificate)/;
  expect(await outcome({ server: server.url })).toMatch(untrusted);
  expect(await outcome({ server: server.url, 'certificate-authority': TLS.clientKey })).toMatch(untrusted);
  const stranger = { 'certificate-authority': TLS.client, 'insecure-skip-tls-verify': true };
  expect(await outcome({ server: server.url, ...stranger })).toMatch(untrusted);
  expect(await outcome({ server: server.url, 'certificate-authority': TLS.ca })).toBe('v1');
  const data = readFileSync(TLS.ca).toString('base64');
  expect(await outcome({ server: server.url, 'certificate-authority-data': data })).toBe('v1');
  expect(await outcome({ server: server.url, 'insecure-skip-tls-verify': true })).toBe('v1');
  expect(await outcome({ server: server.url }, { 'certificate-authority': TLS.ca })).toBe('v1');
});

test('the authority holds for a user without any credential too', async () => {
  await using server = await apiServer(version, tlsOptions());
  expect(await outcome({ server: server.url, 'certificate-authority': TLS.ca }, {}, {})).toBe('v1');
  expect(server.received[0]?.headers.authorization).toBeUndefined();
});

test('a certificate for another name is refused, unless --tls-server-name says so', async () => {
  await using server = await apiServer(version, tlsOptions('named-server'));
  const cluster = { server: server.url, 'certificate-authority': TLS.ca };
  expect(await outcome(cluster)).toBe("Unable to connect to the server: IP: 127.0.0.1 is not in the cert's list:");
  expect(await outcome(cluster, { 'tls-server-name': 'kubernetes.test' })).toBe('v1');
});

test("the user's certificate is presented", async () => {
  const names: unknown[] = [];
  const tls = { ...tlsOptions(), ca: readFileSync(TLS.ca), requestCert: true, rejectUnauthorized: true };
  await using server = await apiServer((request, response) => {
    names.push((request.socket as TLSSocket).getPeerCertificate().subject.CN);
    version(request, response);
  }, tls);
  const cluster = { server: server.url, 'certificate-authority': TLS.ca };
  expect(await outcome(cluster, {}, { 'client-certificate': TLS.client, 'client-key': TLS.clientKey })).toBe('v1');
  expect(names).toEqual(['tester']);
});

test('https to a plain http server is told from an untrusted one', async () => {
  await using plain = await apiServer(version);
  expect(await outcome({ server: plain.url.replace('http:', 'https:') })).toBe(
    'Unable to connect to the server: http: server gave HTTP response to HTTPS client',
  );
  expect(await outcome({ server: plain.url })).toBe('v1');
});

test('a proxy-url is tunnelled through, with its password and with repeated headers intact', async () => {
  await using server = await apiServer(version, tlsOptions());
  const tunnels: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request, socket) => {
    tunnels.push(`${request.url} ${request.headers['proxy-authorization']}`);
    const upstream = dial(server.port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    const end = () => {
      upstream.destroy();
      socket.destroy();
    };
    for (const side of [upstream, socket]) side.on('error', end).on('close', end);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port } = proxy.address() as AddressInfo;
  const cluster = {
    server: server.url,
    'certificate-authority': TLS.ca,
    'proxy-url': `http://me:pw@127.0.0.1:${port}`,
  };
  expect(await outcome(cluster, { as: 'jane', 'as-group': ['a', 'b'] })).toBe('v1');
  expect(tunnels).toEqual([`127.0.0.1:${server.port} Basic ${Buffer.from('me:pw').toString('base64')}`]);
  const groups = server.received[0]?.rawHeaders.filter(
    (_, i, all) => all[i - 1]?.toLowerCase() === 'impersonate-group',
  );
  expect(groups).toEqual(['a', 'b']);
  proxy.close();
  await once(proxy, 'close');
});

test('impersonation sends every group in a header of its own', async () => {
  await using server = await apiServer(version);
  expect(await outcome({ server: server.url }, { as: 'jane', 'as-group': ['a, b', 'c'], 'as-uid': '7' })).toBe('v1');
  const headers = server.received[0]?.rawHeaders ?? [];
  const of = (name: string) => headers.filter((_, i) => headers[i - 1]?.toLowerCase() === name);
  expect(of('impersonate-user')).toEqual(['jane']);
  expect(of('impersonate-uid')).toEqual(['7']);
  expect(of('impersonate-group')).toEqual(['a, b', 'c']);
});

test('user and password are sent as basic authentication, and over plain http nothing is', async () => {
  await using server = await apiServer(version, tlsOptions());
  await using plain = await apiServer(version);
  const user = { username: 'u', password: 'p:w' };
  await outcome({ server: server.url, 'certificate-authority': TLS.ca }, {}, user);
  await outcome({ server: plain.url }, {}, user);
  const basic = `Basic ${Buffer.from('u:p:w').toString('base64')}`;
  expect(server.received.map(({ headers }) => headers.authorization)).toEqual([basic]);
  expect(plain.received.map(({ headers }) => headers.authorization)).toEqual([undefined]);
});
