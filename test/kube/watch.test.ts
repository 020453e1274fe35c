import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import type { PodEvent } from '../../src/kube/cluster.ts';
import { Credentials } from '../../src/kube/credentials.ts';
import { loadKubeconfig } from '../../src/kube/kubeconfig.ts';
import { Transport } from '../../src/kube/transport.ts';
import { watchPods } from '../../src/kube/watch.ts';
import { type ApiServer, apiServer, json, type Received, refuse } from './api-server.ts';

const QUERY = { namespace: 'ns', labelSelector: 'run=r1' };

const pod = (name: string, version: number, phase = 'Pending') => ({
  metadata: { name, resourceVersion: String(version) },
  spec: { containers: [] },
  status: { phase },
});
type RawPod = ReturnType<typeof pod>;

const list = (response: ServerResponse, version: number, ...items: RawPod[]) =>
  json(response, 200, { items, metadata: { resourceVersion: String(version) } });
const event = (response: ServerResponse, type: string, object: unknown) =>
  response.write(`${JSON.stringify({ type, object })}\n`);

interface Script {
  lists: ((response: ServerResponse, request: Received) => unknown)[];
  watches: ((response: ServerResponse, request: Received) => unknown)[];
}

interface Watched extends AsyncDisposable {
  server: ApiServer;
  /** The next events, each as `present name phase` or `deleted name phase`. */
  next(count: number): Promise<string[]>;
  abort: AbortController;
  events: AsyncGenerator<PodEvent>;
}

