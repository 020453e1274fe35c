import { once } from 'node:events';
import { createServer, request as forward, type Server as HttpServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, createServer as createSocketServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Says which way a connection to the recording server came: by the local port of the proxy's own socket. */
export type Routes = Map<number, string>;

/** Every name leads to loopback: only the port of a target counts. */
function dial(port: number, ready: (upstream: Socket) => void): Socket {
  const upstream = connect(port, '127.0.0.1', () => ready(upstream));
  return upstream;
}

function join(client: Duplex, upstream: Socket): void {
  const end = () => {
    client.destroy();
    upstream.destroy();
  };
  for (const side of [client, upstream]) side.on('error', end).on('close', end);
  client.pipe(upstream).pipe(client);
}

/** What a proxy adds to the record: its kind, the target as the client named it, and who the client says it is. */
const route = (kind: string, target: string, login: string | undefined) =>
  [kind, target, login ?? 'no login'].join(' ');

/** A proxy for CONNECT and for plain requests. With `tls` it is spoken to over TLS. */
export async function httpProxy(routes: Routes, tls?: { cert: Buffer; key: Buffer }): Promise<HttpServer> {
  const kind = tls ? 'https proxy' : 'http proxy';
  const proxy = tls ? createSecureServer(tls) : createServer();
  proxy.on('connect', (request, client: Duplex) => {
    const upstream = dial(Number(request.url?.split(':').at(-1)), () => {
      const target = route(`${kind} CONNECT`, request.url ?? '', request.headers['proxy-authorization']);
      routes.set(upstream.localPort ?? 0, target);
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    });
    join(client, upstream);
  });
  proxy.on('request', (request, response) => {
    const { 'proxy-authorization': login, ...headers } = request.headers;
    const url = new URL(request.url ?? '');
    const onward = forward({ host: '127.0.0.1', port: url.port, path: url.pathname, headers, agent: false });
    onward.on('socket', (socket) =>
      socket.on('connect', () => routes.set(socket.localPort ?? 0, route(`${kind} GET`, url.host, login))),
    );
    onward.on('error', () => response.destroy());
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  return listening(proxy);
}

/** Reads exactly `size` bytes at a time from a socket that is not flowing. */
async function take(socket: Socket, size: number): Promise<Buffer> {
  if (size === 0) return Buffer.alloc(0);
  for (;;) {
    const chunk: Buffer | null = socket.read(size);
    if (chunk !== null) return chunk;
    if (socket.readableEnded || socket.destroyed) throw new Error('the client left');
    await once(socket, 'readable');
  }
}

/** SOCKS5 (RFC 1928): CONNECT only; without a login or with name and password (RFC 1929), whichever the client offers. */
async function socks(client: Socket, routes: Routes): Promise<void> {
  const [, count = 0] = await take(client, 2);
  const withLogin = (await take(client, count)).includes(2);
  client.write(Buffer.from([5, withLogin ? 2 : 0]));
  let login: string | undefined;
  if (withLogin) {
    const [, nameLength = 0] = await take(client, 2);
    const name = await take(client, nameLength);
    const [passwordLength = 0] = await take(client, 1);
    login = `${name}:${await take(client, passwordLength)}`;
    client.write(Buffer.from([1, 0]));
  }
  const [, , , type] = await take(client, 4);
  const host =
    type === 3 ? String(await take(client, (await take(client, 1))[0] ?? 0)) : (await take(client, 4)).join('.');
  const port = (await take(client, 2)).readUInt16BE();
  const upstream = dial(port, () => {
    routes.set(upstream.localPort ?? 0, route('socks5', `${host}:${port}`, login));
    client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
    join(client, upstream);
  });
  upstream.on('error', () => client.destroy());
}

/** A SOCKS5 server. */
export function socksProxy(routes: Routes): Promise<Server> {
  const server = createSocketServer((client) => {
    client.on('error', () => client.destroy());
    void socks(client, routes).catch(() => client.destroy());
  });
  return listening(server);
}

/** The server, once it listens on a free port of loopback. */
export async function listening<T extends Server>(server: T): Promise<T> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** The port that a listening server was given. */
export const portOf = (server: Server): number => (server.address() as AddressInfo).port;
