import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { test as base, describe, expect } from 'vitest';
import { call, callJson, type WatchEvent, watchEvents } from '../support/client.ts';
import { flannelCluster } from '../support/clusters.ts';
import type { KubeObject, Pod } from '../support/objects.ts';
import { pod } from '../support/pod.ts';
import { type StandIn, type StandInOptions, startStandIn } from '../support/stand-in.ts';
import type { Status } from '../support/status.ts';

const run = promisify(execFile);

interface List {
  kind: string;
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
  items: KubeObject[];
}

const readNodes = { verbs: ['get', 'list'], resources: ['nodes'] };
const teamPods = { verbs: ['create', 'get'], resources: ['pods'], namespaces: ['team'] };

const cluster: StandInOptions = {
  ...flannelCluster(),
  nodes: [
    { name: 'cp-1', labels: { 'node-role.kubernetes.io/control-plane': '' }, recorded: 'cp' },
    { name: 'node-1', labels: { zone: 'a' }, recorded: 'one' },
    { name: 'node-2', labels: { zone: 'b' }, recorded: 'two' },
    { name: 'node-3', behaviour: 'silent' },
  ],
  namespaces: [
    { name: 'team', quota: { name: 'few', pods: 1 } },
    { name: 'strict', labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } },
  ],
  users: [
    { name: 'admin', token: 'stand-in-admin' },
    { name: 'tester' },
    { name: 'viewer', token: 'view', rules: [readNodes, teamPods] },
  ],
};

const test = base
  .extend('options', {} as StandInOptions)
  .extend('standIn', async ({ options }, { onCleanup }): Promise<StandIn> => {
    const standIn = await startStandIn({ ...cluster, ...options });
    onCleanup(() => standIn.stop());
    return standIn;
  });

const names = ({ items }: List) => items.map(({ metadata }) => metadata.name);
const podsPath = '/api/v1/namespaces/default/pods';
const post = (standIn: StandIn, body: unknown, path = podsPath) => call(standIn.url, path, { method: 'POST', body });

describe('lists', () => {
  test('come in pages of one consistent state', async ({ standIn }) => {
    const first = await callJson<List>(standIn.url, '/api/v1/nodes?limit=3');
    const gone = standIn.store.get('nodes', undefined, 'node-3');
    if (gone) standIn.store.remove(gone);
    const token = first.metadata.continue ?? '';
    const second = await callJson<List>(standIn.url, `/api/v1/nodes?limit=3&continue=${token}`);
    expect(names(first)).toEqual(['cp-1', 'node-1', 'node-2']);
    expect(first.metadata.remainingItemCount).toBe(1);
    expect(names(second)).toEqual(['node-3']);
    expect(second.metadata).toEqual({ resourceVersion: first.metadata.resourceVersion });
  });

  test('that expired are refused with a token that continues at the present state', async ({ standIn }) => {
    standIn.faults.push({ effect: 'gone', path: 'continue=', times: 1 });
    const { metadata } = await callJson<List>(standIn.url, '/api/v1/nodes?limit=2');
    const refused = await callJson<Status>(standIn.url, `/api/v1/nodes?limit=2&continue=${metadata.continue}`);
    expect(refused).toMatchObject({ code: 410, reason: 'Expired' });
    const rest = await callJson<List>(standIn.url, `/api/v1/nodes?continue=${refused.metadata.continue}`);
    expect(names(rest)).toEqual(['node-2', 'node-3']);
  });

  test.for([
    ['labelSelector=zone', ['node-1', 'node-2']],
    ['labelSelector=zone%3Da', ['node-1']],
    ['labelSelector=zone%21%3Da', ['cp-1', 'node-2', 'node-3']],
    ['labelSelector=zone+in+(a,+b)', ['node-1', 'node-2']],
    ['labelSelector=zone+notin+(a,b)', ['cp-1', 'node-3']],
    ['labelSelector=%21zone,kubernetes.io/os%3D%3Dlinux', ['cp-1', 'node-3']],
    ['labelSelector=node-role.kubernetes.io/control-plane', ['cp-1']],
    ['fieldSelector=metadata.name%3Dnode-2', ['node-2']],
    ['fieldSelector=metadata.name%21%3Dnode-2,spec.unschedulable%3Dfalse', ['cp-1', 'node-1', 'node-3']],
  ] as const)('select by %s', async ([query, expected], { standIn }) => {
    expect(names(await callJson<List>(standIn.url, `/api/v1/nodes?${query}`))).toEqual(expected);
  });

  test('over 128 KiB are compressed for who accepts it', async ({ standIn }) => {
    for (let index = 0; index < 200; index += 1) standIn.store.create({ ...named(`many-${index}`) });
    const path = '/api/v1/configmaps';
    const plain = await call(standIn.url, path);
    const packed = await call(standIn.url, path, { headers: { 'accept-encoding': 'gzip' } });
    const small = await call(standIn.url, '/version', { headers: { 'accept-encoding': 'gzip' } });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(packed.bytes)).toEqual(plain.bytes);
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(small.headers['content-encoding']).toBeUndefined();
    expect(standIn.requests.map(({ answerBytes }) => answerBytes)).toEqual([
      plain.bytes.length,
      packed.bytes.length,
      small.bytes.length,
    ]);
  });

  test('of metadata alone leave out spec and status', async ({ standIn }) => {
    const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
    const list = await callJson<List>(standIn.url, '/api/v1/nodes', { headers: { accept } });
    expect(list.kind).toBe('PartialObjectMetadataList');
    expect(Object.keys(list.items[0] ?? {})).toEqual(['kind', 'apiVersion', 'metadata']);
    const wrong = { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' };
    expect((await call(standIn.url, '/api/v1/nodes', { headers: wrong })).status).toBe(406);
  });
});