/** A watch against a server that follows a script: its first list, its first watch and so on; after the script it stays silent. */
async function watched(
  { lists, watches }: Script,
  options: { quietMs?: number; fieldSelector?: string } = {},
): Promise<Watched> {
  const server = await apiServer((request, response) => {
    if (!request.query.has('watch')) return lists.shift()?.(response, request);
    response.writeHead(200, { 'Content-Type': 'application/json' }).flushHeaders();
    return watches.shift()?.(response, request);
  });
  const connection = loadKubeconfig({ server: server.url }, { HOME: '/nowhere' });
  const transport = new Transport({
    server: server.url,
    credentials: new Credentials(connection, {}),
    userAgent: 'test',
  });
  const abort = new AbortController();
  const { quietMs, fieldSelector } = options;
  const query = { ...QUERY, ...(fieldSelector ? { fieldSelector } : {}) };
  const events = watchPods(transport, query, abort.signal, quietMs);
  return {
    server,
    abort,
    events,
    async next(count) {
      const seen: string[] = [];
      while (seen.length < count) {
        const { value, done } = await events.next();
        if (done) break;
        seen.push(`${value.type} ${value.pod.metadata.name} ${value.pod.status?.phase}`);
      }
      return seen;
    },
    async [Symbol.asyncDispose]() {
      abort.abort();
      await events.return(undefined).catch(() => undefined);
      await transport.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

const requests = (server: ApiServer) =>
  server.received.map(({ query }) =>
    `${query.has('watch') ? 'watch' : 'list'} ${query.get('resourceVersion') ?? ''}`.trim(),
  );

test('the present state comes first, then every change', async () => {
  await using it = await watched({
    lists: [(response) => list(response, 5, pod('a', 3))],
    watches: [
      (response) => {
        event(response, 'ADDED', pod('b', 6));
        event(response, 'BOOKMARK', { metadata: { resourceVersion: '7' } });
        event(response, 'MODIFIED', pod('a', 8, 'Running'));
        event(response, 'DELETED', pod('a', 9, 'Failed'));
      },
    ],
  });
  expect(await it.next(4)).toEqual(['present a Pending', 'present b Pending', 'present a Running', 'deleted a Failed']);
  const watch = it.server.received[1]?.query;
  expect(Object.fromEntries(watch ?? [])).toEqual({
    labelSelector: 'run=r1',
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: '5',
    timeoutSeconds: '20',
  });
});

test('events that are cut anywhere in the stream arrive whole', async () => {
  const line = Buffer.from(`${JSON.stringify({ type: 'ADDED', object: pod('ü', 6) })}\n`);
  await using it = await watched({
    lists: [(response) => list(response, 5)],
    watches: [
      async (response) => {
        for (const byte of line) await new Promise((written) => response.write(Buffer.of(byte), written));
      },
    ],
  });
  expect(await it.next(1)).toEqual(['present ü Pending']);
});

test('a watch that the server ends goes on where it ended', async () => {
  await using it = await watched({
    lists: [(response) => list(response, 5)],
    watches: [
      (response) => {
        event(response, 'ADDED', pod('a', 6));
        event(response, 'BOOKMARK', { metadata: { resourceVersion: '9' } });
        response.end();
      },
      (response) => event(response, 'ADDED', pod('b', 10)),
    ],
  });
  expect(await it.next(2)).toEqual(['present a Pending', 'present b Pending']);
  expect(requests(it.server)).toEqual(['list', 'watch 5', 'watch 9']);
});

test('after a dropped connection the list is read again and told, and of vanished pods that they are gone', async () => {
  await using it = await watched({
    lists: [
      (response) => list(response, 5, pod('same', 1), pod('changed', 2), pod('vanished', 3)),
      (response) => list(response, 9, pod('same', 1), pod('changed', 8, 'Succeeded'), pod('new', 7)),
    ],
    watches: [(_, request) => request.socket.destroy(), (response) => event(response, 'ADDED', pod('later', 10))],
  });
  await it.next(3);
  expect(await it.next(5)).toEqual([
    'present same Pending',
    'present changed Succeeded',
    'present new Pending',
    'deleted vanished Pending',
    'present later Pending',
  ]);
  expect(requests(it.server)).toEqual(['list', 'watch 5', 'list', 'watch 9']);
});

test.each<[string, Script['watches'][number]]>([
  ['an ERROR event', (response) => event(response, 'ERROR', { kind: 'Status', code: 410, reason: 'Expired' })],
  ['a line that is no JSON', (response) => response.write('{"type":\n')],
  ['a line of more than 8 MiB', (response) => response.write('x'.repeat(9 * 1024 * 1024))],
])('after %s the list is read again', async (_, trouble) => {
  await using it = await watched({
    lists: [(response) => list(response, 5), (response) => list(response, 9, pod('a', 8))],
    watches: [trouble],
  });
  expect(await it.next(1)).toEqual(['present a Pending']);
  expect(requests(it.server).slice(0, 3)).toEqual(['list', 'watch 5', 'list']);
});

test('after 410 for the watch itself the list is read again', async () => {
  let watches = 0;
  await using server = await apiServer((request, response) => {
    if (!request.query.has('watch')) return list(response, 5 + watches, pod('a', 5 + watches));
    return ++watches === 1 ? refuse(response, 410, 'Expired') : undefined;
  });
  const connection = loadKubeconfig({ server: server.url }, { HOME: '/nowhere' });
  const transport = new Transport({
    server: server.url,
    credentials: new Credentials(connection, {}),
    userAgent: 'test',
  });
  const abort = new AbortController();
  const versions: string[] = [];
  for await (const { pod: seen } of watchPods(transport, QUERY, abort.signal)) {
    versions.push(seen.metadata.name);
    if (versions.length === 2) abort.abort();
  }
  expect(versions).toEqual(['a', 'a']);
  await transport.close();
});

test('a connection that says nothing is given up, and what was missed is listed', async () => {
  await using it = await watched(
    {
      lists: [(response) => list(response, 5, pod('a', 1)), (response) => list(response, 9, pod('a', 8, 'Succeeded'))],
      watches: [() => undefined],
    },
    { quietMs: 50 },
  );
  expect(await it.next(2)).toEqual(['present a Pending', 'present a Succeeded']);
});

/** Ends a watch when its timeoutSeconds are over, as API servers do. */
const endsInOrder = (response: ServerResponse, { query }: Received) =>
  setTimeout(() => response.end(), Number(query.get('timeoutSeconds')) * 1000);

test('a watch in which nothing happens is ended by the server, not given up', async () => {
  await using it = await watched(
    {
      lists: [(response) => list(response, 5, pod('a', 1)), (response) => list(response, 9, pod('given up', 8))],
      watches: [endsInOrder, (response) => event(response, 'MODIFIED', pod('a', 7, 'Running'))],
    },
    { quietMs: 3000 },
  );
  expect(await it.next(2)).toEqual(['present a Pending', 'present a Running']);
  expect(requests(it.server)).toEqual(['list', 'watch 5', 'watch 5']);
});

test('a watch that has held is begun again without a pause, however it ended and whatever failed before', async () => {
  const broken: Script['watches'][number] = (_, request) => request.socket.destroy();
  let ended = 0;
  let listed = 0;
  await using it = await watched({
    lists: [
      ...Array.from({ length: 4 }, () => (response: ServerResponse) => list(response, 5, pod('a', 1))),
      (response) => {
        listed = performance.now();
        list(response, 9, pod('a', 8, 'Running'));
      },
    ],
    watches: [
      ...[broken, broken, broken],
      (_, request) => {
        setTimeout(() => {
          ended = performance.now();
          request.socket.destroy();
        }, 1200);
      },
    ],
  });
  // Once for each list.
  expect(await it.next(5)).toEqual([...Array(4).fill('present a Pending'), 'present a Running']);
  // After four failures in a row it would be a second at least.
  expect(listed - ended).toBeLessThan(900);
});

test('a connection that sends bookmarks is kept, however long nothing happens', async () => {
  const quietMs = 1000;
  await using it = await watched(
    {
      lists: [(response) => list(response, 5, pod('a', 1)), (response) => list(response, 9, pod('too early', 8))],
      watches: [
        (response) => {
          let sent = 0;
          const timer = setInterval(() => {
            event(response, 'BOOKMARK', { metadata: { resourceVersion: '6' } });
            if (++sent === 15) event(response, 'MODIFIED', pod('a', 7, 'Running'));
          }, quietMs / 10);
          response.on('close', () => clearInterval(timer));
        },
      ],
    },
    { quietMs },
  );
  expect(await it.next(2)).toEqual(['present a Pending', 'present a Running']);
});

test('a pod that no longer matches the field selector is told as deleted', async () => {
  await using it = await watched(
    {
      lists: [(response) => list(response, 5)],
      watches: [(response) => event(response, 'DELETED', pod('a', 6, 'Running'))],
    },
    { fieldSelector: 'status.phase=Pending' },
  );
  expect(await it.next(1)).toEqual(['deleted a Running']);
  expect(it.server.received.map(({ query }) => query.get('fieldSelector'))).toEqual([
    'status.phase=Pending',
    'status.phase=Pending',
  ]);
});

test('an abort ends it quietly', async () => {
  await using it = await watched({ lists: [(response) => list(response, 5, pod('a', 1))], watches: [] });
  await it.next(1);
  const end = it.events.next();
  await expect.poll(() => it.server.received.length).toBe(2);
  it.abort.abort(new Error('enough'));
  expect(await end).toEqual({ value: undefined, done: true });
});

test('an abort before the first list ends it quietly', async () => {
  await using it = await watched({ lists: [], watches: [] });
  const end = it.events.next();
  await expect.poll(() => it.server.received.length).toBe(1);
  it.abort.abort();
  expect(await end).toEqual({ value: undefined, done: true });
});

test.each([
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'NotFound'],
])('%i in mid-watch is for good', async (code, reason) => {
  await using it = await watched({
    lists: [(response) => list(response, 5, pod('a', 1)), (response) => refuse(response, code, reason)],
    watches: [(_, request) => request.socket.destroy()],
  });
  await it.next(1);
  await expect(it.events.next()).rejects.toMatchObject({ status: code });
});

test('a server in trouble in mid-watch is asked until it answers', async () => {
  await using it = await watched({
    lists: [
      (response) => list(response, 5, pod('a', 1)),
      (response) => refuse(response, 501, 'NotImplemented'),
      (response) => list(response, 9, pod('a', 8, 'Running')),
    ],
    watches: [(_, request) => request.socket.destroy()],
  });
  expect(await it.next(2)).toEqual(['present a Pending', 'present a Running']);
  expect(requests(it.server).slice(0, 4)).toEqual(['list', 'watch 5', 'list', 'list']);
});

test('a first list that fails is an error', async () => {
  await using it = await watched({ lists: [(response) => refuse(response, 501, 'NotImplemented')], watches: [] });
  await expect(it.events.next()).rejects.toMatchObject({ status: 501 });
});

test('a watch does not take the connections of calls', async () => {
  await using it = await watched({
    lists: [(response) => list(response, 5, pod('a', 1)), (response) => list(response, 6)],
    watches: [],
  });
  await it.next(1);
  void it.events.next();
  await expect.poll(() => it.server.received.length).toBe(2);
  expect(it.server.connections).toBe(2);
});
