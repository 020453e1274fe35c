import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { connect } from '../../src/kube/client.ts';
import { Credentials } from '../../src/kube/credentials.ts';
import { KubeError } from '../../src/kube/errors.ts';
import { loadKubeconfig } from '../../src/kube/kubeconfig.ts';
import { Transport } from '../../src/kube/transport.ts';
import { worded } from '../support/worded.ts';
import {
  type ApiServer,
  apiServer,
  type Handler,
  inTurn,
  json,
  kubeconfigFile,
  refuse,
  TLS,
  tlsOptions,
} from './api-server.ts';

/** A transport to the server whose waits are noted instead of waited. */
function transport(server: { url: string }, requestTimeout?: number) {
  const waits: number[] = [];
  const connection = loadKubeconfig(
    { server: server.url, token: 'the-token', 'certificate-authority': TLS.ca },
    { HOME: '/nowhere' },
  );
  const made = new Transport({
    server: connection.server,
    credentials: new Credentials(connection, {}),
    userAgent: 'test',
    requestTimeout,
    sleep: async (ms) => {
      waits.push(ms);
    },
  });
  return { waits, transport: made, [Symbol.asyncDispose]: () => made.close() };
}

const get = { method: 'GET', path: '/x' } as const;
const post = { method: 'POST', path: '/x', body: {} } as const;
const ok: Handler = (_, response) => json(response, 200, { ok: true });
const failing =
  (code: number, reason = '', headers = {}): Handler =>
  (_, response) =>
    refuse(response, code, reason, reason, headers);
const broken: Handler = (request) => request.socket.destroy();
const brokenInBody: Handler = (request, response) => {
  response
    .writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '100' })
    .write('{"ok":', () => request.socket.destroy());
};

function rejected(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
}

async function rejection(promise: Promise<unknown>): Promise<KubeError> {
  const error = await rejected(promise);
  if (error instanceof KubeError) return error;
  throw new Error(`not a KubeError: ${String(error)}`);
}

test('fifty parallel calls share a bounded number of connections', async () => {
  await using server = await apiServer(
    (_, response) => setTimeout(() => json(response, 200, { gitVersion: 'v1' }), 5),
    tlsOptions(),
  );
  await using config = await kubeconfigFile({ server: server.url, 'certificate-authority': TLS.ca });
  const cluster = await connect({ kubeconfig: config.file });
  await Promise.all(Array.from({ length: 50 }, () => cluster.version()));
  expect(server.received).toHaveLength(50);
  expect(server.connections).toBeLessThanOrEqual(16);
  const before = server.connections;
  for (let i = 0; i < 20; i++) await cluster.version();
  expect(server.connections).toBe(before);
  await cluster.close();
});

test('every request names program, version and platform, and the bearer token', async () => {
  await using server = await apiServer((_, response) => json(response, 200, { gitVersion: 'v1.34.4' }), tlsOptions());
  await using config = await kubeconfigFile({ server: `${server.url}/prefix/`, 'certificate-authority': TLS.ca });
  const cluster = await connect({ kubeconfig: config.file });
  expect(await cluster.version()).toBe('v1.34.4');
  const request = server.received[0];
  expect(request?.path).toBe('/prefix/version');
  expect(request?.headers.authorization).toBe('Bearer the-token');
  expect(request?.headers['user-agent']).toMatch(/^kubectl-netprereq\/\d+\.\d+\.\d+\S* \(\w+\/\w+\)$/);
  await cluster.close();
});

test('an answer may be compressed', async () => {
  await using server = await apiServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' });
    response.end(gzipSync(JSON.stringify({ text: 'x'.repeat(100_000) })));
  });
  await using client = transport(server);
  expect((await client.transport.object(get)).text).toHaveLength(100_000);
  expect(server.received[0]?.headers['accept-encoding']).toBe('gzip');
});

test('an answer that unpacks to more than 64 MiB is refused', async () => {
  await using server = await apiServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' });
    response.end(gzipSync(Buffer.alloc(65 * 1024 * 1024), { level: 1 }));
  });
  await using client = transport(server);
  expect((await rejection(client.transport.object(get))).message).toContain('is larger than 64 MiB');
});

