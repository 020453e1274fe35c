import { type Case, cluster, flags, http, https } from './case.ts';

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
