import { isIP, type Socket } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { buildConnector } from 'undici';
import type { TlsOptions } from './tls-material.ts';

export type Connector = buildConnector.connector;

/** For a connection to be made, in milliseconds. */
export const CONNECT_TIMEOUT_MS = 30_000;

/**
 * TLS can ask for a name only, and Node warns on stderr where `servername` is an address. A certificate may be for an address all the
 * same, so that is what is verified. No HTTP/2: it would put all requests and their failures on one connection.
 */
export function connectOptions({ servername, ...tls }: TlsOptions): buildConnector.BuildOptions {
  const options = { ...tls, timeout: CONNECT_TIMEOUT_MS, allowH2: false };
  if (servername === undefined || isIP(servername) === 0) return { ...options, ...(servername && { servername }) };
  const verify = (_: string, certificate: PeerCertificate) => checkServerIdentity(servername, certificate);
  return { ...options, checkServerIdentity: verify };
}

/**
 * Connects with these TLS options, and destroys every socket when `signal` is aborted, also one that is still connecting, to which
 * undici's own destroy() leaves 30 seconds, and the process with it. Node's own `signal` option is no way to do it: Node 24 dies of a
 * native assertion (`onread->IsFunction()`) when that ends a TLS handshake under way.
 */
export function connector(tls: TlsOptions, signal: AbortSignal): Connector {
  const connect = buildConnector(connectOptions(tls));
  return ({ servername, ...target }, callback) => {
    // undici also asks for a proxy's address as if it were a name.
    const named = servername !== undefined && isIP(servername) === 0 ? { ...target, servername } : target;
    // undici returns the socket at once, which its types do not say.
    const socket = connect(named, callback) as unknown as Socket;
    const end = () => socket.destroy(new Error('the connection is no longer needed'));
    if (signal.aborted) return end();
    signal.addEventListener('abort', end, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', end));
  };
}
