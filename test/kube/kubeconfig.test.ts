import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectionOptions } from '../../src/kube/connection.ts';
import { loadKubeconfig } from '../../src/kube/kubeconfig.ts';
import { parseKubeconfig } from '../../src/kube/kubeconfig-document.ts';
import { inClusterDocument } from '../../src/kube/service-account.ts';
import { serverTls } from '../../src/kube/tls-material.ts';

const CONFIG = `
apiVersion: v1
kind: Config
current-context: dev
clusters:
- name: dev
  cluster: {server: 'https://dev.example:6443/', certificate-authority: pki/ca.pem, tls-server-name: kubernetes}
- name: prod
  cluster: {server: 'https://prod.example/k8s/clusters/c-1', certificate-authority-data: Q0E=}
- name: plain
  cluster: {server: 'http://localhost:8001'}
- name: bare
  cluster: {server: 'api.example:8080'}
- name: none
  cluster: {}
- name: ca-gone
  cluster: {server: 'https://x', certificate-authority: gone.pem}
- name: both
  cluster: {server: 'https://x', certificate-authority-data: Q0E=, insecure-skip-tls-verify: true}
- name: socks4
  cluster: {server: 'https://x', proxy-url: 'socks4://user:secret@proxy:1080'}
users:
- name: jane
  user: {client-certificate: pki/jane.pem, client-key-data: S0VZ}
- name: path
  user: {client-certificate: pki/jane.pem, client-key: /keys/jane.pem}
- name: token
  user: {token: abc, exec: {apiVersion: client.authentication.k8s.io/v1, command: never, interactiveMode: Never}}
- name: file
  user: {token: stale, tokenFile: tokens/t}
- name: plugin
  user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: ./bin/get-token, args: [-x, '1'], interactiveMode: Never, env: [{name: A, value: b}]}}
- name: no-command
  user: {exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never}}
- name: boss
  user: {as: root, as-uid: '7', as-groups: [a, b], as-user-extra: {scopes/x: [view, edit]}}
- name: named
  user: {username: john, password: pw}
- name: groups-only
  user: {as-groups: [a]}
contexts:
- {name: dev, context: {cluster: dev, user: jane}}
- {name: prod, context: {cluster: prod, user: token, namespace: shop}}
- {name: no-user, context: {cluster: plain}}
- {name: both, context: {cluster: both}}
- {name: lost-cluster, context: {cluster: nowhere, user: jane}}
- {name: lost-user, context: {cluster: dev, user: nobody}}
`;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'netprereq-kubeconfig-'));
  await mkdir(join(directory, 'pki'));
  await Promise.all([
    writeFile(join(directory, 'config'), CONFIG),
    writeFile(join(directory, 'empty'), ''),
    writeFile(join(directory, 'broken'), 'users:\n- token: secret-token\n  "unclosed'),
    writeFile(join(directory, 'lost'), 'current-context: gone\nclusters: []\n'),
    writeFile(join(directory, 'text'), 'secret-token'),
    writeFile(join(directory, 'quotes'), '""'),
    writeFile(join(directory, 'pki/ca.pem'), 'CA'),
    writeFile(join(directory, 'pki/jane.pem'), 'JANE'),
    writeFile(join(directory, 'token'), 'in-pod\n'),
    writeFile(join(directory, 'ca.crt'), 'CA'),
    writeFile(join(directory, 'namespace'), 'here\n'),
  ]);
});
afterAll(() => rm(directory, { recursive: true }));

const load = (options: ConnectionOptions = {}, env: NodeJS.ProcessEnv = {}) =>
  loadKubeconfig({ kubeconfig: join(directory, 'config'), ...options }, env);

function failure(run: () => unknown): Error & { tries?: readonly string[] } {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not fail');
}

