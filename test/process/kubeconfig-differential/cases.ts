import type { Certificates } from './certificates.ts';
import type { RecordingServer } from './recording-server.ts';

/** What a case may refer to. */
export interface Places {
  /** The case's own directory, also its HOME and working directory. */
  directory: string;
  ports: RecordingServer['ports'];
  pki: Certificates;
  /** A certificate's or a key's text in base64, as the -data fields of a kubeconfig have it. */
  base64(file: string): string;
}

/** What both commands are started with. */
export interface Setup {
  /** Written to `config`, which KUBECONFIG names unless `env` has another. */
  config?: Kubeconfig | string;
  /** Other files, by their path in the directory. */
  files?: Record<string, Kubeconfig | string>;
  args?: string[];
  env?: Record<string, string>;
}

export interface Case {
  name: string;
  setup(at: Places): Setup;
  /** Why ours does something else, where it is meant to. */
  deliberate?: string;
}

/** kubectl asks for a name and a password on standard input. */
const ASKS =
  'nobody is asked anything: without a credential the request is anonymous, and the server says what it thinks of that';
const TYPED = 'what is typed counts: kubectl sends the token of the file';

type Entry = Record<string, unknown>;
type Kubeconfig = Entry;

interface Names {
  clusters?: Record<string, Entry>;
  users?: Record<string, Entry>;
  contexts?: Record<string, Entry>;
  current?: string;
}

/** A kubeconfig of these entries. */
function kubeconfig({ clusters = {}, users = {}, contexts = {}, current }: Names): Kubeconfig {
  const named = (entries: Record<string, Entry>, key: string) =>
    Object.entries(entries).map(([name, entry]) => ({ name, [key]: entry }));
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: named(clusters, 'cluster'),
    users: named(users, 'user'),
    contexts: named(contexts, 'context'),
    ...(current === undefined ? {} : { 'current-context': current }),
  };
}

const https = ({ ports, pki }: Places, host = 'localhost'): Entry => ({
  server: `https://${host}:${ports.https}`,
  'certificate-authority': pki.ca,
});
const http = ({ ports }: Places): Entry => ({ server: `http://localhost:${ports.http}` });
const TOKEN = { token: 'of-the-file' };

/** A kubeconfig of one cluster and one user. */
const single = (cluster: Entry, user: Entry = TOKEN): Kubeconfig =>
  kubeconfig({
    clusters: { c: cluster },
    users: { u: user },
    contexts: { here: { cluster: 'c', user: 'u' } },
    current: 'here',
  });

const certificateOf = ({ pki }: Places): Entry => ({ 'client-certificate': pki.client, 'client-key': pki.clientKey });
const certificateDataOf = ({ pki, base64 }: Places): Entry => ({
  'client-certificate-data': base64(pki.client),
  'client-key-data': base64(pki.clientKey),
});

/** The default cluster with this user and these flags. */
const user = (name: string, entry: (at: Places) => Entry, args?: (at: Places) => string[]): Case => ({
  name,
  setup: (at) => ({ config: single(https(at), entry(at)), ...(args ? { args: args(at) } : {}) }),
});

/** This cluster with a token and these flags. */
const cluster = (name: string, entry: (at: Places) => Entry, args?: (at: Places) => string[]): Case => ({
  name,
  setup: (at) => ({ config: single(entry(at)), ...(args ? { args: args(at) } : {}) }),
});

/** The default cluster and user with these flags. */
const flags = (name: string, args: (at: Places) => string[]): Case => cluster(name, https, args);

const V1 = 'client.authentication.k8s.io/v1';
const V1BETA1 = 'client.authentication.k8s.io/v1beta1';
const credential = (status: string, apiVersion = V1) =>
  JSON.stringify({ apiVersion, kind: 'ExecCredential', status: JSON.parse(status) });

/** A plug-in beside the kubeconfig that notes what it was told, and prints what it is given. */
const PLUGIN = `#!/bin/sh
printf '%s\\n' "$KUBERNETES_EXEC_INFO" >>"$NOTES"
echo "the plug-in says $WORD" >&2
printf '%s\\n' "$1"
`;

