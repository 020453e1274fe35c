import { type Case, https, type Places, single } from './case.ts';

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

export const ENVIRONMENT: readonly Case[] = [
  environment('HTTPS_PROXY', (at) => ({ HTTPS_PROXY: proxyAt(at) })),
  environment('https_proxy', (at) => ({ https_proxy: proxyAt(at) })),
  environment('HTTPS_PROXY without a scheme', ({ ports }) => ({ HTTPS_PROXY: `127.0.0.1:${ports.httpProxy}` })),
  environment('HTTPS_PROXY with a login', ({ ports }) => ({
    HTTPS_PROXY: `http://me:pw@127.0.0.1:${ports.httpProxy}`,
  })),
  environment('HTTPS_PROXY socks5', ({ ports }) => ({ HTTPS_PROXY: `socks5://127.0.0.1:${ports.socks}` })),
  environment('HTTPS_PROXY socks5h', ({ ports }) => ({ HTTPS_PROXY: `socks5h://127.0.0.1:${ports.socks}` })),
  environment('HTTPS_PROXY with its scheme in capitals', ({ ports }) => ({
    HTTPS_PROXY: `HTTP://127.0.0.1:${ports.httpProxy}`,
  })),
  {
    ...environment('HTTPS_PROXY of another scheme', ({ ports }) => ({
      HTTPS_PROXY: `ftp://127.0.0.1:${ports.httpProxy}`,
    })),
    deliberate: 'a scheme that no proxy has is told, where kubectl talks to it as to an http proxy',
  },
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
