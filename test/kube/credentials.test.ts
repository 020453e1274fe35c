import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { connect } from '../../src/kube/client.ts';
import { parseExecCredential } from '../../src/kube/exec-plugin.ts';
import { apiServer, type Handler, json, kubeconfigFile, refuse, TLS, tlsOptions } from './api-server.ts';

const API_VERSION = 'client.authentication.k8s.io/v1';

/** A kubeconfig with a plug-in that notes each run and prints token-1, token-2, … */
async function withPlugin(
  server: Record<string, unknown>,
  options: { status?: string; exec?: object; script?: string } = {},
) {
  const config = await kubeconfigFile(server, {
    exec: { apiVersion: API_VERSION, command: './plugin.sh', interactiveMode: 'Never', ...options.exec },
  });
  const status = options.status ?? '"token":"token-\'$n\'"';
  const script =
    options.script ??
    `#!/bin/sh
cd "$(dirname "$0")" || exit 1
printf '%s\\n' "$KUBERNETES_EXEC_INFO" >>runs
n=$(grep -c . runs)
echo '{"apiVersion":"${API_VERSION}","kind":"ExecCredential","status":{${status}}}'
`;
  await writeFile(join(config.directory, 'plugin.sh'), script, { mode: 0o755 });
  const runs = async () =>
    (await readFile(join(config.directory, 'runs'), 'utf8').catch(() => '')).split('\n').filter(Boolean);
  return { ...config, runs };
}

/** The cluster of a kubeconfig for this server: nobody logs in over plain http. */
const trusting = ({ url }: { url: string }) => ({ server: url, 'certificate-authority': TLS.ca });

/** Lets in only who shows the given token. */
const only =
  (token: () => string): Handler =>
  (request, response) =>
    request.headers.authorization === `Bearer ${token()}`
      ? json(response, 200, { gitVersion: 'v1' })
      : refuse(response, 401, 'Unauthorized');

test('thirty parallel calls run the plug-in once', async () => {
  await using server = await apiServer(
    only(() => 'token-1'),
    tlsOptions(),
  );
  await using config = await withPlugin(trusting(server));
  const cluster = await connect({ kubeconfig: config.file });
  await Promise.all(Array.from({ length: 30 }, () => cluster.version()));
  expect(await config.runs()).toHaveLength(1);
  await cluster.close();
});

test('when the server stops taking the credential, the plug-in runs once more', async () => {
  let valid = 'token-1';
  await using server = await apiServer(
    only(() => valid),
    tlsOptions(),
  );
  await using config = await withPlugin(trusting(server));
  const cluster = await connect({ kubeconfig: config.file });
  await cluster.version();
  valid = 'token-2';
  await Promise.all(Array.from({ length: 30 }, () => cluster.version()));
  expect(await config.runs()).toHaveLength(2);
  await cluster.close();
});

test('a server that takes no credential of the plug-in does not make it run for every call', async () => {
  await using server = await apiServer(
    only(() => 'another'),
    tlsOptions(),
  );
  await using config = await withPlugin(trusting(server));
  const cluster = await connect({ kubeconfig: config.file });
  for (let i = 0; i < 3; i++) {
    await expect(cluster.version()).rejects.toThrow('error: You must be logged in to the server (Unauthorized)');
  }
  expect(await config.runs()).toHaveLength(2);
  await cluster.close();
});

test('a token of the kubeconfig that is refused is refused', async () => {
  await using server = await apiServer(
    only(() => 'another'),
    tlsOptions(),
  );
  await using config = await kubeconfigFile(trusting(server));
  const cluster = await connect({ kubeconfig: config.file });
  await expect(cluster.version()).rejects.toThrow('(Unauthorized)');
  expect(server.received).toHaveLength(1);
  await cluster.close();
});

test('an expired credential is obtained anew, a valid one is kept', async () => {
  let valid = 'token-1';
  await using server = await apiServer(
    only(() => valid),
    tlsOptions(),
  );
  await using expired = await withPlugin(trusting(server), {
    status: '"token":"token-\'$n\'","expirationTimestamp":"2020-01-01T00:00:00Z"',
  });
  const first = await connect({ kubeconfig: expired.file });
  await first.version();
  valid = 'token-2';
  await first.version();
  expect(server.received.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
  await first.close();
  valid = 'token-1';
  await using lasting = await withPlugin(trusting(server), {
    status: '"token":"token-\'$n\'","expirationTimestamp":"2999-01-01T00:00:00Z"',
  });
  const second = await connect({ kubeconfig: lasting.file });
  for (let i = 0; i < 3; i++) await second.version();
  expect(await lasting.runs()).toHaveLength(1);
  await second.close();
});

test('the plug-in is told about the cluster when it asks for it', async () => {
  await using server = await apiServer(
    only(() => 'token-1'),
    tlsOptions(),
  );
  const extensions = [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'x' } }];
  const cluster = { server: server.url, 'certificate-authority': TLS.ca, extensions };
  await using config = await withPlugin(cluster, { exec: { provideClusterInfo: true } });
  const client = await connect({ kubeconfig: config.file });
  await client.version();
  const [info] = (await config.runs()).map((line) => JSON.parse(line));
  expect(info).toMatchObject({
    apiVersion: API_VERSION,
    kind: 'ExecCredential',
    spec: { interactive: false, cluster: { server: server.url, config: { audience: 'x' } } },
  });
  expect(Buffer.from(info.spec.cluster['certificate-authority-data'], 'base64').toString()).toBe(
    await readFile(TLS.ca, 'utf8'),
  );
  await client.close();
});