function plugin(
  name: string,
  options: { exec?: Entry; output?: string; user?: Entry; cluster?: Entry; args?: string[] },
): Case {
  return {
    name,
    setup: (at) => {
      const exec = {
        apiVersion: V1,
        command: './plugin',
        args: [options.output ?? credential('{"token":"of-the-plug-in"}')],
        env: [
          { name: 'NOTES', value: `${at.directory}/notes` },
          { name: 'WORD', value: 'hello' },
        ],
        interactiveMode: 'Never',
        ...options.exec,
      };
      return {
        config: single({ ...https(at), ...options.cluster }, { ...options.user, exec }),
        files: { plugin: PLUGIN },
        args: options.args ?? [],
      };
    },
  };
}

/** The server at an address that is not loopback's, for the environment's proxies never lead to loopback. */
const environment = (
  name: string,
  env: (at: Places) => Record<string, string>,
  scheme: 'http' | 'https' = 'https',
): Case => ({
  name,
  setup: (at) => ({
    config: single(scheme === 'https' ? https(at, '0.0.0.0') : { server: `http://0.0.0.0:${at.ports.http}` }),
    env: env(at),
  }),
});
const proxyAt = ({ ports }: Places) => `http://127.0.0.1:${ports.httpProxy}`;

const FILES: Case[] = [
  {
    name: 'two files: entries of both, the first current-context',
    setup: (at) => ({
      files: {
        first: kubeconfig({ contexts: { a: { cluster: 'c', user: 'u' } }, current: 'a' }),
        second: kubeconfig({
          clusters: { c: https(at) },
          users: { u: TOKEN },
          contexts: { b: { cluster: 'c' } },
          current: 'b',
        }),
      },
      env: { KUBECONFIG: 'first:second' },
    }),
  },
  {
    name: 'two files: of the entries with one name the first, whole',
    setup: (at) => ({
      files: {
        first: kubeconfig({ clusters: { c: https(at) }, users: { u: { token: 'first' } } }),
        second: single({ ...https(at), 'tls-server-name': 'kubernetes.test' }, { token: 'second', as: 'jane' }),
      },
      env: { KUBECONFIG: 'first:second' },
    }),
  },
  {
    name: 'two files: of the contexts with one name the first',
    setup: (at) => ({
      files: {
        first: kubeconfig({ contexts: { here: { cluster: 'c', user: 'x' } }, users: { x: { token: 'x' } } }),
        second: single(https(at)),
      },
      env: { KUBECONFIG: 'first:second' },
    }),
  },
  {
    name: 'missing and empty names in KUBECONFIG are passed over',
    setup: (at) => ({ config: single(https(at)), env: { KUBECONFIG: `missing::${at.directory}/config:gone` } }),
  },
  {
    name: 'an empty file among several',
    setup: (at) => ({ config: single(https(at)), files: { empty: '' }, env: { KUBECONFIG: 'empty:config' } }),
  },
  {
    name: 'a broken file behind one that would do',
    setup: (at) => ({ config: single(https(at)), files: { broken: 'users: [' }, env: { KUBECONFIG: 'config:broken' } }),
  },
  {
    name: 'a directory among the files',
    setup: (at) => ({ config: single(https(at)), files: { 'folder/file': '' }, env: { KUBECONFIG: 'config:folder' } }),
  },
  {
    name: 'relative paths belong to the file that has them',
    setup: (at) => ({
      files: {
        'one/config': kubeconfig({ contexts: { here: { cluster: 'c', user: 'u' } }, current: 'here' }),
        'two/config': kubeconfig({
          clusters: { c: { ...https(at), 'certificate-authority': 'pki/ca.pem' } },
          users: { u: { tokenFile: '../token' } },
        }),
        'two/pki/ca.pem': Buffer.from(at.base64(at.pki.ca), 'base64').toString(),
        token: 'of-a-file-nearby\n',
      },
      env: { KUBECONFIG: 'one/config:two/config' },
    }),
  },
  {
    name: '--kubeconfig replaces KUBECONFIG',
    setup: (at) => ({
      config: single(https(at), { token: 'environment' }),
      files: { other: single(https(at), { token: 'flag' }) },
      args: ['--kubeconfig', 'other'],
    }),
  },
  {
    name: '--kubeconfig with a name that does not exist',
    setup: (at) => ({ config: single(https(at)), args: ['--kubeconfig', 'missing'] }),
  },
  {
    name: '--kubeconfig is one file, not a list',
    setup: (at) => ({ config: single(https(at)), args: ['--kubeconfig', 'missing:config'] }),
  },
  {
    name: 'without KUBECONFIG it is ~/.kube/config',
    setup: (at) => ({ files: { '.kube/config': single(https(at)) }, env: { KUBECONFIG: '' } }),
  },
  { name: 'without any file', setup: () => ({ env: { KUBECONFIG: 'missing' } }) },
  {
    name: 'without any file, KUBERNETES_MASTER names the server',
    setup: ({ ports }) => ({
      env: { KUBECONFIG: 'missing', KUBERNETES_MASTER: `http://localhost:${ports.http}` },
    }),
  },
  {
    name: 'two entries with one name in one file',
    setup: (at) => {
      const config = single(https(at));
      return { config: { ...config, users: [...(config.users as Entry[]), { name: 'u', user: { token: 'again' } }] } };
    },
  },
  { name: 'a file that is no YAML', setup: () => ({ config: '"unclosed' }) },
  { name: 'a file that is a text', setup: () => ({ config: 'hello' }) },
  { name: 'a list where a map belongs', setup: (at) => ({ config: { ...single(https(at)), users: { u: TOKEN } } }) },
  user('a token that is a number', () => ({ token: 123 })),
  cluster('a boolean that is a text', (at) => ({ ...https(at), 'insecure-skip-tls-verify': 'true' })),
  cluster('unknown fields are passed over', (at) => ({ ...https(at), 'new-field': { a: [1] } })),
  {
    name: 'a kubeconfig of another apiVersion',
    setup: (at) => ({ config: { ...single(https(at)), apiVersion: 'v2' } }),
  },
  { name: 'a kubeconfig of another kind', setup: (at) => ({ config: { ...single(https(at)), kind: 'Pod' } }) },
  {
    name: 'a kubeconfig without apiVersion and kind',
    setup: (at) => {
      const { apiVersion, kind, ...rest } = single(https(at));
      return { config: rest };
    },
  },
];

