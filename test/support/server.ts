import { randomUUID } from 'node:crypto';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Server, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { authenticate, type User } from './access.ts';
import { type Effects, effectOf, type faultMatcher } from './faults.ts';
import { type Answer, type Api, answer, refusedUpFront } from './routes.ts';
import { ApiError } from './status.ts';
import { serveWatch } from './watch.ts';

/** One request, as it went over the wire. */
export interface RequestRecord {
  method: string;
  path: string;
  /** Without the question mark, as sent. */
  query: string;
  userAgent: string;
  user?: string;
  accept?: string;
  /** Of the request's body. */
  bytes: number;
  /** Of the answer's body, compressed as it was sent; of a watch all events so far. */
  answerBytes: number;
  /** 0: no answer was sent. */
  status: number;
  /** Milliseconds since the epoch, at arrival. */
  when: number;
}

export interface ServerOptions {
  users: readonly User[];
  faults: ReturnType<typeof faultMatcher>;
  requests: RequestRecord[];
  /** Added to the clock of the Date header, in milliseconds. */
  clockSkewMs: number;
}

/** From this size on the API server compresses, when the client accepts it. */
const gzipThreshold = 128 * 1024;
const compress = promisify(gzip);

/** An unstarted server for the API; certificates make it HTTPS. */
export function createApiServer(
  api: Api,
  options: ServerOptions,
  tls: { key: Buffer; cert: Buffer; ca: Buffer } | undefined,
): Server {
  const connections: Connections = new Map();
  const listener: RequestListener = (request, response) => {
    serve(api, options, connections, request, response).catch((error: Error) => response.destroy(error));
  };
  // A certificate is optional here, as at a real API server: whoever brings none may have a token.
  const server = tls
    ? createHttpsServer({ ...tls, requestCert: true, rejectUnauthorized: false }, listener)
    : createHttpServer(listener);
  server.on('connection', (socket: Socket) => {
    const { remotePort } = socket;
    connections.set(remotePort, socket);
    socket.once('close', () => connections.delete(remotePort));
  });
  return server;
}

async function serve(
  api: Api,
  options: ServerOptions,
  connections: Connections,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET', headers } = request;
  const url = new URL(request.url ?? '/', `http://${headers.host ?? 'localhost'}`);
  const userAgent = headers['user-agent'] ?? '';
  const record: RequestRecord = {
    method,
    path: url.pathname,
    query: url.search.slice(1),
    userAgent,
    ...(headers.accept === undefined ? {} : { accept: headers.accept }),
    bytes: 0,
    answerBytes: 0,
    status: 0,
    when: Date.now(),
  };
  options.requests.push(record);
  const body = await readBody(request);
  record.bytes = body.length;
  const effects = options.faults(method, `${url.pathname}${url.search}`);
  response.sendDate = false;
  response.setHeader('Date', new Date(Date.now() + options.clockSkewMs).toUTCString());
  response.setHeader('Audit-Id', randomUUID());
  response.setHeader('Cache-Control', 'no-cache, private');
  await waitAt('before', effects);
  // Like the API server it gives up what nobody waits for any more.
  if (request.socket.destroyed) return;
  if (effectOf(effects, 'reset')?.when === 'before') return reset(request, connections);
  if (refusedUpFront(effects)) return refuse(effects, response, record);

  const reply = respond(() => {
    const user = authenticate(request, options.users);
    record.user = user.name;
    const { accept, 'content-type': contentType = '' } = headers;
    return answer(api, { method, url, accept, contentType, userAgent, body, user, effects });
  });
  await waitAt('after', effects);
  if (effectOf(effects, 'reset')?.when === 'after') return reset(request, connections);
  if (effectOf(effects, 'status')) return refuse(effects, response, record);
  if ('watch' in reply) return watch(api, reply.watch, response, record);
  await send(reply, effects, request, response, record);
}

/** A request's whole body. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Waits as long as the faults say, before or after the server has acted. */
export async function waitAt(when: 'before' | 'after', effects: Effects): Promise<void> {
  const pause = effects.find((effect) => effect.effect === 'delay' && effect.when === when);
  if (pause?.effect === 'delay') await delay(pause.ms, undefined, { ref: false });
}

