import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { apiServer, json, kubeconfigFile, TLS, tlsOptions } from '../kube/api-server.ts';
import { netprereq } from '../support/command.ts';

/** With a terminal escape and the credential in its answer, as a debugging proxy may echo it. */
const serverThatEchoes = () =>
  apiServer((request, response) => {
    const echo = String(request.headers.authorization);
    json(response, 200, {
      gitVersion: 'v1',
      escape: '\u009b31m',
      echo,
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
  return stderr.replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /gm, 'I] ');
}

const line = (url: string) => new RegExp(`^I\\] GET ${url}/version 200 OK in \\d+ milliseconds$`, 'm');

test.for([[], ['-v', '0'], ['-v=5']])('%j logs no request', async (args) => {
  await using server = await serverThatEchoes();
  expect(await stderrOf(server.url, { token: 'the-secret' }, args)).not.toContain('/version');
});

test.for([['-v', '6'], ['-v=6'], ['-v6'], ['--v=6'], ['--v', '6'], ['-v=9', '--v=6']])(
  '%j logs one line per request, without headers',
  async (args) => {
    await using server = await serverThatEchoes();
    const stderr = await stderrOf(server.url, { token: 'the-secret' }, args);
    expect(stderr).toMatch(line(server.url));
    const logged = stderr.split('\n').filter((text) => text.startsWith('I] '));
    expect(logged).toHaveLength(server.received.length);
  },
);

test('-v=7 adds the headers of the request, but no body', async () => {
  await using server = await serverThatEchoes();
  const stderr = await stderrOf(server.url, { token: 'the-secret' }, ['-v=7']);
  expect(stderr).toMatch(line(server.url));
  expect(stderr).toMatch(/^I\] {5}User-Agent: kubectl-netprereq\//m);
  expect(stderr).toMatch(/^I\] {5}Authorization: Bearer <masked>$/m);
  expect(stderr).not.toContain('Body');
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
  await using server = await serverThatEchoes();
  const stderr = await stderrOf(server.url, user, ['-v=9']);
  expect(stderr).toContain('Request Headers:');
  expect(stderr).not.toContain('the-end');
  expect(stderr).not.toContain(secret);
  expect(stderr).not.toContain('\u009b');
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
  expect(stderr).toMatch(/^error: invalid argument "loud" for "-v, --v" flag: must be a whole number$/m);
});

test('a server that refuses is told once per request that it refused, and not that others were given up', async () => {
  const { stderr } = await netprereq(['check', '--server', 'http://127.0.0.1:1', '-v=6'], { KUBECONFIG: '/dev/null' });
  const logged = stderr.split('\n').filter((text) => /^\d{4}-\d\d-\d\dT/.test(text));
  expect(logged.length).toBeGreaterThan(0);
  for (const text of logged)
    expect(text).toMatch(/failed in \d+ milliseconds: The connection to the server .* was refused/);
});