const CONTEXTS: Case[] = [
  ...(
    [
      '--context=other',
      '--cluster=d',
      '--user=v',
      '--context=gone',
      '--cluster=gone',
      '--user=gone',
      '--context=',
    ] as const
  ).map(
    (flag): Case => ({
      name: `${flag} among several`,
      setup: (at) => ({
        config: kubeconfig({
          clusters: { c: https(at), d: { ...https(at), server: `https://127.0.0.1:${at.ports.https}/prefix` } },
          users: { u: TOKEN, v: { token: 'of-v' } },
          contexts: { here: { cluster: 'c', user: 'u' }, other: { cluster: 'd', user: 'v' } },
          current: 'here',
        }),
        args: [flag],
      }),
    }),
  ),
  {
    name: 'a current-context that does not exist',
    setup: (at) => ({ config: { ...single(https(at)), 'current-context': 'gone' } }),
  },
  {
    name: 'a current-context that does not exist, and --cluster and --user',
    setup: (at) => ({
      config: { ...single(https(at)), 'current-context': 'gone' },
      args: ['--cluster', 'c', '--user', 'u'],
    }),
  },
  {
    name: 'no current-context, but --cluster and --user',
    setup: (at) => ({
      config: kubeconfig({ clusters: { c: https(at) }, users: { u: TOKEN } }),
      args: ['--cluster', 'c', '--user', 'u'],
    }),
  },
  { name: 'no current-context', setup: (at) => ({ config: { ...single(https(at)), 'current-context': '' } }) },
  {
    name: 'a context whose cluster does not exist',
    setup: (at) => ({ config: { ...single(https(at)), clusters: [] } }),
  },
  {
    name: 'a context whose user does not exist',
    setup: (at) => ({ config: { ...single(https(at)), users: [] } }),
  },
  {
    name: 'a flag that is repeated: the last one counts',
    setup: (at) => ({
      config: single(https(at)),
      args: ['--token', 'first', '--token=second', '--context', 'gone', '--context', 'here'],
    }),
  },
];