/** The TCP connections by the client's port: below TLS only these can be reset. */
type Connections = Map<number | undefined, Socket>;

/** RST instead of FIN: the client sees ECONNRESET. */
function reset({ socket }: IncomingMessage, connections: Connections): void {
  connections.get(socket.remotePort)?.resetAndDestroy();
}

/** Answers with the status or the page that the faults say. */
export function refuse(
  effects: Effects,
  response: ServerResponse,
  record: Pick<RequestRecord, 'status' | 'answerBytes'>,
): void {
  const status = effectOf(effects, 'status');
  const html = effectOf(effects, 'html');
  record.status = status?.code ?? html?.code ?? 500;
  if (status?.code === 429) response.setHeader('Retry-After', String(status.retryAfter ?? 1));
  const [type, text] = status
    ? status.code === 429
      ? ['text/plain; charset=utf-8', status.message ?? 'Too many requests, please try again later.\n']
      : ['application/json', JSON.stringify(refusal(status.code, status.reason, status.message))]
    : ['text/html', html?.body ?? '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>\n'];
  record.answerBytes = Buffer.byteLength(text);
  response.writeHead(record.status, { 'Content-Type': type, 'Content-Length': record.answerBytes }).end(text);
}

const usual: Record<number, readonly [reason: string | undefined, message: string]> = {
  500: [undefined, 'etcdserver: request timed out'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: ['Timeout', 'Timeout: request did not complete within the allotted timeout'],
};

function refusal(code: number, reason: string | undefined, message: string | undefined): object {
  const [usualReason, usualMessage] = usual[code] ?? [undefined, `the server answered ${code}`];
  return new ApiError(code, reason ?? usualReason, message ?? usualMessage).status;
}

function respond(act: () => Answer): Answer {
  try {
    return act();
  } catch (error) {
    if (error instanceof ApiError) return { code: error.status.code, body: error.status };
    throw error;
  }
}

function watch(
  api: Api,
  request: Parameters<typeof serveWatch>[1],
  response: ServerResponse,
  record: RequestRecord,
): void {
  record.status = 200;
  try {
    serveWatch(api.store, request, response, (bytes) => {
      record.answerBytes += bytes;
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    record.status = error.status.code;
    response.writeHead(record.status, { 'Content-Type': 'application/json' }).end(JSON.stringify(error.status));
  }
}

async function send(
  reply: Exclude<Answer, { watch: unknown }>,
  effects: Effects,
  request: IncomingMessage,
  response: ServerResponse,
  record: RequestRecord,
): Promise<void> {
  const plain = 'text' in reply ? reply.text : Buffer.from(`${JSON.stringify(reply.body)}\n`);
  const gzipped = plain.length > gzipThreshold && /\bgzip\b/.test(String(request.headers['accept-encoding']));
  const bytes = gzipped ? await compress(plain, { level: 1 }) : plain;
  if (gzipped) response.setHeader('Content-Encoding', 'gzip').setHeader('Vary', 'Accept-Encoding');
  record.status = reply.code;
  const type = 'text' in reply ? 'text/plain' : 'application/json';
  response.writeHead(reply.code, { 'Content-Type': type, 'Content-Length': bytes.length });
  record.answerBytes = await sendBody(response, bytes, effects);
}

/** Sends a body cut short or slowly, as the faults say. Resolves with how many of its bytes go out. */
export async function sendBody(response: ServerResponse, bytes: Buffer, effects: Effects): Promise<number> {
  const cut = effectOf(effects, 'truncate');
  if (cut) {
    response.write(bytes.subarray(0, cut.bytes), () => response.destroy());
    return Math.min(cut.bytes, bytes.length);
  }
  const piece = effectOf(effects, 'slow')?.bytes ?? bytes.length;
  let at = 0;
  for (; bytes.length - at > piece && !response.destroyed; at += piece) {
    response.write(bytes.subarray(at, at + piece));
    await delay(10, undefined, { ref: false });
  }
  response.end(bytes.subarray(at));
  return bytes.length;
}
