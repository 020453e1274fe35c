import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
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
      [/no kubeconfig found: \/does\/not\/exist and \/nor\/this do not exist/, '--kubeconfig'],
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
      [/no current context in /, 'kubectl config get-contexts', '--context'],
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
      [
        /^Error in configuration: cluster "c" was not found for context "a"$/m,
        /^ {2}kubectl config get-clusters$/m,
        '--cluster',
      ],
    ],
    [
      "the context's user does not exist",
      () => ({
        KUBECONFIG: kubeconfig('no-user', { ...good, users: [], contexts: [context('a')], 'current-context': 'a' }),
      }),
      [],
      [
        /^Error in configuration: user "u" was not found for context "a"$/m,
        /^ {2}kubectl config get-users$/m,
        '--user',
      ],
    ],
    [
      'it is no YAML',
      () => ({ KUBECONFIG: kubeconfig('garbled', 'a: [b\n\u001b[2J') }),
      [],
      [
        /^error: error loading config file "\S+garbled": yaml: line 2: [a-z ]+$/m,
        /^ {2}fix it: "\$\{EDITOR:-vi\}" \S+garbled$/m,
        'kubectl config view',
      ],
    ],
    [
      'a line of it is broken',
      () => ({ KUBECONFIG: kubeconfig('broken', 'a:\n- b\nc: "unclosed') }),
      [],
      [/^error: error loading config file "\S+broken": yaml: line 3: missing char$/m, /^ {2}fix it: .*broken$/m],
    ],
    [
      'it is a directory',
      () => ({ KUBECONFIG: directory }),
      [],
      [
        /^error: error loading config file "(\S+)": open \1: is a directory$/m,
        /^ {2}see whether it exists, and who may read it: ls -ld \/\S+$/m,
        'name a file that you may read, with --kubeconfig or in KUBECONFIG',
      ],
    ],
    [
      '--kubeconfig names one that is not there',
      () => ({}),
      ['--kubeconfig', '/nope/config'],
      [
        /^error: error loading config file "(\/nope\/config)": open \1: no such file or directory$/m,
        /^ {2}see whether it exists, and who may read it: ls -ld \/nope\/config$/m,
        'without both it is ~/.kube/config',
      ],
    ],
    [
      'KUBECONFIG is a list of nothing',
      () => ({ KUBECONFIG: ':' }),
      [],
      [/^error: no kubeconfig found: KUBECONFIG names no file$/m, '--kubeconfig or KUBECONFIG'],
    ],
    [
      'the cluster is mistyped',
      () => ({ KUBECONFIG: kubeconfig('clusters', { ...good, contexts: [context('a')], 'current-context': 'a' }) }),
      ['--cluster', 'cc'],
      [
        /^error: cluster "cc" does not exist\n {2}did you mean c\?\n {2}kubectl config get-clusters\n {2}choose one with --cluster$/m,
      ],
    ],
    [
      'the user is like no other, and the file is named by a flag',
      () => ({}),
      [
        '--kubeconfig',
        kubeconfig('users', { ...good, contexts: [context('a')] }),
        '--context',
        'a',
        '--user',
        'nobody',
      ],
      [/^error: auth info "nobody" does not exist\n {2}kubectl --kubeconfig \S+users config get-users$/m, '--user'],
    ],
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