const CLUSTERS: Case[] = [
  cluster('a server with a path', (at) => ({
    ...https(at),
    server: `https://localhost:${at.ports.https}/k8s/clusters/c-1`,
  })),
  cluster('a server with a path and a slash', (at) => ({
    ...https(at),
    server: `https://localhost:${at.ports.https}/k8s/`,
  })),
  cluster('a server with a slash', (at) => ({ ...https(at), server: `https://localhost:${at.ports.https}/` })),
  cluster('a server with a path and a query', (at) => ({
    ...https(at),
    server: `https://localhost:${at.ports.https}/a?b=c`,
  })),
  cluster('plain http: no credential goes out', http),
  cluster('a server without a scheme is plain http', ({ ports }) => ({ server: `localhost:${ports.http}` })),
  cluster('and stays so with an authority', ({ ports, pki }) => ({
    server: `localhost:${ports.http}`,
    'certificate-authority': pki.ca,
  })),
  cluster('a server without a scheme, with a path', ({ ports }) => ({ server: `localhost:${ports.http}/path` })),
  cluster('a server of another scheme', ({ ports }) => ({ server: `ftp://localhost:${ports.http}` })),
  cluster('an address: no SNI', (at) => https(at, '127.0.0.1')),
  cluster('tls-server-name', (at) => ({ ...https(at), 'tls-server-name': 'kubernetes.test' })),
  cluster('a tls-server-name that the certificate lacks', (at) => ({
    ...https(at),
    'tls-server-name': 'another.test',
  })),
  cluster('no authority at all', ({ ports }) => ({ server: `https://localhost:${ports.https}` })),
  cluster('an authority that did not sign', (at) => ({ ...https(at), 'certificate-authority': at.pki.strangerCa })),
  cluster('an authority that is not there', (at) => ({ ...https(at), 'certificate-authority': '/gone.pem' })),
  cluster('an authority without a certificate in it', (at) => ({
    ...https(at),
    'certificate-authority': at.pki.clientKey,
  })),
  cluster('authority data', (at) => ({
    server: `https://localhost:${at.ports.https}`,
    'certificate-authority-data': at.base64(at.pki.ca),
  })),
  cluster('authority data and file: both', (at) => ({
    ...https(at),
    'certificate-authority-data': at.base64(at.pki.ca),
  })),
  cluster('authority data that is no base64', (at) => ({
    server: `https://localhost:${at.ports.https}`,
    'certificate-authority-data': '!!!',
  })),
  cluster('insecure-skip-tls-verify', ({ ports }) => ({
    server: `https://localhost:${ports.https}`,
    'insecure-skip-tls-verify': true,
  })),
  cluster('insecure-skip-tls-verify beside an authority', (at) => ({ ...https(at), 'insecure-skip-tls-verify': true })),
  cluster('disable-compression', (at) => ({ ...https(at), 'disable-compression': true })),
  cluster('proxy-url http', (at) => ({ ...https(at), 'proxy-url': `http://127.0.0.1:${at.ports.httpProxy}` })),
  cluster('proxy-url http with a login', (at) => ({
    ...https(at),
    'proxy-url': `http://me:p%40w@127.0.0.1:${at.ports.httpProxy}`,
  })),
  cluster('proxy-url https', (at) => ({ ...https(at), 'proxy-url': `https://127.0.0.1:${at.ports.httpsProxy}` })),
  cluster('proxy-url https without verification', (at) => ({
    server: `https://localhost:${at.ports.https}`,
    'insecure-skip-tls-verify': true,
    'proxy-url': `https://127.0.0.1:${at.ports.httpsProxy}`,
  })),
  cluster('proxy-url socks5, which resolves the name', (at) => ({
    ...https(at, 'api.test'),
    'proxy-url': `socks5://127.0.0.1:${at.ports.socks}`,
  })),
  cluster('proxy-url socks5 with a login', (at) => ({
    ...https(at),
    'proxy-url': `socks5://me:pw@127.0.0.1:${at.ports.socks}`,
  })),
  cluster('proxy-url socks5, plain http', (at) => ({
    ...http(at),
    'proxy-url': `socks5://127.0.0.1:${at.ports.socks}`,
  })),
  cluster('proxy-url http, plain http', (at) => ({
    ...http(at),
    'proxy-url': `http://127.0.0.1:${at.ports.httpProxy}`,
  })),
  cluster('proxy-url of another scheme', (at) => ({
    ...https(at),
    'proxy-url': `socks4://127.0.0.1:${at.ports.socks}`,
  })),
  cluster('proxy-url without a scheme', (at) => ({ ...https(at), 'proxy-url': `127.0.0.1:${at.ports.httpProxy}` })),
];

