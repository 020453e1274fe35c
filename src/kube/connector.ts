import { isIP, type Socket } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import { buildConnector } from 'undici';

export type Connector = buildConnector.connector;

const CONNECT_TIMEOUT_MS = 30_000;
/** undici would ask for a name that it finds in the target's host; of an address it makes none. */
const NAMELESS = { servername: '', host: '127.0.0.1' };

/**
 * TLS can ask for a name only, and Node warns on stderr where it is an address. A certificate may be for an address all the same, so
 * that is what is verified, and no name is sent: as in Go.
 */
function addressed(tls: object & { servername?: string | undefined }): { tls: object; address: boolean } {
  const { servername, ...rest } = tls;
  if (servername === undefined || isIP(servername) === 0) return { tls, address: false };
  const verified = {
    checkServerIdentity: (_: string, cert: Parameters<typeof checkServerIdentity>[1]) =>
      checkServerIdentity(servername, cert),
  };
  return { tls: { ...rest, ...verified }, address: true };
}

/**
 * Connects with these TLS options, and destroys every socket when `signal` is aborted, also one that is still connecting. Node's own
 * `signal` option is no way to do it: Node 24 dies of a native assertion (`onread->IsFunction()`) when that ends a TLS handshake
 * under way. No HTTP/2: it would put all requests and their failures on one connection.
 */
export function connector(options: object, signal: AbortSignal): Connector {
  const { tls, address } = addressed(options);
  const connect = buildConnector({ ...tls, timeout: CONNECT_TIMEOUT_MS, allowH2: false });
  return ({ servername, ...target }, callback) => {
    // undici also asks for a proxy's address as if it were a name.
    const named = servername !== undefined && isIP(servername) === 0 ? { ...target, servername } : target;
    // undici returns the socket at once, which its types do not say.
    const socket = connect(address ? { ...target, ...NAMELESS } : named, callback) as unknown as Socket;
    const end = () => socket.destroy(new Error('the connection is no longer needed'));
    if (signal.aborted) return end();
    signal.addEventListener('abort', end, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', end));
  };
}