test.each<[string, Handler, typeof get | typeof post]>([
  ['503', failing(503), get],
  ['503 to a POST', failing(503), post],
  ['502', failing(502), get],
  ['504', failing(504), post],
  ['500 to a GET', failing(500, 'InternalError'), get],
  ['429', failing(429, 'TooManyRequests'), post],
  ['409 of the quota controller', failing(409, 'Conflict'), post],
  ['a connection that is reset', broken, get],
  ['a connection that is reset in the body', brokenInBody, post],
])('after %s the request is sent again', async (_, trouble, request) => {
  await using server = await apiServer(inTurn(trouble, trouble, ok));
  await using client = transport(server);
  expect(await client.transport.object(request)).toEqual({ ok: true });
  expect(server.received).toHaveLength(3);
  expect(client.waits).toHaveLength(2);
});

test("an API server's plain text for too many requests is its answer, not a proxy's", async () => {
  const tooMany: Handler = (_, response) =>
    response.writeHead(429, { 'Content-Type': 'text/plain; charset=utf-8' }).end('Too many requests.\n');
  await using server = await apiServer(tooMany);
  await using client = transport(server);
  const error = await rejection(client.transport.object(get));
  expect([error.message, error.status]).toEqual(['Error from server (TooManyRequests): Too many requests.', 429]);
});

test.each<[string, Handler, typeof get | typeof post]>([
  ['500 to a POST', failing(500, 'InternalError'), post],
  ['403', failing(403, 'Forbidden'), get],
  ['404', failing(404, 'NotFound'), get],
  ['409 for a name that exists', failing(409, 'AlreadyExists'), post],
  ['429 with a Retry-After of an hour', failing(429, 'TooManyRequests', { 'Retry-After': '3600' }), get],
])('after %s it is not', async (_, trouble, request) => {
  await using server = await apiServer(trouble);
  await using client = transport(server);
  await rejection(client.transport.object(request));
  expect(server.received).toHaveLength(1);
});

test('Retry-After is waited for, in seconds or until a date', async () => {
  const date = new Date(Date.now() + 10_000).toUTCString();
  await using server = await apiServer(
    inTurn(failing(429, 'TooManyRequests', { 'Retry-After': '7' }), failing(503, '', { 'Retry-After': date }), ok),
  );
  await using client = transport(server);
  await client.transport.object(get);
  expect(client.waits[0]).toBeGreaterThanOrEqual(7000);
  expect(client.waits[0]).toBeLessThan(7500);
  expect(client.waits[1]).toBeGreaterThan(7500);
});

test('after a 429 with Retry-After no other call is sent before that time either', async () => {
  await using server = await apiServer(inTurn(failing(429, 'TooManyRequests', { 'Retry-After': '7' }), ok, ok));
  await using client = transport(server);
  await client.transport.object(post);
  await client.transport.object(get);
  expect(client.waits).toHaveLength(2);
  expect(client.waits[1]).toBeGreaterThan(6000);
});

describe('while the server wants no calls', () => {
  const tooMany = (seconds: number) => failing(429, 'TooManyRequests', { 'Retry-After': String(seconds) });
  const remove = { method: 'DELETE', path: '/x' } as const;
  /** A client whose server has just asked for twenty seconds. */
  async function held(...then: Handler[]) {
    const server = await apiServer(inTurn(tooMany(20), ...then));
    const client = transport(server);
    await rejection(client.transport.object({ ...get, timeoutMs: 1000 }));
    return {
      server,
      ...client,
      [Symbol.asyncDispose]: () => client.transport.close().then(() => server[Symbol.asyncDispose]()),
    };
  }

  test('a call whose time ends before that is rejected at once with what the server said', async () => {
    await using client = await held(ok);
    expect((await rejection(client.transport.object({ ...remove, timeoutMs: 3000 }))).status).toBe(429);
    expect([client.waits, client.server.received.length]).toEqual([[], 1]);
  });

  test('a call with patience waits beyond its time', async () => {
    await using client = await held(ok);
    const patience = new AbortController().signal;
    expect(await client.transport.object({ ...post, timeoutMs: 3000, patience })).toEqual({ ok: true });
    expect(client.waits).toEqual([expect.toSatisfy((ms) => ms > 15_000)]);
  });

  test('a shorter wait that is asked for later does not replace the longer one', async () => {
    const answers = Promise.withResolvers<void>();
    // The second call is under way when the first is told to wait.
    const late: Handler = (request, response) => void answers.promise.then(() => tooMany(1)(request, response));
    await using server = await apiServer(inTurn(late, tooMany(20), ok));
    await using client = transport(server);
    const second = client.transport.object(get);
    await expect.poll(() => server.received.length).toBe(1);
    await rejection(client.transport.object({ ...get, timeoutMs: 1000 }));
    answers.resolve();
    await second;
    expect(client.waits).toEqual([expect.toSatisfy((ms) => ms > 15_000)]);
  });

  test.each([
    ['its caller', 'signal', 'enough'],
    ['the end of its patience', 'patience', 'Error from server (TooManyRequests): TooManyRequests'],
  ])('a call is ended by %s', async (_, by, message) => {
    await using server = await apiServer(inTurn(tooMany(20), ok));
    await using config = await kubeconfigFile({ server: server.url });
    const cluster = await connect({ kubeconfig: config.file });
    const abort = new AbortController();
    const call = rejected(cluster.deletePod('ns', 'p', { [by]: abort.signal }));
    await expect.poll(() => server.received.length).toBe(1);
    abort.abort(new Error('enough'));
    expect(await call).toMatchObject({ message });
    await cluster.close();
  });
});