const CLUSTER_FLAGS: Case[] = [
  flags('--server', ({ ports }) => ['--server', `https://127.0.0.1:${ports.https}/prefix`]),
  flags('--server http, as kubectl proxy has it', ({ ports }) => ['-s', `http://127.0.0.1:${ports.http}`]),
  {
    name: '--server without any kubeconfig',
    setup: ({ ports }) => ({ env: { KUBECONFIG: 'missing' }, args: [`--server=http://localhost:${ports.http}`] }),
  },
  cluster(
    '--server drops the tls-server-name of the file',
    (at) => ({ ...https(at), 'tls-server-name': 'another.test' }),
    ({ ports }) => ['--server', `https://localhost:${ports.https}`],
  ),
  flags('--tls-server-name', () => ['--tls-server-name', 'kubernetes.test']),
  flags('--insecure-skip-tls-verify drops the authority', () => ['--insecure-skip-tls-verify']),
  cluster(
    '--insecure-skip-tls-verify=false does not undo what the file says',
    ({ ports }) => ({ server: `https://localhost:${ports.https}`, 'insecure-skip-tls-verify': true }),
    () => ['--insecure-skip-tls-verify=false'],
  ),
  cluster(
    '--certificate-authority drops the data of the file',
    (at) => ({
      server: `https://localhost:${at.ports.https}`,
      'certificate-authority-data': at.base64(at.pki.strangerCa),
    }),
    ({ pki }) => ['--certificate-authority', pki.ca],
  ),
  cluster(
    '--certificate-authority turns verification on again',
    ({ ports }) => ({ server: `https://localhost:${ports.https}`, 'insecure-skip-tls-verify': true }),
    ({ pki }) => ['--certificate-authority', pki.strangerCa],
  ),
  flags('--certificate-authority with --insecure-skip-tls-verify', ({ pki }) => [
    '--insecure-skip-tls-verify',
    '--certificate-authority',
    pki.ca,
  ]),
  flags('--disable-compression', () => ['--disable-compression']),
  flags('--cache-dir', ({ directory }) => ['--cache-dir', `${directory}/cache`]),
  flags('--request-timeout', () => ['--request-timeout', '9s']),
  flags('--request-timeout as a bare number of seconds', () => ['--request-timeout', '9']),
  flags('--request-timeout that is none', () => ['--request-timeout', 'soon']),
  flags('an empty value is no value', () => ['--token=', '--server=', '--as=', '--cluster=', '--kubeconfig=']),
];

