import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Api } from '../../scripts/scale/api.ts';
import { type Effects, effectOf, type Fault, faultMatcher } from '../support/faults.ts';
import { writeKubeconfig } from '../support/kubeconfig.ts';
import { refusedUpFront } from '../support/routes.ts';
import { readBody, refuse, sendBody, waitAt } from '../support/server.ts';
import { watchFaults } from '../support/watch-faults.ts';

/** A real API server behind a proxy that breaks some of its answers. */
export interface BreakingProxy extends AsyncDisposable {
  readonly kubeconfig: string;
  /** How many requests came so far. */
  readonly requests: number;
  /** Resets every connection, as a restart of the API server does. */
  dropConnections(): void;
}

/** An expired list or watch, as API servers say it. */
const EXPIRED = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'The resourceVersion for the provided list is too old.',
  reason: 'Expired',
  code: 410,
};

/**
 * Starts it on a free port of the loopback, over plain HTTP: whoever asks is whom `api` authenticates as.
 * @param faults what goes wrong; those that only a stand-in of the API server can do (admission) have no effect
 */
export async function breakingProxy(api: Api, faults: readonly Fault[]): Promise<BreakingProxy> {
  const directory = mkdtempSync(join(tmpdir(), 'breaking-proxy-'));
  const upstream = new Agent({ keepAlive: true, ...api.credentials });
  const match = faultMatcher(faults);
  const sockets = new Set<IncomingMessage['socket']>();
  let requests = 0;
  const proxy = createServer((incoming, outgoing) => {
    requests++;
    const effects = match(incoming.method ?? 'GET', incoming.url ?? '/');
    serve(incoming, outgoing, { api, upstream, effects }).catch(() => outgoing.destroy());
  });
  proxy.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return {
    kubeconfig: writeKubeconfig(directory, url, undefined, [{ name: 'proxy', token: 'unused' }], 'proxy'),
    get requests() {
      return requests;
    },
    dropConnections() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    async [Symbol.asyncDispose]() {
      proxy.close();
      for (const socket of sockets) socket.destroy();
      upstream.destroy();
      rmSync(directory, { recursive: true });
    },
  };
}

interface Way {
  api: Api;
  upstream: Agent;
  effects: Effects;
}

async function serve(incoming: IncomingMessage, outgoing: ServerResponse, way: Way): Promise<void> {
  const { effects } = way;
  const record = { status: 0, answerBytes: 0 };
  const body = await readBody(incoming);
  await waitAt('before', effects);
  if (outgoing.destroyed) return;
  if (effectOf(effects, 'reset')?.when === 'before') return void incoming.socket.resetAndDestroy();
  if (refusedUpFront(effects)) return refuse(effects, outgoing, record);
  const url = new URL(incoming.url ?? '/', 'http://proxy');
  const watching = url.searchParams.get('watch') === 'true';
  if (effectOf(effects, 'gone') && (watching || url.searchParams.has('continue'))) {
    if (watching) outgoing.end(`${JSON.stringify({ type: 'ERROR', object: EXPIRED })}\n`);
    else outgoing.writeHead(410, { 'content-type': 'application/json' }).end(JSON.stringify(EXPIRED));
    return;
  }
  const answer = await passOn(incoming, body, outgoing, way);
  await waitAt('after', effects);
  if (effectOf(effects, 'reset')?.when === 'after') return void incoming.socket.resetAndDestroy();
  if (effectOf(effects, 'status')) return refuse(effects, outgoing, record);
  if (watching && answer.statusCode === 200) await sendWatch(answer, outgoing, effects);
  else await sendWhole(answer, outgoing, effects);
}

/** Has the API server answer; what it sends is not compressed, so that events can be told apart. */
function passOn(
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  outgoing: ServerResponse,
  { api: { server }, upstream }: Way,
): Promise<IncomingMessage> {
  // Neither the client's token nor its choice of encodings goes along.
  const { authorization: _, 'accept-encoding': __, ...others } = headers;
  return new Promise((resolve, reject) => {
    const options = { agent: upstream, method, path: url, host: server.hostname, port: server.port };
    const passed = request({ ...options, headers: { ...others, host: server.host } }, resolve);
    passed.on('error', reject);
    outgoing.on('close', () => passed.destroy());
    passed.end(body);
  });
}

async function sendWhole(answer: IncomingMessage, outgoing: ServerResponse, effects: Effects): Promise<void> {
  const bytes = Buffer.concat(await answer.toArray());
  const { 'transfer-encoding': _, ...headers } = answer.headers;
  outgoing.writeHead(answer.statusCode ?? 502, { ...headers, 'content-length': bytes.length });
  await sendBody(outgoing, bytes, effects);
}

async function sendWatch(answer: IncomingMessage, outgoing: ServerResponse, effects: Effects): Promise<void> {
  const { drop, pass } = watchFaults(effects);
  const broken = new AbortController();
  const interrupt = () => {
    if (drop?.how === 'reset') outgoing.destroy();
    else if (drop?.how !== 'silent') outgoing.end();
    broken.abort();
  };
  outgoing.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
  const timer = drop?.ms === undefined ? undefined : setTimeout(interrupt, drop.ms);
  outgoing.once('close', () => clearTimeout(timer));
  let text = '';
  answer.setEncoding('utf8');
  for await (const part of answer) {
    const lines = (text + part).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      // A silent watch goes on, and says nothing.
      if (broken.signal.aborted || outgoing.destroyed) break;
      const sent = pass(`${line}\n`);
      outgoing.write(sent.lines);
      if (sent.breaks) interrupt();
    }
  }
  if (!broken.signal.aborted) outgoing.end();
}
