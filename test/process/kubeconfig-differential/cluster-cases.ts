import {
  type Case,
  certificateOf,
  cluster,
  differs,
  type Entry,
  flags,
  http,
  https,
  ONE_COUNTS,
  type Places,
  refused,
  single,
  TOKEN,
} from './case.ts';

const URLS =
  'URLs are read as the WHATWG says, with their paths as they are: kubectl decodes, cleans and escapes them anew';
const LOGIN = 'a login in the URL of a server is refused: kubectl sends it before all others, also over plain http';
const VERIFIED = 'where an authority is named, the server is verified by it, also beside insecure-skip-tls-verify';
const ADDRESS =
  'TLS is asked for the name in the URL, where kubectl asks for none; the address is verified all the same';

/** A server whose URL has a login. */
const withLogin = (
  name: string,
  login: string,
  entry: (at: Places) => Entry,
  user: Entry | ((at: Places) => Entry),
): Case => ({
  name,
  setup: (at) => {
    const server = String(entry(at).server).replace('//', `//${login}@`);
    return { config: single({ ...entry(at), server }, typeof user === 'function' ? user(at) : user) };
  },
});

const withPath = (path: string) =>
  cluster(`a server with the path ${path}`, (at) => ({ ...https(at), server: `${https(at).server}${path}` }));

export const CLUSTERS: readonly Case[] = [
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
  refused(
    cluster('a server without a scheme, with a path', ({ ports }) => ({ server: `localhost:${ports.http}/path` })),
  ),
  refused(cluster('a server of another scheme', ({ ports }) => ({ server: `ftp://localhost:${ports.http}` }))),
  cluster('an address: no SNI', (at) => https(at, '127.0.0.1')),
  cluster('tls-server-name', (at) => ({ ...https(at), 'tls-server-name': 'kubernetes.test' })),
  refused(
    cluster('a tls-server-name that the certificate lacks', (at) => ({
      ...https(at),
      'tls-server-name': 'another.test',
    })),
  ),
  refused(cluster('no authority at all', ({ ports }) => ({ server: `https://localhost:${ports.https}` }))),
  refused(
    cluster('an authority that did not sign', (at) => ({ ...https(at), 'certificate-authority': at.pki.strangerCa })),
  ),
  refused(cluster('an authority that is not there', (at) => ({ ...https(at), 'certificate-authority': '/gone.pem' }))),
  refused(
    cluster('an authority without a certificate in it', (at) => ({
      ...https(at),
      'certificate-authority': at.pki.clientKey,
    })),
  ),
  cluster('authority data', (at) => ({
    server: `https://localhost:${at.ports.https}`,
    'certificate-authority-data': at.base64(at.pki.ca),
  })),
  differs(
    ONE_COUNTS,
    refused(
      cluster('authority data and file: both', (at) => ({
        ...https(at),
        'certificate-authority-data': at.base64(at.pki.ca),
      })),
    ),
  ),
  refused(
    cluster('authority data that is no base64', (at) => ({
      server: `https://localhost:${at.ports.https}`,
      'certificate-authority-data': '!!!',
    })),
  ),
  cluster('insecure-skip-tls-verify', ({ ports }) => ({
    server: `https://localhost:${ports.https}`,
    'insecure-skip-tls-verify': true,
  })),
  differs(
    VERIFIED,
    refused(
      cluster('insecure-skip-tls-verify beside an authority', (at) => ({
        ...https(at),
        'insecure-skip-tls-verify': true,
      })),
    ),
  ),
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
  refused(
    cluster('proxy-url of another scheme', (at) => ({
      ...https(at),
      'proxy-url': `socks4://127.0.0.1:${at.ports.socks}`,
    })),
  ),
  refused(
    cluster('proxy-url without a scheme', (at) => ({ ...https(at), 'proxy-url': `127.0.0.1:${at.ports.httpProxy}` })),
  ),
  cluster('proxy-url with its scheme in capitals', (at) => ({
    ...https(at),
    'proxy-url': `HTTP://127.0.0.1:${at.ports.httpProxy}`,
  })),
  ...['//', '/a%20b', '/a/./b/../c', '/a/%2e%2e/c', '/ä'].map(withPath),
  ...['/a//b', '/a%2Fb', '/a%2fb/', "/a(b)'*!;=:@&$,+"].map((path) => differs(URLS, withPath(path))),
  differs(
    URLS,
    refused(
      cluster('a server with a path that is escaped badly', (at) => ({
        ...https(at),
        server: `${https(at).server}/a%zz`,
      })),
    ),
  ),
  ...['u:pw', 'u', ':pw', 'u%40x:p%3Aw'].map((login) =>
    differs(LOGIN, withLogin(`a server with the login ${login}, and a token`, login, https, TOKEN)),
  ),
  refused(withLogin('a server with a login beyond ASCII', 'jäne:pä', https, TOKEN)),
  refused(withLogin('a server with a login that is escaped badly', 'u%zz:pw', https, TOKEN)),
  refused(withLogin('a server with a login, and no other', 'u:pw', https, {})),
  differs(LOGIN, withLogin('a server with a login, and a client certificate', 'u:pw', https, certificateOf)),
  differs(
    LOGIN,
    withLogin('a server with a login, and a name and a password', 'u:pw', https, { username: 'jane', password: 'x' }),
  ),
  differs(LOGIN, withLogin('a server with a login, plain http', 'u:pw', http, {})),
  differs(
    LOGIN,
    cluster('a server without a scheme, with a login', ({ ports }) => ({ server: `u:pw@localhost:${ports.http}` })),
  ),
  differs(
    ADDRESS,
    cluster('a tls-server-name that is an address', (at) => ({ ...https(at), 'tls-server-name': '127.0.0.1' })),
  ),
  refused(
    cluster('a tls-server-name that is an address which the certificate lacks', (at) => ({
      ...https(at),
      'tls-server-name': '10.9.8.7',
    })),
  ),
  differs(
    ADDRESS,
    cluster('a tls-server-name that is an address, through a proxy', (at) => ({
      ...https(at),
      'tls-server-name': '127.0.0.1',
      'proxy-url': `http://127.0.0.1:${at.ports.httpProxy}`,
    })),
  ),
  refused(
    cluster('a tls-server-name that is an address which the certificate lacks, through a proxy', (at) => ({
      ...https(at),
      'tls-server-name': '10.9.8.7',
      'proxy-url': `http://127.0.0.1:${at.ports.httpProxy}`,
    })),
  ),
  differs(
    ADDRESS,
    cluster('a tls-server-name that is an address, through socks5', (at) => ({
      ...https(at),
      'tls-server-name': '127.0.0.1',
      'proxy-url': `socks5://127.0.0.1:${at.ports.socks}`,
    })),
  ),
];