const USERS: Case[] = [
  user('a token', () => TOKEN),
  { ...user('a token file', () => ({ tokenFile: '/dev/null' })), deliberate: ASKS },
  {
    name: 'a token file with a newline',
    setup: (at) => ({ config: single(https(at), { tokenFile: 'token' }), files: { token: 'of-token-file\n' } }),
  },
  {
    name: 'a token and a token file',
    setup: (at) => ({ config: single(https(at), { token: 'inline', tokenFile: 'token' }), files: { token: 'filed' } }),
  },
  user('a token and a token file that is not there', () => ({ token: 'inline', tokenFile: '/gone' })),
  user('a token file that is not there', () => ({ tokenFile: '/gone' })),
  {
    name: 'a token file and --token',
    deliberate: TYPED,
    setup: (at) => ({
      config: single(https(at), { tokenFile: 'token' }),
      files: { token: 'filed' },
      args: ['--token', 'typed'],
    }),
  },
  user('a name and a password', () => ({ username: 'jane', password: 'p:w' })),
  user('a name without a password', () => ({ username: 'jane' })),
  { ...user('a password without a name', () => ({ password: 'pw' })), deliberate: ASKS },
  user('a token, and a name and a password', () => ({ ...TOKEN, username: 'jane', password: 'pw' })),
  user('a client certificate', certificateOf),
  user('client certificate data', certificateDataOf),
  user('a client certificate and its data', (at) => ({ ...certificateOf(at), ...certificateDataOf(at) })),
  user('a client certificate and a token', (at) => ({ ...certificateOf(at), ...TOKEN })),
  user('a client certificate, and a name and a password', (at) => ({
    ...certificateOf(at),
    username: 'jane',
    password: 'pw',
  })),
  user('a client certificate without its key', ({ pki }) => ({ 'client-certificate': pki.client })),
  { ...user('a client key without its certificate', ({ pki }) => ({ 'client-key': pki.clientKey })), deliberate: ASKS },
  user('a client certificate with the key of another', ({ pki }) => ({
    'client-certificate': pki.client,
    'client-key': pki.otherClientKey,
  })),
  user('a client certificate that is not there', ({ pki }) => ({
    'client-certificate': '/gone.pem',
    'client-key': pki.clientKey,
  })),
  user('a certificate file with key data', ({ pki, base64 }) => ({
    'client-certificate': pki.client,
    'client-key-data': base64(pki.clientKey),
  })),
  user('auth-provider gcp', () => ({ 'auth-provider': { name: 'gcp', config: { 'access-token': 'x' } } })),
  user('auth-provider azure', () => ({ 'auth-provider': { name: 'azure', config: {} } })),
  user('auth-provider that nobody knows', () => ({ 'auth-provider': { name: 'mine' } })),
  user('auth-provider beside a token', () => ({ ...TOKEN, 'auth-provider': { name: 'gcp' } })),
  { ...user('no credential at all', () => ({})), deliberate: ASKS },
];

const USER_FLAGS: Case[] = [
  flags('--token over the token of the file', () => ['--token', 'typed']),
  user('--token over a client certificate', certificateOf, () => ['--token', 'typed']),
  user(
    '--token beside a name and a password',
    () => ({ username: 'jane', password: 'pw' }),
    () => ['--token', 'typed'],
  ),
  user(
    '--username and --password',
    () => ({}),
    () => ['--username', 'jane', '--password', 'pw'],
  ),
  user(
    '--username over the name of the file',
    () => ({ username: 'john', password: 'pw' }),
    () => ['--username', 'jane'],
  ),
  flags('--username and --password beside a token', () => ['--username', 'jane', '--password', 'pw']),
  flags('--username and --token', () => ['--username', 'jane', '--password', 'pw', '--token', 'typed']),
  flags('--client-certificate and --client-key', ({ pki }) => [
    '--client-certificate',
    pki.client,
    '--client-key',
    pki.clientKey,
  ]),
  user('--client-certificate and --client-key over data', certificateDataOf, ({ pki }) => [
    '--client-certificate',
    pki.otherClient,
    '--client-key',
    pki.otherClientKey,
  ]),
  flags('--client-certificate alone', ({ pki }) => ['--client-certificate', pki.client]),
  flags('--as, --as-group, --as-uid', () => ['--as', 'jane', '--as-group', 'a,b', '--as-group=c', '--as-uid', '7']),
  flags('--as-group without --as', () => ['--as-group', 'a']),
  user('impersonation of the file', () => ({
    ...TOKEN,
    as: 'root',
    'as-uid': '7',
    'as-groups': ['a', 'b'],
    'as-user-extra': { 'Example.com/Scopes': ['view', 'edit'], 'a%b': ['x y'] },
  })),
  user(
    'impersonation of the file and --as',
    () => ({ ...TOKEN, as: 'root', 'as-groups': ['a'] }),
    () => ['--as', 'jane'],
  ),
  user(
    'impersonation of the file and --as-group',
    () => ({ ...TOKEN, as: 'root', 'as-groups': ['a'] }),
    () => ['--as-group', 'b'],
  ),
  user('groups of the file without a user', () => ({ ...TOKEN, 'as-groups': ['a'] })),
  cluster('impersonation over plain http', http, () => ['--as', 'jane']),
];