describe('which file', () => {
  test('--kubeconfig replaces KUBECONFIG', () => {
    expect(load({}, { KUBECONFIG: '/nowhere' }).server).toBe('https://dev.example:6443');
  });

  test('the first file of KUBECONFIG that exists is read, empty entries are none', () => {
    const KUBECONFIG = `:${directory}/missing:${directory}/config`;
    expect(loadKubeconfig({}, { KUBECONFIG }).server).toBe('https://dev.example:6443');
  });

  test('without either, it is .kube/config in the home directory', async () => {
    await mkdir(join(directory, '.kube'), { recursive: true });
    await writeFile(join(directory, '.kube/config'), CONFIG);
    expect(loadKubeconfig({ context: 'prod' }, { HOME: directory }).server).toBe(
      'https://prod.example/k8s/clusters/c-1',
    );
  });

  test('a missing --kubeconfig is an error', () => {
    expect(failure(() => load({ kubeconfig: '/no/such' })).message).toBe(
      'error: error loading config file "/no/such": open /no/such: no such file or directory',
    );
  });

  test('where there is none at all, the error says where it looked and what to try', () => {
    const error = failure(() => loadKubeconfig({}, { HOME: '/no/home' }));
    expect(error.message).toBe('error: no kubeconfig found: /no/home/.kube/config does not exist');
    expect(error.tries).toContain('name one with --kubeconfig or KUBECONFIG');
  });

  test('where none of several is there, the error names them all', () => {
    const error = failure(() => loadKubeconfig({}, { KUBECONFIG: '/no/a:/no/b' }));
    expect(error.message).toBe('error: no kubeconfig found: /no/a and /no/b do not exist');
  });

  test('--server needs no kubeconfig', () => {
    expect(loadKubeconfig({ server: 'http://localhost:8001' }, { HOME: '/no/home' }).server).toBe(
      'http://localhost:8001',
    );
  });

  test('a pod uses its service account', () => {
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
    const document = inClusterDocument(env, directory);
    expect(document?.clusters.get('in-cluster')).toEqual({
      server: 'https://[fd00::1]:443',
      'certificate-authority': join(directory, 'ca.crt'),
    });
    expect(document?.users.get('in-cluster')).toEqual({ tokenFile: join(directory, 'token') });
    expect(document?.contexts.get('in-cluster')?.namespace).toBe('here');
    expect(inClusterDocument({}, directory)).toBeUndefined();
    expect(inClusterDocument(env, '/nowhere')).toBeUndefined();
  });
});

describe('what cannot be used', () => {
  test.each<[string, ConnectionOptions, string]>([
    ['unknown --context', { context: 'x' }, 'error: context "x" does not exist'],
    ['unknown --cluster', { cluster: 'x' }, 'error: cluster "x" does not exist'],
    ['unknown --user', { user: 'x' }, 'error: auth info "x" does not exist'],
    [
      'a context without its cluster',
      { context: 'lost-cluster' },
      'Error in configuration: cluster "nowhere" was not found for context "lost-cluster"',
    ],
    [
      'a context without its user',
      { context: 'lost-user' },
      'Error in configuration: user "nobody" was not found for context "lost-user"',
    ],
    ['a cluster without a server', { cluster: 'none' }, 'error: no server found for cluster "none"'],
    [
      'a server that is no URL',
      { server: 'ftp://x' },
      'error: the server of cluster "dev" is not an http or https URL: ftp://x',
    ],
    [
      'an authority that is not there',
      { cluster: 'ca-gone' },
      'error: unable to read certificate-authority DIR/gone.pem for ca-gone due to open DIR/gone.pem: no such file or directory',
    ],
    [
      'a client key that is not there',
      { user: 'path', 'client-key': '/gone' },
      'error: unable to read client-key /gone for path due to open /gone: no such file or directory',
    ],
    [
      'a proxy of another kind, without its password',
      { cluster: 'socks4' },
      'error: invalid proxy in proxy-url: socks4://…@proxy:1080 is not an http, https or socks5 URL',
    ],
    [
      'a plug-in without a command',
      { user: 'no-command' },
      'error: command must be specified for no-command to use exec authentication plugin',
    ],
    [
      'groups without a user',
      { user: 'groups-only' },
      'error: requesting uid, groups or user-extra for groups-only without impersonating a user',
    ],
    [
      '--as-group without --as',
      { 'as-group': ['a'] },
      'error: requesting uid, groups or user-extra for jane without impersonating a user',
    ],
  ])('%s', (_, options, message) => {
    expect(failure(() => load(options)).message.replaceAll(directory, 'DIR')).toBe(message);
  });

  test.each([
    ['empty', 'error: no current context in DIR/empty'],
    ['lost', 'Error in configuration: context was not found for specified context: gone'],
    ['broken', 'error: error loading config file "DIR/broken": yaml: line 3: missing char'],
    ['text', 'error: error loading config file "DIR/text": the file is a string, not an object'],
    ['quotes', 'error: error loading config file "DIR/quotes": the file is a string, not an object'],
    ['pki', 'error: error loading config file "DIR/pki": open DIR/pki: is a directory'],
  ])('the file %s', (file, message) => {
    const error = failure(() => load({ kubeconfig: join(directory, file) }));
    expect(error.message.replaceAll(directory, 'DIR')).toBe(message);
    expect(error.message).not.toContain('secret-token');
  });
});