export const CLUSTER_FLAGS: readonly Case[] = [
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
  refused(
    cluster(
      '--certificate-authority turns verification on again',
      ({ ports }) => ({ server: `https://localhost:${ports.https}`, 'insecure-skip-tls-verify': true }),
      ({ pki }) => ['--certificate-authority', pki.strangerCa],
    ),
  ),
  differs(
    VERIFIED,
    refused(
      flags('--certificate-authority with --insecure-skip-tls-verify', ({ pki }) => [
        '--insecure-skip-tls-verify',
        '--certificate-authority',
        pki.ca,
      ]),
    ),
  ),
  flags('--disable-compression', () => ['--disable-compression']),
  flags('--cache-dir', ({ directory }) => ['--cache-dir', `${directory}/cache`]),
  flags('--request-timeout', () => ['--request-timeout', '9s']),
  flags('--request-timeout as a bare number of seconds', () => ['--request-timeout', '9']),
  refused(flags('--request-timeout that is none', () => ['--request-timeout', 'soon'])),
  ...['48h', '1000h', '-5s', '+5s', '.5s', '1.5h', '0', '0s', '99999h'].map((value) =>
    flags(`--request-timeout ${value}`, () => [`--request-timeout=${value}`]),
  ),
  ...['-5', '1d', '5 s', '9999999h'].map((value) =>
    refused(flags(`--request-timeout ${value}`, () => [`--request-timeout=${value}`])),
  ),
  flags('an empty value is no value', () => ['--token=', '--server=', '--as=', '--cluster=', '--kubeconfig=']),
];