test('without Retry-After the waits grow, and the last error is the answer', async () => {
  await using server = await apiServer(failing(503, 'ServiceUnavailable'));
  await using client = transport(server);
  const error = await rejection(client.transport.object(get));
  expect(error).toMatchObject({ status: 503, reason: 'ServiceUnavailable' });
  expect(server.received).toHaveLength(5);
  client.waits.forEach((wait, i) => {
    expect(wait).toBeGreaterThanOrEqual(125 * 2 ** i);
    expect(wait).toBeLessThanOrEqual(250 * 2 ** i);
  });
});

test('a server that is not there is named in the words of kubectl, without a second attempt', async () => {
  const server = await apiServer(ok);
  await server[Symbol.asyncDispose]();
  await using client = transport(server);
  const error = await rejection(client.transport.object(get));
  expect(error.message).toBe(
    `The connection to the server 127.0.0.1:${server.port} was refused - did you specify the right host or port?`,
  );
  expect(client.waits).toEqual([]);
});

test('a server that went away in mid-run is asked again', async () => {
  const server = await apiServer(ok);
  await using client = transport(server);
  await client.transport.object(get);
  await server[Symbol.asyncDispose]();
  expect((await rejection(client.transport.object(get))).code).toBe('ECONNREFUSED');
  expect(client.waits).toHaveLength(4);
});

test('a name that nobody knows', async () => {
  await using client = transport({ url: 'https://no-such-host.invalid:6443' });
  const { message } = await rejection(client.transport.object(get));
  expect(message).toMatch(/^Unable to connect to the server: getaddrinfo \w+ no-such-host\.invalid$/);
});

test('a server that does not answer in time', async () => {
  await using server = await apiServer(() => undefined);
  await using client = transport(server, 0.05);
  const error = await rejection(client.transport.object(get));
  expect(error.message).toContain('Client.Timeout exceeded while awaiting headers');
  expect(server.received).toHaveLength(1);
});

test('a server that stops in the middle of its answer', async () => {
  await using server = await apiServer((_, response) => response.writeHead(200).write('{'));
  await using client = transport(server, 0.05);
  expect((await rejection(client.transport.object(get))).code).toBe('ETIMEDOUT');
});

describe('a call with a time limit of its own', () => {
  const limited = (timeoutMs: number) => ({ ...post, timeoutMs });
  /** No answer for the first request, then one. */
  const slow = (ms: number): Handler => inTurn((request, response) => setTimeout(ok, ms, request, response), ok);

  test('ends in the words of kubectl, which name server and seconds', async () => {
    await using server = await apiServer(() => undefined);
    await using client = transport(server);
    expect(await rejection(client.transport.object(limited(50)))).toMatchObject({
      code: 'ETIMEDOUT',
      message: `Unable to connect to the server: net/http: request canceled (Client.Timeout exceeded while awaiting headers): no answer from 127.0.0.1:${server.port} within 0.05s`,
      tries: [{ run: 'kubectl get --raw /readyz' }, expect.stringContaining('--request-timeout')],
    });
    expect(server.received).toHaveLength(1);
  });

  test('waits longer where --request-timeout does', async () => {
    await using server = await apiServer(slow(300));
    await using client = transport(server, 10);
    expect(await client.transport.object(limited(50))).toEqual({ ok: true });
    expect(server.received).toHaveLength(1);
  });

  test('waits longer where --request-timeout is none', async () => {
    await using server = await apiServer(slow(300));
    await using client = transport(server, 0);
    expect(await client.transport.object(limited(50))).toEqual({ ok: true });
    expect(server.received).toHaveLength(1);
  });

  test('is sent again within it where --request-timeout is shorter', async () => {
    await using server = await apiServer(inTurn(ok, () => undefined, ok));
    await using client = transport(server, 0.2);
    await client.transport.object(get);
    expect(await client.transport.object(limited(10_000))).toEqual({ ok: true });
    expect(server.received).toHaveLength(3);
  });

  test('is not sent again when it is over', async () => {
    await using server = await apiServer(inTurn(ok, () => undefined));
    await using client = transport(server);
    await client.transport.object(get);
    expect((await rejection(client.transport.object(limited(50)))).code).toBe('ETIMEDOUT');
    expect(server.received).toHaveLength(2);
  });

  test('says what the server said last, where that asks to come back later', async () => {
    await using server = await apiServer(failing(429, 'TooManyRequests', { 'Retry-After': '20' }));
    await using client = transport(server);
    expect((await rejection(client.transport.object(limited(15_000)))).status).toBe(429);
    expect(client.waits).toEqual([]);
  });

  test('leaves a login its time', async () => {
    await using server = await apiServer(ok);
    const connection = loadKubeconfig({ server: server.url }, { HOME: '/nowhere' });
    const credentials = new Credentials(connection, {});
    const { get: logIn } = credentials;
    credentials.get = () => new Promise((done) => setTimeout(() => done(logIn.call(credentials)), 300));
    const made = new Transport({ server: server.url, credentials, userAgent: 'test' });
    expect(await made.object(limited(100))).toEqual({ ok: true });
    await made.close();
  });
});