const named = (name: string): KubeObject => {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default' },
    data: { text: 'x'.repeat(1000) },
  };
};

describe('creating a pod', () => {
  test('completes it with defaults and answers 201', async ({ standIn }) => {
    const { status, bytes } = await post(standIn, pod('a', 'node-1'));
    const created = JSON.parse(bytes.toString()) as Pod;
    expect(status).toBe(201);
    expect(created.metadata).toMatchObject({ namespace: 'default', generation: 1, uid: expect.any(String) });
    expect(created.spec.containers[0]).toMatchObject({ terminationMessagePath: '/dev/termination-log' });
    expect(created.status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' });
  });

  test('of a name that is taken is a conflict', async ({ standIn }) => {
    await post(standIn, pod('a', 'node-3'));
    const second = await post(standIn, pod('a', 'node-3'));
    expect(JSON.parse(second.bytes.toString())).toMatchObject({
      message: 'pods "a" already exists',
      reason: 'AlreadyExists',
      details: { name: 'a', kind: 'pods' },
      code: 409,
    });
  });

  test('as a dry run keeps nothing', async ({ standIn }) => {
    const { status } = await post(standIn, pod('a', 'node-1'), `${podsPath}?dryRun=All`);
    expect([status, standIn.pods(), standIn.created]).toEqual([201, [], []]);
  });

  test.for([
    [
      pod('Bad_Name', 'node-1'),
      podsPath,
      422,
      /^Pod "Bad_Name" is invalid: metadata.name: Invalid value: "Bad_Name": a /,
    ],
    [pod('a', 'node-1', { containers: [] }), podsPath, 422, /^Pod "a" is invalid: spec.containers: Required value$/],
    [pod('a', 'node-1'), '/api/v1/namespaces/nope/pods', 404, /^namespaces "nope" not found$/],
    [{ kind: 'Node' }, podsPath, 400, /must be of type Pod/],
    [
      pod('a', 'node-1'),
      '/api/v1/namespaces/strict/pods',
      403,
      /^pods "a" is forbidden: violates PodSecurity "baseline:latest": host namespaces \(hostNetwork=true, hostPID=true\), privileged \(container "probe" must not set securityContext.privileged=true\)$/,
    ],
  ] as const)('that cannot be admitted is refused: %#', async ([body, path, code, message], { standIn }) => {
    const { bytes } = await post(standIn, body, path);
    const status = JSON.parse(bytes.toString()) as Status;
    expect(status).toMatchObject({ kind: 'Status', status: 'Failure', code });
    expect(status.message).toMatch(message);
    expect(standIn.pods()).toEqual([]);
  });

  test('beyond the quota is refused until another pod has ended', async ({ standIn }) => {
    const path = '/api/v1/namespaces/team/pods';
    await post(standIn, pod('a', 'node-3'), path);
    const refused = await post(standIn, pod('b', 'node-3'), path);
    const why = 'exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1';
    expect(JSON.parse(refused.bytes.toString())).toMatchObject({ code: 403, message: `pods "b" is forbidden: ${why}` });
    await call(standIn.url, `${path}/a?gracePeriodSeconds=0`, { method: 'DELETE' });
    expect((await post(standIn, pod('b', 'node-3'), path)).status).toBe(201);
  });

  test('that is privileged is refused by a server that allows none', async ({ standIn }) => {
    const strict = await startStandIn({ allowPrivileged: false });
    const { bytes } = await post(strict, pod('a', 'node-1'));
    await strict.stop();
    const field = 'spec.containers[0].securityContext.privileged';
    const message = `Pod "a" is invalid: ${field}: Forbidden: disallowed by cluster policy`;
    expect(JSON.parse(bytes.toString())).toMatchObject({ code: 422, message });
    expect(standIn.pods()).toEqual([]);
  });
});

describe('deleting', () => {
  test('without grace removes the pod at once, even from a dead node', async ({ standIn }) => {
    await post(standIn, pod('a', 'node-3'));
    const path = `${podsPath}/a?gracePeriodSeconds=0`;
    const accept = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
    const deleted = await callJson<KubeObject>(standIn.url, path, { method: 'DELETE', headers: { accept } });
    expect(deleted).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { deletionGracePeriodSeconds: 0 } });
    expect(standIn.pods()).toEqual([]);
    expect((await call(standIn.url, path, { method: 'DELETE' })).status).toBe(404);
  });

  test('with grace waits for the kubelet, and a dead one never answers', async ({ standIn }) => {
    await post(standIn, pod('a', 'node-3'));
    await call(standIn.url, `${podsPath}/a`, { method: 'DELETE', body: { gracePeriodSeconds: 5 } });
    expect(standIn.pods().map(({ metadata }) => metadata.deletionGracePeriodSeconds)).toEqual([5]);
  });

  test('a collection removes what the selector matches, and nothing else', async ({ standIn }) => {
    for (const name of ['a', 'b', 'c'])
      await post(standIn, pod(name, 'node-3', { labels: { run: name === 'c' ? '2' : '1' } }));
    const path = `${podsPath}?labelSelector=run%3D1&gracePeriodSeconds=0`;
    const deleted = await callJson<List>(standIn.url, path, { method: 'DELETE' });
    expect([deleted.kind, names(deleted)]).toEqual(['PodList', ['a', 'b']]);
    expect(standIn.pods().map(({ metadata }) => metadata.name)).toEqual(['c']);
  });
});

