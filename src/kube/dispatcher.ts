import { isDeepStrictEqual } from 'node:util';
import type { DispatcherOptions } from '@kubernetes/client-node';
import { type Dispatcher, Pool } from 'undici';
import { connector } from './connector.ts';
import { forwarding, httpConnector, proxied, socksConnector } from './tunnel.ts';

/**
 * A bounded pool of keep-alive connections to one server. `options` come from client-node's KubeConfig. Aborting `signal`
 * ends its sockets: undici's own destroy() leaves one that is still connecting to its timeout, and the process with it.
 * undici's own limits for headers and body are off, because every attempt has a deadline of its own, and a watch has none.
 */
function createDispatcher(
  origin: string,
  options: DispatcherOptions,
  connections: number,
  signal: AbortSignal,
): Dispatcher {
  const limits = { connections, pipelining: 1, headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 30_000 };
  const pool = (to: string, connect: ReturnType<typeof connector>) => new Pool(to, { ...limits, connect });
  if (options.type === 'socks') {
    const toProxy = proxied(connector({}, signal));
    return pool(origin, socksConnector(options.uri, toProxy, connector(options.requestTls, signal)));
  }
  if (options.type === 'proxy') {
    const secure = connector(options.requestTls, signal);
    // As in Go: the proxy is verified by the server's authority too, and may ask for the same client certificate.
    const toProxy = proxied(secure);
    const proxy = new URL(options.uri);
    if (origin.startsWith('https:')) return pool(origin, httpConnector(proxy, toProxy, secure));
    return pool(proxy.origin, toProxy).compose(forwarding(origin, proxy));
  }
  return pool(origin, connector(options.type === 'agent' ? options.connect : {}, signal));
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