describe('a kubeconfig or flags that cannot be used', () => {
  const config = (cluster: object, user: object = { token: 't' }) =>
    kubeconfig(`unusable-${JSON.stringify([cluster, user]).length}-${Math.random()}`, {
      ...good,
      clusters: ['c', '$(reboot)'].map((name) => ({ name, cluster: { server: 'https://127.0.0.1:1', ...cluster } })),
      users: [{ name: 'u', user }],
      contexts: [context('a')],
      'current-context': 'a',
    });
  const noPem = kubeconfig('no.pem', 'this is no certificate\n');

  test.for<[string, { cluster?: object; user?: object; args?: string[]; env?: Record<string, string> }, Told]>([
    [
      '--certificate-authority is not there',
      { args: ['--certificate-authority', '/nope.pem'] },
      [
        /^error: unable to read certificate-authority \/nope\.pem for c due to open \/nope\.pem: no such file or directory$/m,
        /^ {2}check the file, or name the right one with --certificate-authority, .*: ls -l \/nope\.pem$/m,
      ],
    ],
    ...[
      { 'client-certificate': noPem, 'client-key': noPem },
      { 'client-certificate-data': 'bm9uZQ==', 'client-key-data': 'bm9uZQ==' },
    ].map((user): [string, { user: object }, Told] => [
      `the client certificate is none: ${Object.keys(user)}`,
      { user },
      [
        /^error: the client certificate of user "u" cannot be used with its key: \S.*$/m,
        /openssl x509 -noout -subject -in FILE/,
        '--client-certificate',
        'log in again',
      ],
    ]),
    [
      '--as-group without --as',
      { args: ['--as-group', 'g'] },
      [
        /^error: requesting uid, groups or user-extra for u without impersonating a user$/m,
        /^ {2}name the user too: --as USER$/m,
      ],
    ],
    [
      'the server is of another scheme, and its password is not told',
      { args: ['--server', 'ftp://me:secret@files:21'] },
      [
        /^error: the server of cluster "c" is not an http or https URL: ftp:\/\/…@files:21$/m,
        /kubectl .*config view --minify/,
        '--server https://HOST:PORT',
      ],
    ],
    [
      'the server has a path, but no scheme',
      { args: ['--server', 'me:secret@k8s:6443/path'] },
      [
        /^error: host must be a URL or a host:port pair: "…@k8s:6443\/path"$/m,
        /^ {2}with a path it needs a scheme: --server 'https:\/\/…@k8s:6443\/path'$/m,
      ],
    ],
    [
      'proxy-url is of another scheme',
      { cluster: { 'proxy-url': 'socks4://me:secret@proxy:1080' } },
      [
        /^error: invalid proxy in proxy-url: socks4:\/\/…@proxy:1080 is not an http, https or socks5 URL$/m,
        /^ {2}set a valid one: kubectl config set clusters\.c\.proxy-url http:\/\/HOST:PORT$/m,
      ],
    ],
    [
      'the proxy of the environment is of another scheme',
      { cluster: { server: 'https://k8s.invalid' }, env: { HTTPS_PROXY: 'gopher://me:secret@proxy:70' } },
      [
        /^error: invalid proxy in HTTPS_PROXY: gopher:\/\/…@proxy:70 is not an http, https or socks5 URL$/m,
        /^ {2}set a valid one: export HTTPS_PROXY=http:\/\/HOST:PORT$/m,
        /^ {2}or use none: unset HTTPS_PROXY$/m,
      ],
    ],
    [
      'proxy-url is of another scheme, and the cluster has a name that a shell would run',
      { cluster: { 'proxy-url': 'socks4://proxy' }, args: ['--cluster', '$(reboot)'] },
      [/kubectl config set 'clusters\.\$\(reboot\)\.proxy-url' http/],
    ],
    [
      "the server's password is in the URL",
      { cluster: { server: 'https://me:secret@127.0.0.1:1' } },
      [/^error: the URL of cluster "\w+" has a name or a password in it: https:\/\/…@127\.0\.0\.1:1$/m],
    ],
    [
      "the server's password is in a flag",
      { args: ['--server', 'https://me:secret@127.0.0.1:1'] },
      [/^ {2}remove it from the URL; use --username and --password/m],
    ],
  ])('%s', async ([, { cluster, user, args = [], env = {} }, told]) => {
    const result = await netprereqWithOnly(['check', ...args], { KUBECONFIG: config(cluster ?? {}, user), ...env });
    expectRefusal(result, told);
    expect(result.stderr).not.toContain('secret');
  });
});