const PLUGINS: Case[] = [
  plugin('a plug-in', {}),
  plugin('a plug-in of v1beta1', { exec: { apiVersion: V1BETA1 }, output: credential('{"token":"beta"}', V1BETA1) }),
  plugin('a plug-in of v1alpha1', { exec: { apiVersion: 'client.authentication.k8s.io/v1alpha1' } }),
  plugin('a plug-in that answers in another version', { output: credential('{"token":"beta"}', V1BETA1) }),
  plugin('a plug-in without interactiveMode', { exec: { interactiveMode: undefined } }),
  plugin('a plug-in of v1beta1 without interactiveMode', {
    exec: { apiVersion: V1BETA1, interactiveMode: undefined },
    output: credential('{"token":"beta"}', V1BETA1),
  }),
  plugin('a plug-in that wants a terminal if there is one', { exec: { interactiveMode: 'IfAvailable' } }),
  plugin('a plug-in that must have a terminal', { exec: { interactiveMode: 'Always' } }),
  plugin('a plug-in with an unknown interactiveMode', { exec: { interactiveMode: 'Sometimes' } }),
  plugin('a plug-in without a command', { exec: { command: '' } }),
  plugin('a plug-in without apiVersion', { exec: { apiVersion: '' } }),
  plugin('a plug-in that is not there', { exec: { command: './gone', installHint: 'fetch it' } }),
  plugin('a plug-in with a nameless variable', { exec: { env: [{ name: '', value: 'x' }] } }),
  plugin('a plug-in that is told about the cluster', { exec: { provideClusterInfo: true } }),
  plugin('a plug-in that is told about a cluster with everything', {
    exec: { provideClusterInfo: true },
    cluster: {
      'tls-server-name': 'kubernetes.test',
      'disable-compression': true,
      extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'x', list: [1] } }],
    },
  }),
  plugin('a plug-in and --token', { args: ['--token', 'typed'] }),
  plugin('a plug-in and a name and a password', { user: { username: 'jane', password: 'pw' } }),
  plugin('a plug-in and a token', { user: TOKEN }),
  plugin('a plug-in and impersonation', { args: ['--as', 'jane'] }),
  plugin('a plug-in whose credential has expired', {
    output: credential('{"token":"old","expirationTimestamp":"2020-01-01T00:00:00Z"}'),
  }),
  plugin('a plug-in with an expiry that is no time', {
    output: credential('{"token":"x","expirationTimestamp":"soon"}'),
  }),
  plugin('a plug-in without a status', { output: JSON.stringify({ apiVersion: V1, kind: 'ExecCredential' }) }),
  plugin('a plug-in without a credential', { output: credential('{}') }),
  plugin('a plug-in that prints a newline in its token', { output: credential('{"token":"a\\n"}') }),
  {
    name: 'a plug-in that gives a client certificate',
    setup: (at) => {
      const text = (file: string) => Buffer.from(at.base64(file), 'base64').toString();
      const status = { clientCertificateData: text(at.pki.client), clientKeyData: text(at.pki.clientKey) };
      return plugin('', { output: credential(JSON.stringify(status)) }).setup(at);
    },
  },
  {
    name: 'a plug-in and a client certificate',
    setup: (at) => plugin('', { user: certificateOf(at) }).setup(at),
  },
  {
    name: 'a plug-in is not started for plain http',
    setup: (at) => plugin('', { cluster: { ...http(at), 'certificate-authority': undefined } }).setup(at),
  },
];

