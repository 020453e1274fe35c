import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { apiServer, json, kubeconfigFile, TLS, tlsOptions } from '../kube/api-server.ts';
import { flannelCluster } from '../support/clusters.ts';
import { netprereq } from '../support/command.ts';
import { startStandIn } from '../support/stand-in.ts';

/** So long that -v=8 cuts it, and with a terminal escape and the credential in it, as a debugging proxy may echo it. */
const serverWithLongAnswer = () =>
  apiServer((request, response) => {
    const echo = String(request.headers.authorization);
    json(response, 200, {
      gitVersion: 'v1',
      escape: '\u009b31m',
      echo,
      filler: 'x'.repeat(2000),
      end: 'the-end',
      items: [],
    });
  }, tlsOptions());

/** Runs cleanup, whose first request is for the version; resolves with its standard error, dates and process ids taken out. */
async function stderrOf(url: string, user: Record<string, unknown>, args: readonly string[]): Promise<string> {
  await using config = await kubeconfigFile({ server: url, 'certificate-authority': TLS.ca }, user);
  if (user.exec) {
    const credential = {
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { token: 'plugged-secret' },
    };
    await writeFile(join(config.directory, 'plugin'), `#!/bin/sh\necho '${JSON.stringify(credential)}'\n`, {
      mode: 0o755,
    });
  }
  const { stderr, code } = await netprereq(['cleanup', '--kubeconfig', config.file, ...args]);
  expect(code, stderr).toBe(0);
  return stderr.replace(/^I\d{4} \d\d:\d\d:\d\d\.\d{6} \d+ kubectl-netprereq\] /gm, 'I] ');
}

const line = (url: string) => new RegExp(`^I\\] GET ${url}/version 200 OK in \\d+ milliseconds$`, 'm');

test.for([[], ['-v', '0'], ['-v=5']])('%j logs no request', async (args) => {
  await using server = await serverWithLongAnswer();
  expect(await stderrOf(server.url, { token: 'the-secret' }, args)).not.toContain('/version');
});

test.for([['-v', '6'], ['-v=6'], ['-v6'], ['--v=6'], ['--v', '6'], ['-v=9', '--v=6']])(
  '%j logs one line per request, without headers',
  async (args) => {
    await using server = await serverWithLongAnswer();
    const stderr = await stderrOf(server.url, { token: 'the-secret' }, args);
    expect(stderr).toMatch(line(server.url));
    const logged = stderr.split('\n').filter((text) => text.startsWith('I] '));
    expect(logged).toHaveLength(server.received.length);
  },
);

test('-v=7 adds the headers of the request, but no body', async () => {
  await using server = await serverWithLongAnswer();
  const stderr = await stderrOf(server.url, { token: 'the-secret' }, ['-v=7']);
  expect(stderr).toMatch(line(server.url));
  expect(stderr).toMatch(/^I\] {5}User-Agent: kubectl-netprereq\//m);
  expect(stderr).toMatch(/^I\] {5}Authorization: Bearer <masked>$/m);
  expect(stderr).not.toContain('Body');
});

test('-v=8 cuts bodies at 1024 characters, -v=9 shows more', async () => {
  await using server = await serverWithLongAnswer();
  const cut = await stderrOf(server.url, { token: 'the-secret' }, ['-v=8']);
  expect(cut).toMatch(/^I\] Response Body: \{"gitVersion":"v1".*x \[truncated \d+ chars\]$/m);
  expect(cut).not.toContain('the-end');
  expect(await stderrOf(server.url, { token: 'the-secret' }, ['-v=9'])).toContain('the-end');
});

test.for<[string, Record<string, unknown>, string]>([
  ['a token', { token: 'the-secret' }, 'the-secret'],
  ['a password', { username: 'jane', password: 'the-secret' }, 'the-secret'],
  [
    'a password as it is sent',
    { username: 'jane', password: 'the-secret' },
    Buffer.from('jane:the-secret').toString('base64'),
  ],
  [
    'the token of a plug-in',
    { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin', interactiveMode: 'Never' } },
    'plugged-secret',
  ],
  [
    'what impersonation says of a person',
    { token: 't', as: 'jane', 'as-user-extra': { scopes: ['the-secret'] } },
    'the-secret',
  ],
])('-v=9 shows %s nowhere, even when the server repeats it, and no terminal escape', async ([, user, secret]) => {
  await using server = await serverWithLongAnswer();
  const stderr = await stderrOf(server.url, user, ['-v=9']);
  expect(stderr).toContain('Response Body');
  expect(stderr).not.toContain(secret);
  expect(stderr).not.toContain('\u009b');
});

test('-v=8 shows the pod that a check creates, cut, and the credential nowhere', async () => {
  const users = [{ name: 'jane', token: 'the-secret-token' }];
  const standIn = await startStandIn({ ...flannelCluster(), users, nodes: [{ name: 'node-1', recorded: 'nothing' }] });
  const { code, stderr } = await netprereq(['check', '-v=8'], { KUBECONFIG: standIn.kubeconfig });
  await standIn.stop();
  const lines = stderr.split('\n').map((line) => line.replace(/^I.*? kubectl-netprereq\] /, ''));
  const posts = lines.flatMap((line, at) => (/^POST \S+\/namespaces\/kube-system\/pods\?/.test(line) ? [at] : []));
  // Shown to the server first, then created; each once with its request, once with its answer.
  expect([code, standIn.created.length]).toEqual([3, 1]);
  expect(posts.filter((at) => /^POST \S+ 201 Created in \d+ milliseconds$/.test(lines[at] ?? '')).length).toBe(2);
  const created = posts.find((at) => !lines[at]?.includes('dryRun') && lines[at + 1] === 'Request Headers:') ?? -1;
  const request = lines.slice(created, lines.indexOf('Request Headers:', created + 2));
  expect(request).toContain('    Authorization: Bearer <masked>');
  const [body = ''] = request.filter((line) => line.startsWith('Request Body: '));
  expect(body).toMatch(/^Request Body: \{"apiVersion":"v1","kind":"Pod",.* \[truncated \d+ chars\]$/);
  expect(body.length).toBeLessThan(1100);
  // Of a watch every event is a line of its own.
  for (const line of lines.filter((one) => /^(Request|Response) Body: /.test(one)))
    expect(line.length).toBeLessThan(1100);
  expect(stderr).not.toContain('the-secret-token');
});

test('a request that fails is logged with its reason', async () => {
  await using config = await kubeconfigFile({ server: 'https://127.0.0.1:9' });
  const { stderr, code } = await netprereq(['cleanup', '--kubeconfig', config.file, '-v=6']);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /GET https:\/\/127\.0\.0\.1:9\/version failed in \d+ milliseconds: The connection to the server/,
  );
});

test('a level that is no number is refused', async () => {
  const { stderr, code } = await netprereq(['cleanup', '-v=loud'], { KUBECONFIG: '/dev/null' });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: invalid argument "loud" for "-v, --v" flag: not a whole number$/m);
});

test('a server that refuses is told once per request that it refused, and not that others were given up', async () => {
  const { stderr } = await netprereq(['check', '--server', 'http://127.0.0.1:1', '-v=6'], { KUBECONFIG: '/dev/null' });
  const logged = stderr.split('\n').filter((text) => text.includes('kubectl-netprereq] '));
  expect(logged.length).toBeGreaterThan(0);
  for (const text of logged)
    expect(text).toMatch(/failed in \d+ milliseconds: The connection to the server .* was refused/);
});