describe('what flags and file make together', () => {
  test('paths are relative to the file, inline data wins over a path', () => {
    const tls = { ca: Buffer.from('CA'), rejectUnauthorized: true };
    expect(load().tls).toEqual({
      ...tls,
      servername: 'kubernetes',
      cert: Buffer.from('JANE'),
      key: Buffer.from('KEY'),
    });
    expect(load({ context: 'prod' })).toMatchObject({ server: 'https://prod.example/k8s/clusters/c-1', tls });
    const both = { 'certificate-authority': join(directory, 'config'), 'certificate-authority-data': 'Q0E=' };
    expect(serverTls(both, 'c')).toEqual(tls);
  });

  test('the namespace says whether it was asked for', () => {
    expect(load().namespace).toBeUndefined();
    expect(load({ context: 'prod' }).namespace).toEqual({ name: 'shop', explicit: false });
    expect(load({ context: 'prod', namespace: 'x' }).namespace).toEqual({ name: 'x', explicit: true });
  });

  test('flags replace what the file says', () => {
    const { server, tls, user } = load({
      context: 'prod',
      server: 'https://other',
      'certificate-authority': join(directory, 'config'),
      'tls-server-name': 'n',
      token: 't',
    });
    expect([server, user.token]).toEqual(['https://other', 't']);
    expect(tls).toEqual({ ca: Buffer.from(CONFIG), rejectUnauthorized: true, servername: 'n' });
  });

  test('of two ways of logging in what is typed counts', () => {
    const named = { username: 'u', password: 'p' };
    expect(load({ user: 'token', ...named }).user).toMatchObject({ token: undefined, ...named });
    expect(load({ user: 'file', ...named }).user).toMatchObject({ token: undefined, tokenFile: undefined, ...named });
    expect(load({ user: 'named', token: 't' }).user).toMatchObject({ token: 't', username: undefined });
  });

  test('--insecure-skip-tls-verify drops the authority of the file', () => {
    expect(load({ context: 'prod', 'insecure-skip-tls-verify': true })).toMatchObject({
      server: 'https://prod.example/k8s/clusters/c-1',
      tls: { ca: undefined, rejectUnauthorized: false },
    });
  });

  test('where an authority is named, the server is verified, also beside insecure-skip-tls-verify', () => {
    const authority = { 'certificate-authority': join(directory, 'ca.crt') };
    const both = load({ user: 'token', 'insecure-skip-tls-verify': true, ...authority });
    expect(both.tls).toMatchObject({ ca: Buffer.from('CA'), rejectUnauthorized: true });
    expect(load({ user: 'token', context: 'both' }).tls.rejectUnauthorized).toBe(true);
  });

  test('a server without a scheme is plain http, as kubectl has it', () => {
    expect(load({ cluster: 'bare' }).server).toBe('http://api.example:8080');
    expect(load({ cluster: 'bare', 'insecure-skip-tls-verify': true }).server).toBe('http://api.example:8080');
  });

  test('a context may name no user', () => {
    expect(load({ context: 'no-user' })).toMatchObject({ server: 'http://localhost:8001', user: { name: '' } });
  });

  test('a plug-in is found beside the file that names it, and a token makes it superfluous', () => {
    const { exec } = load({ user: 'plugin' });
    expect(exec).toMatchObject({
      command: join(directory, 'bin/get-token'),
      args: ['-x', '1'],
      env: [{ name: 'A', value: 'b' }],
    });
    expect(load({ user: 'plugin', token: 't' }).exec).toBeUndefined();
    expect(load({ context: 'prod' }).exec).toBeUndefined();
  });

  test('a token file is kept as a file, unless --token is given', () => {
    expect(load({ user: 'file' }).user.tokenFile).toBe(join(directory, 'tokens/t'));
    expect(load({ user: 'file', token: 't' }).user.tokenFile).toBeUndefined();
  });

  test('impersonation comes from the file, and flags replace it', () => {
    expect(load({ user: 'boss' }).impersonation).toEqual({
      'Impersonate-User': 'root',
      'Impersonate-Uid': '7',
      'Impersonate-Group': ['a', 'b'],
      'Impersonate-Extra-scopes%2Fx': ['view', 'edit'],
    });
    expect(load({ as: 'jane', 'as-group': ['g'] }).impersonation).toEqual({
      'Impersonate-User': 'jane',
      'Impersonate-Group': ['g'],
    });
  });

  test('a proxy of the environment is used where the file names none', () => {
    const proxy = { url: 'http://proxy:3128/', from: 'HTTPS_PROXY' };
    expect(load({}, { HTTPS_PROXY: 'http://proxy:3128' }).proxy).toEqual(proxy);
  });

  test.each([
    ['https://h//a//b/', 'https://h//a//b'],
    ['https://h/a/../b', 'https://h/b'],
    ['https://h/a%2Fb', 'https://h/a%2Fb'],
  ])('the server %s is asked at %s', (server, asked) => {
    expect(load({ server }).server).toBe(asked);
  });

  test.each([
    ['https://me:pw@h:1/a', 'https://…@h:1/a'],
    ['http://me@h', 'http://…@h'],
    ['me:pw@h:1', '…@h:1'],
  ])('the server %s is refused, because a login would come before all others', (server, shown) => {
    expect(failure(() => load({ server })).message).toBe(
      `error: the URL of cluster "dev" has a name or a password in it: ${shown}`,
    );
  });

  test('two entries with one name in one file are an error, without what they hold', () => {
    const twice = 'users: [{name: a, user: {token: secret-1}}, {name: a, user: {token: secret-2}}]';
    expect(failure(() => parseKubeconfig(twice, 'f')).message).toBe(
      'error: error loading config file "f": users has two entries with the name "a"',
    );
  });

  test('a field of another type is an error that does not show its value', () => {
    expect(failure(() => parseKubeconfig('users: [{name: a, user: {token: 123456}}]', 'f')).message).toBe(
      'error: error loading config file "f": token is a number, not a string',
    );
  });
});

describe('YAML that is none', () => {
  test.for<[yaml: string, why: string]>([
    ['a: secret-1\nb: "unclosed', 'line 2: missing char'],
    ['a: *secret-1', 'an alias is undefined, refers to itself, or expands too far'],
    ['a: &a {<<: *a}', 'an alias is undefined, refers to itself, or expands too far'],
  ])('%j is told without what it holds', ([yaml, why]) => {
    expect(failure(() => parseKubeconfig(yaml, 'f')).message).toBe(
      `error: error loading config file "f": yaml: ${why}`,
    );
  });

  test.for([
    ['aliases', (i: number) => `[${i === 0 ? 'x' : `*l${i - 1},*l${i - 1}`}]`] as const,
    ['merges', (i: number) => `{<<: [${i === 0 ? '{a: 1}' : `*l${i - 1},*l${i - 1}`}]}`] as const,
  ])('%s of %0 do not fill the memory, nor take for ever', ([, value]) => {
    const levels = Array.from({ length: 40 }, (_, i) => `l${i}: &l${i} ${value(i)}`);
    expect(failure(() => parseKubeconfig(levels.join('\n'), 'f')).message).toContain('too far');
  });
});