test('a plug-in may give a client certificate', async () => {
  const names: unknown[] = [];
  const tls = { ...tlsOptions(), ca: await readFile(TLS.ca), requestCert: true, rejectUnauthorized: true };
  await using server = await apiServer((request, response) => {
    const { socket } = request as unknown as { socket: { getPeerCertificate(): { subject: { CN: string } } } };
    names.push(socket.getPeerCertificate().subject.CN);
    json(response, 200, { gitVersion: 'v1' });
  }, tls);
  const [certificate, key] = await Promise.all([readFile(TLS.client, 'utf8'), readFile(TLS.clientKey, 'utf8')]);
  const credential = {
    apiVersion: API_VERSION,
    kind: 'ExecCredential',
    status: { clientCertificateData: certificate, clientKeyData: key },
  };
  const script = `#!/bin/sh\ncat <<'END'\n${JSON.stringify(credential)}\nEND\n`;
  await using config = await withPlugin({ server: server.url, 'certificate-authority': TLS.ca }, { script });
  const cluster = await connect({ kubeconfig: config.file });
  await cluster.version();
  expect(names).toEqual(['tester']);
  await cluster.close();
});

test.each<[string, { script?: string; exec?: object }, string]>([
  ['fails', { script: '#!/bin/sh\necho hunter2; exit 3\n' }, 'exec: executable DIR/plugin.sh failed with exit code 3'],
  [
    'prints something else',
    { script: '#!/bin/sh\necho hunter2\n' },
    'decoding stdout: the exec plugin printed no JSON object',
  ],
  [
    'is not installed',
    { exec: { command: 'no-such-plugin', installHint: 'brew install it' } },
    'exec: executable no-such-plugin not found',
  ],
  [
    'needs a terminal',
    { exec: { interactiveMode: 'Always' } },
    'exec plugin cannot support interactive mode: standard input is not a terminal',
  ],
])('a plug-in that %s is named, its output is not', async (_, options, message) => {
  await using config = await withPlugin({ server: 'https://127.0.0.1:9' }, options);
  const cluster = await connect({ kubeconfig: config.file });
  const error: Error = await cluster.version().then(
    () => new Error('it worked'),
    (reason) => reason,
  );
  expect(error.message.replaceAll(config.directory, 'DIR')).toBe(
    `Unable to connect to the server: getting credentials: ${message}`,
  );
  expect(JSON.stringify([error.message, error.cause])).not.toContain('hunter2');
  await cluster.close();
});

test('a plug-in is not installed where the PATH has only what may not be executed under its name', async () => {
  await using config = await withPlugin({ server: 'https://127.0.0.1:9' }, { exec: { command: 'plain-file' } });
  await writeFile(join(config.directory, 'plain-file'), '#!/bin/sh\n', { mode: 0o644 });
  vi.stubEnv('PATH', `${config.directory}:${process.env.PATH}`);
  const cluster = await connect({ kubeconfig: config.file });
  await expect(cluster.version()).rejects.toThrow('exec: executable plain-file not found');
  await cluster.close();
  vi.unstubAllEnvs();
});

test.each([
  ['{"kind":"ExecCredential","apiVersion":"v2"}', /configured to use API version v1, plugin returned version v2/],
  ['{"kind":"ExecCredential","apiVersion":"v1"}', /didn't return a status field/],
  ['{"kind":"ExecCredential","apiVersion":"v1","status":{}}', /didn't return a token or cert\/key pair/],
  ['{"kind":"ExecCredential","apiVersion":"v1","status":{"clientKeyData":"k"}}', /only certificate or key, not both/],
  ['{"kind":"Secret"}', /printed no ExecCredential/],
  ['null', /printed no JSON object/],
])('the credential %s is refused', (output, message) => {
  expect(() => parseExecCredential(output, 'v1')).toThrow(message);
});

test('an abort does not wait for the plug-in, and closing ends it', async () => {
  await using config = await withPlugin(
    { server: 'https://127.0.0.1:9' },
    { script: '#!/bin/sh\necho $$ >"$(dirname "$0")/runs"\nexec sleep 60\n' },
  );
  const cluster = await connect({ kubeconfig: config.file });
  const abort = new AbortController();
  const call = cluster.version({ signal: abort.signal });
  call.catch(() => undefined);
  await expect.poll(config.runs).toHaveLength(1);
  abort.abort(new Error('enough'));
  await expect(call).rejects.toThrow('enough');
  await cluster.close();
  const [pid] = await config.runs();
  const alive = () => {
    try {
      return process.kill(Number(pid), 0);
    } catch {
      return false;
    }
  };
  await expect.poll(alive).toBe(false);
});

test('a token file is read and trimmed, and read again after a 401', async () => {
  let valid = 'one';
  await using server = await apiServer(
    only(() => valid),
    tlsOptions(),
  );
  await using config = await kubeconfigFile(trusting(server), { tokenFile: 'token' });
  await writeFile(join(config.directory, 'token'), 'one\n');
  const cluster = await connect({ kubeconfig: config.file });
  await cluster.version();
  valid = 'two';
  await writeFile(join(config.directory, 'token'), 'two\n');
  expect(await cluster.version()).toBe('v1');
  await cluster.close();
});

test('a login provider of client-node is applied', async () => {
  const claims = { exp: Math.floor(Date.now() / 1000) + 3600 };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = `${part({ alg: 'none' })}.${part(claims)}.sig`;
  await using server = await apiServer(
    only(() => token),
    tlsOptions(),
  );
  await using config = await kubeconfigFile(trusting(server), {
    'auth-provider': { name: 'oidc', config: { 'id-token': token } },
  });
  const cluster = await connect({ kubeconfig: config.file });
  expect(await cluster.version()).toBe('v1');
  await cluster.close();
});
