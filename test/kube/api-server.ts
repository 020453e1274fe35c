import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A request as it came over the wire. */
export interface Received {
  method: string;
  /** Path without the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  /** Name, value, name, value …: repeated headers are apart. */
  rawHeaders: string[];
  body: string;
  socket: Socket;
}

export type Handler = (request: Received, response: ServerResponse) => unknown;

export interface ApiServer extends AsyncDisposable {
  url: string;
  port: number;
  received: Received[];
  /** Connections accepted so far. */
  connections: number;
}

const fixture = (name: string): string => new URL(`../fixtures/tls/${name}`, import.meta.url).pathname;

/** Paths of the committed certificates and keys. */
export const TLS = {
  ca: fixture('ca.pem'),
  client: fixture('client.pem'),
  clientKey: fixture('client-key.pem'),
};

/** Options of a TLS server with one of the committed certificates: `server` (localhost) or `named-server` (kubernetes.test). */
export function tlsOptions(name: 'server' | 'named-server' = 'server'): ServerOptions {
  return { cert: readFileSync(fixture(`${name}.pem`)), key: readFileSync(fixture(`${name}-key.pem`)) };
}

/** A server on loopback that hands every request, body included, to the handler; with `tls` it speaks https. */
export async function apiServer(handler: Handler, tls?: ServerOptions): Promise<ApiServer> {
  const received: Received[] = [];
  const answer = async (message: IncomingMessage, response: ServerResponse) => {
    let body = '';
    for await (const chunk of message.setEncoding('utf8')) body += chunk;
    const url = new URL(message.url ?? '', 'http://server');
    const request: Received = {
      method: message.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: message.headers,
      rawHeaders: message.rawHeaders,
      body,
      socket: message.socket,
    };
    received.push(request);
    await handler(request, response);
  };
  // A client that goes away in the middle is what some tests are about.
  const listener = (message: IncomingMessage, response: ServerResponse) =>
    void answer(message, response).catch(() => undefined);
  const server = tls ? createSecureServer(tls, listener) : createServer(listener);
  const api: ApiServer = {
    url: '',
    port: 0,
    received,
    connections: 0,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  server.on(tls ? 'secureConnection' : 'connection', () => api.connections++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  api.port = (server.address() as AddressInfo).port;
  api.url = `${tls ? 'https' : 'http'}://127.0.0.1:${api.port}`;
  return api;
}

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Answers with a Kubernetes Status of kind failure. */
export function refuse(response: ServerResponse, code: number, reason: string, message = reason, headers = {}): void {
  json(response, code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message }, headers);
}

/** Answers requests one after the other, the last handler all further ones. */
export function inTurn(...handlers: [Handler, ...Handler[]]): Handler {
  let next = 0;
  return (request, response) => handlers[Math.min(next++, handlers.length - 1)]?.(request, response);
}

/** A kubeconfig with one cluster and one user, in a directory that goes with it. JSON is YAML. */
export async function kubeconfigFile(
  cluster: Record<string, unknown>,
  user: Record<string, unknown> = { token: 'the-token' },
): Promise<AsyncDisposable & { file: string; directory: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'netprereq-kube-'));
  const file = join(directory, 'config');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster }],
    users: [{ name: 'test', user }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
  };
  await writeFile(file, JSON.stringify(config));
  return { file, directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) };
}