const ENVIRONMENT: Case[] = [
  environment('HTTPS_PROXY', (at) => ({ HTTPS_PROXY: proxyAt(at) })),
  environment('https_proxy', (at) => ({ https_proxy: proxyAt(at) })),
  environment('HTTPS_PROXY without a scheme', ({ ports }) => ({ HTTPS_PROXY: `127.0.0.1:${ports.httpProxy}` })),
  environment('HTTPS_PROXY with a login', ({ ports }) => ({
    HTTPS_PROXY: `http://me:pw@127.0.0.1:${ports.httpProxy}`,
  })),
  environment('HTTPS_PROXY socks5', ({ ports }) => ({ HTTPS_PROXY: `socks5://127.0.0.1:${ports.socks}` })),
  environment('HTTPS_PROXY socks5h', ({ ports }) => ({ HTTPS_PROXY: `socks5h://127.0.0.1:${ports.socks}` })),
  environment('ALL_PROXY is not read', (at) => ({ ALL_PROXY: proxyAt(at) })),
  environment('HTTP_PROXY does not count for https', (at) => ({ HTTP_PROXY: proxyAt(at) })),
  environment('HTTP_PROXY for plain http', (at) => ({ HTTP_PROXY: proxyAt(at) }), 'http'),
  environment('NO_PROXY with the address', (at) => ({ HTTPS_PROXY: proxyAt(at), NO_PROXY: 'a.test, 0.0.0.0' })),
  environment('no_proxy with address and port', (at) => ({
    HTTPS_PROXY: proxyAt(at),
    no_proxy: `0.0.0.0:${at.ports.https}`,
  })),
  environment('NO_PROXY with another port', (at) => ({ HTTPS_PROXY: proxyAt(at), NO_PROXY: '0.0.0.0:1' })),
  environment('NO_PROXY with a range', (at) => ({ HTTPS_PROXY: proxyAt(at), NO_PROXY: '0.0.0.0/8' })),
  environment('NO_PROXY with everything', (at) => ({ HTTPS_PROXY: proxyAt(at), NO_PROXY: '*' })),
  environment('NO_PROXY separated by blanks', (at) => ({ HTTPS_PROXY: proxyAt(at), NO_PROXY: 'a.test 0.0.0.0' })),
  {
    name: 'loopback is never proxied by the environment',
    setup: (at) => ({ config: single(https(at)), env: { HTTPS_PROXY: proxyAt(at) } }),
  },
  {
    name: 'a name that a proxy resolves',
    setup: (at) => ({
      config: single(https(at, 'api.test')),
      env: { HTTPS_PROXY: proxyAt(at), NO_PROXY: 'pi.test,.api.test' },
    }),
  },
  {
    name: 'proxy-url wins over the environment, NO_PROXY included',
    setup: (at) => ({
      config: single({ ...https(at, '0.0.0.0'), 'proxy-url': `socks5://127.0.0.1:${at.ports.socks}` }),
      env: { HTTPS_PROXY: proxyAt(at), NO_PROXY: '*' },
    }),
  },
];

/** By what they are about. In each, kubectl's first request for /version and ours are the same, or both refuse. */
export const CASES: Readonly<Record<string, readonly Case[]>> = {
  'which files': FILES,
  contexts: CONTEXTS,
  clusters: CLUSTERS,
  'flags for the cluster': CLUSTER_FLAGS,
  users: USERS,
  'flags for the user': USER_FLAGS,
  'credential plug-ins': PLUGINS,
  'proxies of the environment': ENVIRONMENT,
};