describe('a proxy that leads nowhere', () => {
  const answering = async (line: string) => {
    const proxy = createHttpServer((_, response) => response.writeHead(Number(line.split(' ')[0])).end('no'));
    const text = `HTTP/1.1 ${line}\r\nContent-Length: 0\r\n\r\n`;
    proxy.on('connect', (_, socket) => (line === 'silence' ? undefined : socket.end(text)));
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    return { address: `127.0.0.1:${(proxy.address() as AddressInfo).port}`, stop: () => proxy.close() };
  };

  const DEAD = /^Unable to connect to the server: connect ECONNREFUSED 127\.0\.0\.1:1$/m;
  const WANTS_LOGIN = /^Unable to connect to the server: .*\b407\b.*$/m;
  const NAMED = (from: string) =>
    new RegExp(`asked through the proxy \\w+://127.0.0.1:\\d+, which the \\w+ names in ${from}: `);
  const VIEW = /kubectl config view --minify$/m;

  test.for<[string, { server?: string; proxyUrl?: string; env?: Record<string, string>; answer?: string }, Told]>([
    [
      'HTTPS_PROXY is dead',
      { env: { HTTPS_PROXY: 'http://me:secret@127.0.0.1:1' } },
      [DEAD, NAMED('HTTPS_PROXY'), /echo "\$HTTPS_PROXY"$/m, /export NO_PROXY="\$NO_PROXY",k8s\.invalid$/m],
    ],
    [
      'HTTP_PROXY is dead, for plain http',
      { server: 'http://k8s.invalid', env: { http_proxy: 'http://127.0.0.1:1' } },
      [DEAD, NAMED('http_proxy'), /echo "\$http_proxy"$/m],
    ],
    ['proxy-url is dead', { proxyUrl: 'http://me:secret@127.0.0.1:1' }, [DEAD, NAMED('proxy-url'), VIEW]],
    ['proxy-url socks5 is dead', { proxyUrl: 'socks5://127.0.0.1:1' }, [DEAD, NAMED('proxy-url'), VIEW]],
    [
      'HTTPS_PROXY wants a login',
      { env: { HTTPS_PROXY: 'http://PROXY' }, answer: '407 Proxy Authentication Required' },
      [
        WANTS_LOGIN,
        NAMED('HTTPS_PROXY'),
        /needs a name and a password, put them into HTTPS_PROXY: http:\/\/NAME:PASSWORD@127/,
      ],
    ],
    [
      'HTTP_PROXY wants a login, for plain http',
      {
        server: 'http://k8s.invalid',
        env: { HTTP_PROXY: 'http://PROXY' },
        answer: '407 Proxy Authentication Required',
      },
      [WANTS_LOGIN, NAMED('HTTP_PROXY'), 'put them into HTTP_PROXY'],
    ],
    [
      'proxy-url says nothing',
      { proxyUrl: 'http://PROXY', answer: 'silence' },
      [/^Unable to connect to the server: .*Client\.Timeout exceeded/m, NAMED('proxy-url'), VIEW],
    ],
    [
      'proxy-url does not let pass',
      { proxyUrl: 'http://PROXY', answer: '403 Forbidden' },
      [/^Unable to connect to the server: Proxy response \(403\) .*$/m, NAMED('proxy-url'), VIEW],
    ],
  ])('%s', async ([, { server = 'https://k8s.invalid', proxyUrl, env = {}, answer = '200 OK' }, told]) => {
    const proxy = await answering(answer);
    const at = (url: string) => url.replace('PROXY', proxy.address);
    const cluster = { server, ...(proxyUrl ? { 'proxy-url': at(proxyUrl) } : {}) };
    const config = kubeconfig('proxied', {
      ...good,
      clusters: [{ name: 'c', cluster }],
      contexts: [context('a')],
      'current-context': 'a',
    });
    const proxies = Object.fromEntries(Object.entries(env).map(([name, url]) => [name, at(url)]));
    const result = await netprereqWithOnly(['check', '--request-timeout', '2s'], {
      KUBECONFIG: config,
      ...proxies,
    });
    proxy.stop();
    expectRefusal(result, told);
    expect(result.stderr).not.toContain('secret');
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
        /kubectl --server http:\S+ get --raw \/readyz -v=6$/m,
      ],
    ],
    [
      'does not answer in time',
      () => ['--server', silent.url, '--request-timeout', '1s'],
      [
        /^Unable to connect to the server: .*Client\.Timeout exceeded.*: no answer from 127\.0\.0\.1:\d+ within 1s$/m,
        /^ {2}kubectl --server http:\S+ get --raw \/readyz$/m,
        '--request-timeout',
      ],
    ],
    [
      'has a name that nobody knows',
      () => ['--server', 'http://no-such-host.invalid'],
      [/^Unable to connect to the server: getaddrinfo \w+ no-such-host\.invalid$/m, 'get --raw /readyz -v=6'],
    ],
    [
      'has an address that is none',
      () => ['--server', 'http://[::'],
      [/^error: the server of cluster "" is not an http or https URL: http:\/\/\[::$/m, '--server https://HOST:PORT'],
    ],
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
        /^Unable to connect to the server: (self-signed certificate|unable to verify)[a-z -]*$/m,
        'certificate-authority in the kubeconfig',
      ],
    ],
    [
      'its certificate is for another name',
      {},
      () => ['--tls-server-name', 'other.example'],
      [
        /^Unable to connect to the server: Host: other\.example\. is not in the cert's altnames: /m,
        /^ {2}its certificate is for DNS:.*--tls-server-name$/m,
      ],
    ],
    [
      'it speaks plain HTTP where HTTPS was asked for',
      { tls: false },
      () => ['--server', standIn?.url.replace('http:', 'https:') ?? ''],
      [/^Unable to connect to the server: http: server gave HTTP response to HTTPS client$/m, 'get --raw /readyz -v=6'],
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
      [/^Unable to connect to the server: (read ECONNRESET|other side closed)$/m, 'get --raw /readyz'],
    ],
  ])('%s', async ([, options, args, told]) => {
    standIn = await startStandIn({ ...flannelCluster(), nodes: [{ name: 'node-1', recorded: '' }], ...options });
    const result = await netprereq(['check', ...args()], { KUBECONFIG: standIn.kubeconfig });
    expectRefusal(result, told);
    expect(result.stderr).not.toMatch(/wrong-token|stand-in-admin/);
  });
});
