import { isIP, type Socket } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { DispatcherOptions } from '@kubernetes/client-node';
import { buildConnector, type Dispatcher, Pool, ProxyAgent, Socks5ProxyAgent } from 'undici';

const CONNECT_TIMEOUT_MS = 30_000;

/** undici asks for the proxy's address as a TLS server name, which Node warns about on stderr: an address is none. */
function withoutAddressAsName(connect: buildConnector.connector): buildConnector.connector {
  return ({ servername, ...options }, callback) =>
    connect(servername !== undefined && isIP(servername) === 0 ? { ...options, servername } : options, callback);
}

/**
 * Destroys every socket when `signal` is aborted, also one that is still connecting. Node's own `signal` option is no way to do it:
 * Node 24 dies of a native assertion (`onread->IsFunction()`) when that ends a TLS handshake under way.
 */
function untilClosed(options: buildConnector.BuildOptions, signal: AbortSignal): buildConnector.connector {
  const connect = buildConnector({ ...options, allowH2: false });
  return (target, callback) => {
    // undici returns the socket at once, which its types do not say.
    const socket = connect(target, callback) as unknown as Socket;
    const end = () => socket.destroy(new Error('the connection is no longer needed'));
    if (signal.aborted) return end();
    signal.addEventListener('abort', end, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', end));
  };
}

interface Tunnels {
  createSocks5Connection(host: string, port: number): Promise<Socket>;
}

/** undici's SOCKS5 client, without its warning on stderr that it is experimental: the user of a kubeconfig can do nothing about it. */
function socksTunnels(uri: string, connect: buildConnector.connector): Tunnels {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return new Socks5ProxyAgent(uri, { connect, connectTimeout: CONNECT_TIMEOUT_MS }) as unknown as Tunnels;
  } finally {
    process.emitWarning = emitWarning;
  }
}

/**
 * Connects through a SOCKS5 proxy, which resolves the name. Of undici's agent only the tunnel is used: its TLS takes an
 * address for a server name, and its pools have no limit.
 */
function socksConnector(
  uri: string,
  plain: buildConnector.connector,
  secure: buildConnector.connector,
): buildConnector.connector {
  const tunnels = socksTunnels(uri, plain);
  return (options, callback) => {
    const isSecure = options.protocol === 'https:';
    const port = Number(options.port) || (isSecure ? 443 : 80);
    tunnels.createSocks5Connection(options.hostname, port).then(
      (httpSocket) => (isSecure ? secure({ ...options, httpSocket }, callback) : callback(null, httpSocket)),
      (error: Error) => callback(error, null),
    );
  };
}

/**
 * A bounded pool of keep-alive connections to one server. `options` come from client-node's KubeConfig. Aborting `signal`
 * ends its sockets: undici's own destroy() leaves one that is still connecting to its timeout, and the process with it.
 * undici's own limits for headers and body are off, because every attempt has a deadline of its own, a watch has none, and
 * HTTP/2 is off, because it would put all requests and their failures on one connection.
 */
function createDispatcher(
  origin: string,
  options: DispatcherOptions,
  connections: number,
  signal: AbortSignal,
): Dispatcher {
  const limits = {
    connections,
    pipelining: 1,
    allowH2: false,
    connectTimeout: CONNECT_TIMEOUT_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 30_000,
  };
  const socket = (tls: object) => ({ ...tls, timeout: CONNECT_TIMEOUT_MS }) as buildConnector.BuildOptions;
  if (options.type === 'socks') {
    const connect = socksConnector(
      options.uri,
      untilClosed(socket({}), signal),
      untilClosed(socket(options.requestTls), signal),
    );
    return new Pool(origin, { ...limits, connect });
  }
  if (options.type === 'proxy') {
    return new ProxyAgent({
      ...limits,
      uri: options.uri,
      requestTls: socket(options.requestTls),
      // As in Go: the proxy is verified by the server's authority too, and may ask for the same client certificate.
      proxyTls: socket(options.requestTls),
      clientFactory: (proxy) =>
        new Pool(proxy, { connect: withoutAddressAsName(untilClosed(socket(options.requestTls), signal)) }),
    });
  }
  const tls = options.type === 'agent' ? options.connect : {};
  return new Pool(origin, { ...limits, connect: untilClosed(socket(tls), signal) });
}

/** The pools of a run: one for calls, one for watches, which hold their connection; rebuilt when TLS material changes. */
export class Dispatchers {
  readonly #origin: string;
  readonly #limits: { calls: number; watches: number };
  readonly #closed = new AbortController();
  #options: DispatcherOptions | undefined;
  #pools: { calls: Dispatcher; watches: Dispatcher } | undefined;

  /** `limits`: the most connections that calls and watches may have open. */
  constructor(origin: string, limits = { calls: 16, watches: 4 }) {
    this.#origin = origin;
    this.#limits = limits;
  }

  /** The pool for a credential's TLS options. A replaced pool finishes what it has begun. */
  get(options: DispatcherOptions, use: 'calls' | 'watches'): Dispatcher {
    const same = options === this.#options || isDeepStrictEqual(options, this.#options);
    this.#options = options;
    if (this.#pools === undefined || !same) {
      const replaced = this.#pools;
      const { signal } = this.#closed;
      this.#pools = {
        calls: createDispatcher(this.#origin, options, this.#limits.calls, signal),
        watches: createDispatcher(this.#origin, options, this.#limits.watches, signal),
      };
      for (const pool of replaced ? Object.values(replaced) : []) pool.close().catch(() => undefined);
    }
    return this.#pools[use];
  }

  /** Closes every connection at once, requests in flight included. */
  async close(): Promise<void> {
    const pools = this.#pools;
    this.#pools = undefined;
    this.#closed.abort();
    if (pools) await Promise.all([pools.calls.destroy(), pools.watches.destroy()]);
  }
}