describe('a watch', () => {
  const watchPath = (query: string) => `${podsPath}?watch=true&${query}`;

  test('without a resource version begins with what is there', async ({ standIn }) => {
    await post(standIn, pod('a', 'node-3'));
    const events = await collect<Pod>(standIn, watchPath('timeoutSeconds=1'));
    expect(events.map(({ type, object }) => [type, object.metadata.name])).toEqual([['ADDED', 'a']]);
  });

  test('resumes after its resource version and sees every change in order', async ({ standIn }) => {
    const { metadata } = await callJson<List>(standIn.url, podsPath);
    await post(standIn, pod('a', 'node-3'));
    await call(standIn.url, `${podsPath}/a?gracePeriodSeconds=0`, { method: 'DELETE' });
    const path = watchPath(`resourceVersion=${metadata.resourceVersion}`);
    const events = await collect<Pod>(standIn, path, ({ type }) => type === 'DELETED');
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
    const versions = events.map(({ object }) => Number(object.metadata.resourceVersion));
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    expect(versions[0]).toBeGreaterThan(Number(metadata.resourceVersion));
  });

  test('reports a pod that no longer matches as deleted', async ({ standIn }) => {
    const { metadata } = await callJson<List>(standIn.url, podsPath);
    const query = `resourceVersion=${metadata.resourceVersion}&fieldSelector=status.phase%3DPending`;
    await post(standIn, pod('a', 'node-1'));
    const events = await collect<Pod>(standIn, watchPath(query), ({ type }) => type === 'DELETED');
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'MODIFIED', 'DELETED']);
    expect(events.at(-1)?.object.status.phase).toBe('Pending');
    expect(standIn.pods()[0]?.status.phase).toBe('Succeeded');
  });

  test('from a compacted resource version ends with 410', async ({ standIn }) => {
    await post(standIn, pod('a', 'node-3'));
    standIn.store.compact();
    const events = await collect<Status>(standIn, watchPath('resourceVersion=2'));
    expect(events).toEqual([{ type: 'ERROR', object: expect.objectContaining({ code: 410, reason: 'Expired' }) }]);
  });

  test('marks its place with bookmarks when it is asked to', async () => {
    const standIn = await startStandIn({ bookmarkMs: 50 });
    const events = watchEvents<KubeObject>(standIn.url, watchPath('resourceVersion=0&allowWatchBookmarks=true'));
    const first = await events.next();
    await events.return(undefined);
    const version = String(standIn.store.revision);
    await standIn.stop();
    expect(first.value).toMatchObject({
      type: 'BOOKMARK',
      object: { kind: 'Pod', metadata: { resourceVersion: version } },
    });
  });
});

/** The events up to the last one that is wanted, or until the server ends the watch. */
async function collect<T>(standIn: StandIn, path: string, last: (event: WatchEvent<T>) => boolean = () => false) {
  const events: WatchEvent<T>[] = [];
  for await (const event of watchEvents<T>(standIn.url, path)) {
    events.push(event);
    if (last(event)) break;
  }
  return events;
}

