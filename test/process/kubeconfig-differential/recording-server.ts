import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Server, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Certificates } from './certificates.ts';
import { httpProxy, listening, portOf, type Routes, socksProxy } from './proxies.ts';

/** What the server learned about who asks, and how the question came. */
export interface Recorded {
  scheme: 'http' | 'https';
  /** Without the query. */
  path: string;
  host: string | undefined;
  authorization: string | undefined;
  /** `name: value`, in the order in which they are sorted. */
  impersonation: string[];
  /** False when the client sent none, which it must for an IP address. */
  sni: string | false | undefined;
  /** Common name of the client's certificate. */
  certificate: string | undefined;
  via: string;
  acceptEncoding: string | undefined;
}

/** An API server over http and over https, and four kinds of proxies, all on loopback. */
export interface RecordingServer extends AsyncDisposable {
  ports: { http: number; https: number; httpProxy: number; httpsProxy: number; socks: number };
  /** The first request for /version by the program whose User-Agent begins so. */
  request(program: string): Recorded | undefined;
  forget(): void;
}

/** Proxies are remembered by the port from which they dialled. */
function record(request: IncomingMessage, routes: Routes): Recorded {
  const { socket, headers, rawHeaders } = request;
  const secure = socket instanceof TLSSocket;
  const impersonation = rawHeaders.flatMap((name, i) =>
    i % 2 === 0 && /^impersonate-/i.test(name) ? [`${name.toLowerCase()}: ${rawHeaders[i + 1]}`] : [],
  );
  return {
    scheme: secure ? 'https' : 'http',
    path: (request.url ?? '').replace(/\?.*/, ''),
    host: headers.host,
    authorization: headers.authorization,
    impersonation: impersonation.sort(),
    sni: secure ? (socket as TLSSocket & { servername?: string | false }).servername : undefined,
    certificate: secure ? socket.getPeerCertificate().subject?.CN?.toString() : undefined,
    via: routes.get(socket.remotePort ?? 0) ?? 'direct',
    acceptEncoding: headers['accept-encoding']?.toString(),
  };
}

/** Enough for `kubectl version`, and for `cleanup` to find nothing to delete. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const version = { major: '1', minor: '34', gitVersion: 'v1.34.0' };
  const list = { apiVersion: 'v1', kind: 'List', metadata: {}, items: [] };
  const body = /\/version(\?|$)/.test(request.url ?? '') ? version : list;
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

export async function recordingServer(certificates: Certificates): Promise<RecordingServer> {
  const routes: Routes = new Map();
  const requests: { agent: string; recorded: Recorded }[] = [];
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    requests.push({ agent: request.headers['user-agent'] ?? '', recorded: record(request, routes) });
    answer(request, response);
  };
  const read = (file: string) => readFileSync(file);
  const identity = { cert: read(certificates.server), key: read(certificates.serverKey) };
  const asking = { ca: read(certificates.ca), requestCert: true, rejectUnauthorized: false };
  const servers = {
    http: await listening(createServer(handle)),
    https: await listening(createSecureServer({ ...identity, ...asking }, handle)),
    httpProxy: await httpProxy(routes),
    httpsProxy: await httpProxy(routes, identity),
    socks: await socksProxy(routes),
  };
  const sockets = new Set<Socket>();
  for (const server of Object.values<Server>(servers)) {
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    });
    server.on('tlsClientError', () => undefined);
  }
  const ports = Object.fromEntries(Object.entries<Server>(servers).map(([name, server]) => [name, portOf(server)]));
  return {
    ports: ports as RecordingServer['ports'],
    request: (program) =>
      requests.find(({ agent, recorded }) => agent.startsWith(program) && recorded.path.endsWith('/version'))?.recorded,
    forget: () => {
      requests.length = 0;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      for (const server of Object.values<Server>(servers)) server.close();
    },
  };
}