const LOGIN = '<html><title>Corporate login</title>the-token</html>';

test.each([
  [
    200,
    'error: HOST answered with HTTP 200, text/html: "Corporate login", which is not an answer of the Kubernetes API',
  ],
  [
    403,
    'error: HOST answered with HTTP 403, text/html: "Corporate login", which is not an answer of the Kubernetes API',
  ],
  [401, 'error: You must be logged in to the server (HTTP 401, text/html: "Corporate login")'],
])("a proxy's page with status %i is told from an answer", async (status, message) => {
  await using server = await apiServer((_, response) =>
    response.writeHead(status, { 'Content-Type': 'text/html' }).end(LOGIN),
  );
  await using client = transport(server);
  const error = await rejection(client.transport.object(get));
  expect(error.message.replace(client.transport.host, 'HOST')).toBe(message);
  expect(worded(error.tries)[0]).toContain('proxy');
});

test('JSON that is cut off is told from an answer', async () => {
  await using server = await apiServer((_, response) =>
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"a":'),
  );
  await using client = transport(server);
  expect((await rejection(client.transport.object(get))).message).toContain('HTTP 200, application/json: "{"a":"');
});

test('the token is in no message, even when the server repeats it', async () => {
  await using server = await apiServer(
    (request, response) => refuse(response, 403, 'Forbidden', `you sent ${request.headers.authorization}`),
    tlsOptions(),
  );
  await using client = transport(server);
  const error = await rejection(client.transport.object(get));
  expect(error.message).toBe('Error from server (Forbidden): you sent Bearer [credential]');
});

test("the server's clock is that of its latest answer", async () => {
  await using server = await apiServer((_, response) =>
    json(response, 200, {}, { Date: 'Tue, 01 Jan 2030 00:00:00 GMT' }),
  );
  await using client = transport(server);
  expect(client.transport.serverTime).toBeUndefined();
  await client.transport.object(get);
  expect(client.transport.serverTime?.toISOString()).toMatch(/^2030-01-01T00:00:/);
});

test.each<[string, Handler]>([
  ['the headers', () => undefined],
  ['the body', (_, response) => response.writeHead(200).write('{')],
])('an abort while waiting for %s rejects with its reason', async (_, handler) => {
  const abort = new AbortController();
  await using server: ApiServer = await apiServer((request, response) => {
    handler(request, response);
    setTimeout(() => abort.abort(new Error('enough')), 20);
  });
  await using client = transport(server);
  await expect(client.transport.object({ ...get, signal: abort.signal })).rejects.toThrow('enough');
});

test('an abort between two attempts rejects with its reason', async () => {
  await using server = await apiServer(failing(503, '', { 'Retry-After': '20' }));
  await using config = await kubeconfigFile({ server: server.url });
  const cluster = await connect({ kubeconfig: config.file });
  const abort = new AbortController();
  const call = cluster.version({ signal: abort.signal });
  call.catch(() => undefined);
  await expect.poll(() => server.received.length).toBe(1);
  abort.abort(new Error('enough'));
  await expect(call).rejects.toThrow('enough');
  await cluster.close();
});