describe('access', () => {
  const certificate = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url));

  test.for([
    [
      '/api/v1/pods',
      'pods is forbidden: User "viewer" cannot list resource "pods" in API group "" at the cluster scope',
    ],
    [
      '/api/v1/namespaces/team/pods/x/log',
      'pods "x" is forbidden: User "viewer" cannot get resource "pods/log" in API group "" in the namespace "team"',
    ],
    [
      '/apis/apps/v1/daemonsets',
      'daemonsets.apps is forbidden: User "viewer" cannot list resource "daemonsets" in API group "apps" at the cluster scope',
    ],
  ])('to %s is refused in the authorizer’s words', async ([path = '', message], { standIn }) => {
    expect(await callJson<Status>(standIn.url, path, { token: 'view' })).toMatchObject({ code: 403, message });
  });

  test('needs a credential that is known', async ({ standIn }) => {
    const statuses = await Promise.all(
      [{ token: 'wrong' }, { token: null }, { token: 'view' }].map((options) =>
        call(standIn.url, '/api/v1/nodes', options),
      ),
    );
    expect(statuses.map(({ status }) => status)).toEqual([401, 403, 200]);
  });

  test('is given to a client certificate', async ({ standIn }) => {
    const files = { cert: certificate('client'), key: certificate('client-key') };
    const { status } = await call(standIn.url, '/api/v1/nodes', { token: null, certificate: files });
    expect([status, standIn.requests[0]?.user]).toEqual([200, 'tester']);
  });

  test('can be asked about', async ({ standIn }) => {
    const review = async (namespace: string) => {
      const spec = { resourceAttributes: { verb: 'create', resource: 'pods', namespace } };
      const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
      const answer = await callJson<{ status: { allowed: boolean } }>(standIn.url, path, {
        method: 'POST',
        token: 'view',
        body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec },
      });
      return answer.status.allowed;
    };
    expect([await review('team'), await review('default')]).toEqual([true, false]);
  });

  test('of another user is possible for the administrator only', async ({ standIn }) => {
    const headers = { 'impersonate-user': 'viewer' };
    const asViewer = await callJson<Status>(standIn.url, '/api/v1/pods', { headers });
    const asAdmin = { token: 'view', headers: { 'impersonate-user': 'admin' } };
    const refused = await callJson<Status>(standIn.url, '/api/v1/nodes', asAdmin);
    expect(asViewer.message).toMatch(/User "viewer" cannot list resource "pods"/);
    expect(refused.message).toMatch(/^users "admin" is forbidden: User "viewer" cannot impersonate resource "users"/);
  });
});

test('the clock of the server is its own', async () => {
  const standIn = await startStandIn({ clockSkewMs: -3_600_000 });
  const { headers } = await call(standIn.url, '/version');
  await standIn.stop();
  expect(Date.parse(headers.date ?? '')).toBeLessThan(Date.now() - 3_500_000);
});

const kubectl = await run('kubectl', ['version', '--client']).then(
  () => true,
  () => false,
);

describe.skipIf(!kubectl)('kubectl, where it is installed,', () => {
  const runner = (standIn: StandIn) => {
    const cache = `${standIn.kubeconfig}-cache`;
    const common = ['--kubeconfig', standIn.kubeconfig, '--cache-dir', cache];
    return async (...words: string[]) => (await run('kubectl', [...common, ...words])).stdout;
  };

  test('gets nodes and pods, and deletes a pod', async ({ standIn }) => {
    const kubectl = runner(standIn);
    await post(standIn, pod('a', 'node-1'));
    expect(await kubectl('get', 'nodes')).toMatch(/^node-3 +NotReady +<none> +\d+s +v1\.34\.4$/m);
    expect(await kubectl('get', 'pods', '-A', '-o', 'wide')).toMatch(/^default +a +0\/1 .* node-1$/m);
    expect(await kubectl('get', 'nodes', '--chunk-size=2', '-o', 'name')).toBe(
      'node/cp-1\nnode/node-1\nnode/node-2\nnode/node-3\n',
    );
    expect(await kubectl('delete', 'pod', 'a')).toMatch(/^pod "a" deleted/);
    expect(await kubectl('get', '--raw', '/api/v1/pods')).toMatch(/^{"kind":"PodList".*"items":\[\]}\s*$/);
  });

  test('is refused in the words it knows', async ({ standIn }) => {
    const failed = run('kubectl', ['--kubeconfig', standIn.kubeconfigFor('viewer'), 'get', 'pods', '-n', 'default']);
    await expect(failed).rejects.toThrow(
      /Error from server \(Forbidden\): pods is forbidden: User "viewer" cannot list/,
    );
  });
});
