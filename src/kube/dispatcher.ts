import { isDeepStrictEqual, promisify } from 'node:util';
import { type Dispatcher, Pool, ProxyAgent } from 'undici';
import { messageOf } from '../errors.ts';
import { CONNECT_TIMEOUT_MS, type Connector, connectOptions, connector } from './connector.ts';
import type { TlsOptions } from './tls-material.ts';

/**
 * Connects through a SOCKS5 proxy, which resolves the name.
 * @param plain connects to the proxy
 * @param secure speaks TLS with the server
 */
function socksConnector(proxy: URL, plain: Connector, secure: Connector): Connector {
  const { hostname, port: named, username, password } = proxy;
  const login = username && { userId: decodeURIComponent(username), password: decodeURIComponent(password) };
  const port = Number(named) || 1080;
  return async (target, callback) => {
    try {
      // Only here: it is 70 KB, and few clusters are behind such a proxy. By its default, as CommonJS has no other export in a bundle.
      const { default: socks } = await import('socks');
      const toProxy = await promisify(plain)({ protocol: 'http:', hostname, port: String(port) });
      const { socket } = await socks.SocksClient.createConnection({
        command: 'connect',
        timeout: CONNECT_TIMEOUT_MS,
        ...(toProxy && { existing_socket: toProxy }),
        proxy: { type: 5, host: hostname, port, ...login },
        destination: { host: target.hostname, port: Number(target.port) || (target.protocol === 'https:' ? 443 : 80) },
      });
      if (target.protocol === 'https:') secure({ ...target, httpSocket: socket }, callback);
      else callback(null, socket);
    } catch (error) {
      callback(Object.assign(new Error(messageOf(error), { cause: error }), { code: 'ERR_SOCKS' }), null);
    }
  };
}

/**
 * A bounded pool of keep-alive connections to one server. Aborting `signal` ends its sockets. undici's own limits for headers and
 * body are off, because every attempt has a deadline of its own, and a watch has none.
 */
function createDispatcher(origin: string, tls: TlsOptions, proxy: URL | undefined, signal: AbortSignal): Dispatcher {
  const limits = { connections: 16, pipelining: 1, headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 30_000 };
  const connect = connector(tls, signal);
  if (proxy === undefined) return new Pool(origin, { ...limits, connect });
  if (proxy.protocol === 'socks5:') {
    const plain = connector({ rejectUnauthorized: false }, signal);
    return new Pool(origin, { ...limits, connect: socksConnector(proxy, plain, connect) });
  }
  return new ProxyAgent({
    ...limits,
    uri: proxy.href,
    requestTls: connectOptions(tls),
    // To the proxy itself. As in Go it is verified by the server's authority too, and may ask for the same client certificate.
    clientFactory: (to) => new Pool(to, { connect }),
    factory: (to, options) => new Pool(to, { ...options, ...limits, ...(to === proxy.href && { connect }) }),
  });
}

/** The pool of a run, rebuilt when TLS material changes. */
export class Dispatchers {
  readonly #create: (tls: TlsOptions) => Dispatcher;
  readonly #closed = new AbortController();
  #tls: TlsOptions | undefined;
  #pool: Dispatcher | undefined;

  constructor(origin: string, proxy: string | undefined) {
    const through = proxy === undefined ? undefined : new URL(proxy);
    this.#create = (tls) => createDispatcher(origin, tls, through, this.#closed.signal);
  }

  /** The pool for a credential's TLS options. A replaced pool finishes what it has begun. */
  get(tls: TlsOptions): Dispatcher {
    if (this.#pool === undefined || !isDeepStrictEqual(tls, this.#tls)) {
      this.#pool?.close().catch(() => undefined);
      this.#pool = this.#create(tls);
      this.#tls = tls;
    }
    return this.#pool;
  }

  /** Closes every connection at once, requests in flight included. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#pool?.destroy();
  }
}
