import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { flannelCluster } from '../support/clusters.ts';
import { netprereq } from '../support/command.ts';
import type { Fault } from '../support/faults.ts';
import { expectRefusal, netprereqWithOnly, type Told } from '../support/refusal.ts';
import { type StandIn, type StandInOptions, startStandIn } from '../support/stand-in.ts';

const directory = mkdtempSync(join(tmpdir(), 'netprereq-connection-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Writes a kubeconfig; an object as JSON, which is YAML. */
function kubeconfig(name: string, content: string | object): string {
  const path = join(directory, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const cluster = { name: 'c', cluster: { server: 'https://127.0.0.1:1' } };
const user = { name: 'u', user: { token: 't' } };
const context = (name: string) => ({ name, context: { cluster: 'c', user: 'u' } });
const good = { apiVersion: 'v1', kind: 'Config', clusters: [cluster], users: [user] };

describe('a kubeconfig that leads nowhere', () => {
  const home = join(directory, 'home');
  mkdirSync(home);

  test.for<[string, () => Record<string, string>, string[], Told]>([
    [
      'there is none',
      () => ({}),
      [],
      [
        /^error: no kubeconfig found: .*home\/\.kube\/config does not exist$/m,
        '--kubeconfig or KUBECONFIG',
        'check --local',
      ],
    ],
    [
      'KUBECONFIG names files that are not there',
      () => ({ KUBECONFIG: '/does/not/exist:/nor/this' }),
      [],
      [/no kubeconfig found: \/does\/not\/exist, \/nor\/this does not exist/, '--kubeconfig'],
    ],
    [
      'the context is mistyped',
      () => ({ KUBECONFIG: kubeconfig('contexts', { ...good, contexts: [context('production'), context('test')] }) }),
      ['--context', 'prodution'],
      [
        /^error: context "prodution" does not exist$/m,
        /did you mean production\?/,
        /^ {2}kubectl config get-contexts$/m,
        'choose one with --context',
      ],
    ],
    [
      'the context is like no other, and its file is named by a flag',
      () => ({}),
      ['--kubeconfig', kubeconfig('contexts', { ...good, contexts: [context('production')] }), '--context', 'x'],
      [/^error: context "x" does not exist\n {2}kubectl --kubeconfig \S+contexts config get-contexts$/m],
    ],
    [
      'the current context does not exist',
      () => ({ KUBECONFIG: kubeconfig('dangling', { ...good, contexts: [], 'current-context': 'gone' }) }),
      [],
      [/^Error in configuration: context was not found for specified context: gone$/m, 'kubectl config get-contexts'],
    ],
    [
      'no context is current',
      () => ({ KUBECONFIG: kubeconfig('none-current', { ...good, contexts: [context('a')] }) }),
      [],
      [/names no current context/, 'kubectl config get-contexts', '--context'],
    ],
    [
      "the context's cluster does not exist",
      () => ({
        KUBECONFIG: kubeconfig('no-cluster', {
          ...good,
          clusters: [],
          contexts: [context('a')],
          'current-context': 'a',
        }),
      }),
      [],
      [/^Error in configuration: cluster "c" was not found for context "a"$/m, 'kubectl config view', '--cluster'],
    ],
    [
      "the context's user does not exist",
      () => ({
        KUBECONFIG: kubeconfig('no-user', { ...good, users: [], contexts: [context('a')], 'current-context': 'a' }),
      }),
      [],
      [/^Error in configuration: user "u" was not found for context "a"$/m, 'kubectl config view', '--user'],
    ],
    ['it is no YAML', () => ({ KUBECONFIG: kubeconfig('garbled', 'a: [b\n\u001b[2J') }), [], [/garbled/]],
    ['it is a directory', () => ({ KUBECONFIG: directory }), [], [/is a directory|EISDIR/]],
    [
      'its plug-in for credentials is not installed',
      () => ({
        KUBECONFIG: kubeconfig('plug-in', {
          ...good,
          users: [
            {
              name: 'u',
              user: {
                exec: {
                  apiVersion: 'client.authentication.k8s.io/v1',
                  command: 'no-such-login',
                  interactiveMode: 'Never',
                  installHint: 'install it from the moon',
                },
              },
            },
          ],
          contexts: [context('a')],
          'current-context': 'a',
        }),
      }),
      [],
      [/getting credentials: .*no-such-login/, 'install it from the moon'],
    ],
  ])('%s', async ([, env, args, told]) => {
    const result = await netprereqWithOnly(['check', ...args], { HOME: home, ...env() });
    expectRefusal(result, told);
  });
});

describe('a server that is not to be had', () => {
  let silent: { url: string; stop: () => void };
  let closed: string;

  beforeAll(async () => {
    const server = createServer(() => {}).listen(0, '127.0.0.1');
    const other = createServer().listen(0, '127.0.0.1');
    await Promise.all([once(server, 'listening'), once(other, 'listening')]);
    const url = (of: typeof server) => `127.0.0.1:${(of.address() as AddressInfo).port}`;
    closed = url(other);
    other.close();
    silent = { url: `http://${url(server)}`, stop: () => server.close() };
  });

  afterAll(() => silent.stop());

  test.for<[string, () => string[], Told]>([
    [
      'refuses connections',
      () => ['--server', `http://${closed}`],
      [
        /^The connection to the server 127\.0\.0\.1:\d+ was refused - did you specify the right host or port\?$/m,
        /kubectl config view --server http:\S+ --minify|kubectl --server http:\S+ config view --minify/,
        'get --raw /readyz',
      ],
    ],
    [
      'does not answer in time',
      () => ['--server', silent.url, '--request-timeout', '1s'],
      [
        /^Unable to connect to the server: .*Client\.Timeout exceeded/m,
        /no answer within 1s: kubectl .*\/readyz/,
        '--request-timeout',
      ],
    ],
    [
      'has a name that nobody knows',
      () => ['--server', 'http://no-such-host.invalid'],
      [/^Unable to connect to the server: dial tcp: lookup no-such-host\.invalid/m, 'config view --minify'],
    ],
    ['has an address that is none', () => ['--server', 'http://[::'], [/\[::/]],
  ])('%s', async ([, args, told]) => {
    expectRefusal(await netprereq(['check', ...args()], { KUBECONFIG: '/dev/null' }), told);
  });
});

describe('a server that answers, but not with what was asked for', () => {
  let standIn: StandIn | undefined;

  afterEach(async () => {
    const created = standIn?.created;
    await standIn?.stop();
    standIn = undefined;
    expect(created).toEqual([]);
  });

  const changed = (change: (config: { clusters: { cluster: object }[]; users: { user: object }[] }) => void) => () => {
    const config = JSON.parse(readFileSync(standIn?.kubeconfig ?? '', 'utf8'));
    change(config);
    return ['--kubeconfig', kubeconfig('changed', config)];
  };
  const always = (fault: Omit<Extract<Fault, { effect: 'status' }>, 'effect'>): Fault[] => [
    { effect: 'status', ...fault },
  ];

  test.for<[string, Partial<StandInOptions>, () => string[], Told]>([
    [
      'its certificate is of an unknown authority',
      {},
      changed(({ clusters }) => {
        for (const one of clusters) one.cluster = { server: standIn?.url };
      }),
      [
        /^Unable to connect to the server: tls: failed to verify certificate: x509: certificate signed by unknown authority$/m,
        'certificate-authority in the kubeconfig',
      ],
    ],
    [
      'its certificate is for another name',
      {},
      () => ['--tls-server-name', 'other.example'],
      [/x509: certificate is valid for .*, not other\.example$/m, '--tls-server-name'],
    ],
    [
      'it speaks plain HTTP where HTTPS was asked for',
      { tls: false },
      () => ['--server', standIn?.url.replace('http:', 'https:') ?? ''],
      [/^Unable to connect to the server: http: server gave HTTP response to HTTPS client$/m, 'config view --minify'],
    ],
    [
      'the token is not valid: 401',
      {},
      () => ['--token', 'wrong-token'],
      [/^error: You must be logged in to the server \(Unauthorized\)$/m, 'auth whoami', '--user or --context'],
    ],
    [
      'nobody is logged in: 403 for the anonymous',
      {},
      changed(({ users }) => {
        for (const one of users) one.user = {};
      }),
      [/^Error from server \(Forbidden\): .*system:anonymous/m, /You are not logged in/, '--context or --user'],
    ],
    [
      'a login page answers in its place',
      { faults: [{ effect: 'html', code: 200, body: '<html><title>Sign in\u001b[2J</title></html>' }] },
      () => [],
      [
        /answered with HTTP 200, text\/html: "Sign in/,
        'which is not an answer of the Kubernetes API',
        'get --raw /version',
      ],
    ],
    [
      'a proxy says 502',
      { faults: [{ effect: 'html', code: 502 }] },
      () => [],
      [/answered with HTTP 502, text\/html: "502 Bad Gateway"/, 'HTTPS_PROXY and NO_PROXY'],
    ],
    [
      'it is another kind of server: 404',
      { faults: always({ code: 404, reason: 'NotFound' }) },
      () => [],
      [/^Error from server \(NotFound\): /m, 'config view --minify'],
    ],
    [
      'it is not ready: 503',
      { faults: always({ code: 503 }) },
      () => ['--request-timeout', '1s'],
      [
        /^Error from server \(ServiceUnavailable\): the server is currently unable to handle the request$/m,
        'get --raw /readyz',
      ],
    ],
    [
      'its answers are cut short',
      { faults: [{ effect: 'truncate', bytes: 20 }] },
      () => ['--request-timeout', '1s'],
      [/^Unable to connect to the server: /m],
    ],
    [
      'it resets every connection',
      { faults: [{ effect: 'reset', when: 'before' }] },
      () => ['--request-timeout', '1s'],
      [/^Unable to connect to the server: .*connection reset by peer$/m, 'get --raw /readyz'],
    ],
  ])('%s', async ([, options, args, told]) => {
    standIn = await startStandIn({ ...flannelCluster(), nodes: [{ name: 'node-1', recorded: '' }], ...options });
    const result = await netprereq(['check', ...args()], { KUBECONFIG: standIn.kubeconfig });
    expectRefusal(result, told);
    expect(result.stderr).not.toMatch(/wrong-token|stand-in-admin/);
  });
});
