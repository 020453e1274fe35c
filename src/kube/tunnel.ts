import { isIPv6, type Socket } from 'node:net';
import { type Dispatcher, Pool, Socks5ProxyAgent } from 'undici';
import type { Connector } from './connector.ts';

const CONNECT_TIMEOUT_MS = 30_000;

/**
 * A proxy is why there is no connection: it cannot be reached, or refuses. It has a code of its own, because undici tries for ever
 * after a connect that failed with one of its own codes for broken sockets.
 */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  readonly code = 'ERR_PROXY';
  /** What an HTTP proxy answered to CONNECT. */
  readonly status: number | undefined;

  constructor(message: string, details: { status?: number; cause?: unknown } = {}) {
    super(message, { cause: details.cause });
    this.status = details.status;
  }
}

const proxyError = (cause: unknown) =>
  cause instanceof ProxyError
    ? cause
    : new ProxyError(cause instanceof Error ? cause.message : String(cause), { cause });

/** The same connector, to a proxy: what goes wrong is the proxy's. */
export function proxied(connect: Connector): Connector {
  return (target, callback) =>
    connect(target, (...[error, socket]) => (error ? callback(proxyError(error), null) : callback(null, socket)));
}

interface Tunnels {
  createSocks5Connection(host: string, port: number): Promise<Socket>;
}

/** undici's SOCKS5 client, without its warning on stderr that it is experimental: the user of a kubeconfig can do nothing about it. */
function socksTunnels(uri: string, connect: Connector): Tunnels {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return new Socks5ProxyAgent(uri, { connect, connectTimeout: CONNECT_TIMEOUT_MS }) as unknown as Tunnels;
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Connects through `dial`, which yields a socket that leads to the target, and speaks TLS in it where that is asked for. */
function through(dial: (host: string, port: number) => Promise<Socket>, secure: Connector): Connector {
  return (target, callback) => {
    const isSecure = target.protocol === 'https:';
    const port = Number(target.port) || (isSecure ? 443 : 80);
    dial(target.hostname, port).then(
      (httpSocket) => (isSecure ? secure({ ...target, httpSocket }, callback) : callback(null, httpSocket)),
      (error: unknown) => callback(proxyError(error), null),
    );
  };
}

/**
 * Connects through a SOCKS5 proxy, which resolves the name. Of undici's agent only the tunnel is used: its TLS takes an
 * address for a server name, and its pools have no limit.
 * @param plain connects to the proxy
 * @param secure speaks TLS with the server
 */
export function socksConnector(uri: string, plain: Connector, secure: Connector): Connector {
  const tunnels = socksTunnels(uri, plain);
  return through((host, port) => tunnels.createSocks5Connection(host, port), secure);
}

/** The Proxy-Authorization of a proxy's URL. */
function login({ username, password }: URL): Record<string, string> {
  if (username === '') return {};
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(text).toString('base64')}` };
}

/**
 * Connects through an HTTP proxy's CONNECT. Not undici's ProxyAgent, which asks for the server's name where none must be sent, and
 * does not tell a proxy that is not there from a server that is not.
 * @param toProxy connects to the proxy
 * @param secure speaks TLS with the server
 */
export function httpConnector(proxy: URL, toProxy: Connector, secure: Connector): Connector {
  // A tunnel takes its connection along, so there is nothing of this pool's to close but what the signal of toProxy ends.
  const pool = new Pool(proxy.origin, { connect: toProxy });
  const dial = async (host: string, port: number) => {
    const path = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
    const { statusCode, socket } = await pool.connect({ path, headers: { host: path, ...login(proxy) } });
    if (statusCode === 200) return socket as Socket;
    socket.on('error', () => undefined).destroy();
    throw new ProxyError(`the proxy answered ${statusCode}`, { status: statusCode });
  };
  return through(dial, secure);
}

/** Has requests for `origin`, plain http, carried on by a proxy, to which the pool leads. */
export function forwarding(origin: string, proxy: URL): (dispatch: Dispatcher['dispatch']) => Dispatcher['dispatch'] {
  const { host } = new URL(origin);
  return (dispatch) => (options, handler) => {
    const headers = { host, ...login(proxy), ...(options.headers as Record<string, string | string[]>) };
    return dispatch({ ...options, origin: proxy.origin, path: origin + options.path, headers }, handler);
  };
}
