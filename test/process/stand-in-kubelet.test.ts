import { describe, expect, test } from 'vitest';
import { call, callJson, watchEvents } from '../support/client.ts';
import type { Fault } from '../support/faults.ts';
import type { Behaviour, NodeOptions } from '../support/node-object.ts';
import type { Pod } from '../support/objects.ts';
import { pod } from '../support/pod.ts';
import { type StandIn, startStandIn } from '../support/stand-in.ts';

const podsPath = '/api/v1/namespaces/default/pods';

type Sent = ReturnType<typeof pod>;

/** Creates one pod on a node of these settings and returns every state that a watch sees, until `last` or deletion. */
async function life(
  node: Partial<NodeOptions>,
  { sent = pod('a', 'node-1'), faults = [], last }: { sent?: Sent; faults?: Fault[]; last: (pod: Pod) => boolean },
): Promise<{ seen: Pod[]; deleted: boolean; standIn: StandIn }> {
  await using stack = new AsyncDisposableStack();
  const standIn = await startStandIn({ nodes: [{ name: 'node-1', recorded: 'result', ...node }], faults });
  stack.defer(() => standIn.stop());
  const { metadata } = await callJson<{ metadata: { resourceVersion: string } }>(standIn.url, podsPath);
  await call(standIn.url, podsPath, { method: 'POST', body: sent });
  const seen: Pod[] = [];
  const path = `${podsPath}?watch=true&resourceVersion=${metadata.resourceVersion}`;
  for await (const { type, object } of watchEvents<Pod>(standIn.url, path)) {
    if (type === 'DELETED') return { seen, deleted: true, standIn };
    seen.push(object);
    if (last(object)) break;
  }
  return { seen, deleted: false, standIn };
}

const states = ({ status }: Pod) => [
  status.phase,
  ...(status.containerStatuses ?? []).flatMap(({ state }) => Object.keys(state)),
];
const ended = ({ status }: Pod) => status.phase === 'Succeeded' || status.phase === 'Failed';
const waiting = ({ status }: Pod) => status.containerStatuses?.[0]?.state.waiting;
const terminated = ({ status }: Pod) => status.containerStatuses?.[0]?.state.terminated;

describe('a kubelet', () => {
  test('publishes the result of a short pod before the final phase, which was Pending until then', async () => {
    const { seen } = await life({}, { last: ended });
    expect(seen.map(states)).toEqual([
      ['Pending'],
      ['Pending', 'waiting'],
      ['Pending', 'terminated'],
      ['Succeeded', 'terminated'],
    ]);
    expect(seen.slice(2).map((state) => terminated(state)?.message)).toEqual(['result', 'result']);
  });

  test('reports a long pod as running', async () => {
    const slow = () => new Promise<string>((resolve) => setTimeout(resolve, 200, 'late'));
    const { seen } = await life({ recorded: slow }, { last: ended });
    expect(seen.map(states)).toEqual([
      ['Pending'],
      ['Pending', 'waiting'],
      ['Running', 'running'],
      ['Running', 'terminated'],
      ['Succeeded', 'terminated'],
    ]);
  });

  test.for<[string, Partial<NodeOptions>, object]>([
    ['OutOfpods', { behaviour: 'OutOfpods' }, { phase: 'Failed', reason: 'OutOfpods', message: /pods, requested: 1/ }],
    ['Evicted', { behaviour: 'Evicted' }, { phase: 'Failed', reason: 'Evicted', message: /MemoryPressure/ }],
    ['a failing command', { recorded: { exitCode: 3 } }, { phase: 'Failed' }],
  ])('ends a pod with %s', async ([, node, expected]) => {
    const { seen } = await life(node, { last: ended });
    const matchers = Object.entries(expected).map(([key, value]) => [
      key,
      value instanceof RegExp ? expect.stringMatching(value) : value,
    ]);
    expect(seen.at(-1)?.status).toMatchObject(Object.fromEntries(matchers));
  });

  test('kills a container that is out of memory', async () => {
    const { seen } = await life({ behaviour: 'OOMKilled' }, { last: ended });
    expect(seen.at(-1)?.status.containerStatuses?.[0]?.state.terminated).toMatchObject({
      exitCode: 137,
      reason: 'OOMKilled',
    });
  });

  test('ends a pod that is over its deadline', async () => {
    const { seen } = await life(
      { behaviour: 'hangs' },
      { sent: pod('a', 'node-1', { activeDeadlineSeconds: 1 }), last: ended },
    );
    expect(seen.at(-1)?.status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' });
  });

  test('loses a pod that somebody deletes while it runs', async () => {
    const slow = () => new Promise<string>((resolve) => setTimeout(resolve, 5000, 'late').unref());
    const { deleted, seen } = await life({ behaviour: 'deletedMidRun', recorded: slow }, { last: ended });
    expect([deleted, seen.some(terminated)]).toEqual([true, false]);
  });

  test('without a network plug-in starts only pods on the host network', async () => {
    const host = await life({ behaviour: 'notReady' }, { last: ended });
    const other = await life(
      { behaviour: 'notReady' },
      { sent: pod('a', 'node-1', { hostNetwork: false }), last: (state) => waiting(state) !== undefined },
    );
    expect([host.seen.at(-1)?.status.phase, waiting(other.seen.at(-1) as Pod)?.reason]).toEqual([
      'Succeeded',
      'ContainerCreating',
    ]);
    expect(other.standIn.events.map(({ reason }) => reason)).toEqual(['NetworkNotReady']);
  });

  test.for<[string, string, Behaviour, string | undefined, RegExp]>([
    [
      'Never',
      'nope:1',
      'normal',
      'ErrImageNeverPull',
      /^Container image "nope:1" is not present with pull policy of Never$/,
    ],
    ['Never', 'busybox:1.37.0', 'pullFails', undefined, /^$/],
    ['IfNotPresent', 'busybox:1.37.0', 'pullFails', undefined, /^$/],
    ['IfNotPresent', 'nope:1', 'normal', undefined, /^$/],
    [
      'IfNotPresent',
      'nope:1',
      'pullFails',
      'ImagePullBackOff',
      /^Back-off pulling image "nope:1": ErrImagePull: failed to pull .*"docker.io\/library\/nope:1"/,
    ],
    ['Always', 'busybox:1.37.0', 'pullFails', 'ImagePullBackOff', /ErrImagePull/],
  ])(
    'with pull policy %s and image %s on a node that is %s',
    async ([imagePullPolicy, image, behaviour, reason, message]) => {
      const sent = pod('a', 'node-1', { container: { image, imagePullPolicy } });
      const { seen } = await life(
        { behaviour },
        { sent, last: (state) => ended(state) || (waiting(state)?.reason ?? '') === reason },
      );
      const state = seen.at(-1) as Pod;
      expect(waiting(state)?.reason).toBe(reason);
      expect(waiting(state)?.message ?? '').toMatch(message);
    },
  );

  test('never finishes a pod with an injected sidecar, but publishes our container’s result', async () => {
    const sidecar = { name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.28.0' };
    const { seen } = await life(
      {},
      { faults: [{ effect: 'mutate', sidecar }], last: (state) => terminated(state) !== undefined },
    );
    expect(seen.at(-1)?.status.phase).toBe('Running');
    expect(seen.at(-1)?.status.containerStatuses?.map(({ name, state }) => [name, ...Object.keys(state)])).toEqual([
      ['probe', 'terminated'],
      ['istio-proxy', 'running'],
    ]);
  });

  test.for([
    [1, 4096, 'tail'],
    [3, 4096, 'tail'],
    [4, 3072, 'cut'],
  ] as const)(
    'keeps the last 4096 bytes of a message, and with %i containers %i of these',
    async ([count, length, end]) => {
      const message = `${'x'.repeat(6000)}cut${'y'.repeat(1020)}tail`;
      const sidecars = Array.from({ length: count - 1 }, (_, index) => ({ name: `s-${index}`, image: 'sidecar:1' }));
      const faults = sidecars.map((sidecar): Fault => ({ effect: 'mutate', sidecar }));
      const { seen } = await life({ recorded: message }, { faults, last: (state) => terminated(state) !== undefined });
      const kept = terminated(seen.at(-1) as Pod)?.message ?? '';
      expect([kept.length, kept.slice(-end.length)]).toEqual([length, end]);
    },
  );

  test('that is down leaves the pod as it is, and its node Unknown', async () => {
    const standIn = await startStandIn({
      nodes: [
        { name: 'node-1', recorded: 'x' },
        { name: 'node-2', recorded: 'x' },
      ],
    });
    standIn.setBehaviour('node-1', 'silent');
    await call(standIn.url, podsPath, { method: 'POST', body: pod('dead', 'node-1') });
    await call(standIn.url, podsPath, { method: 'POST', body: pod('alive', 'node-2') });
    await expect.poll(() => standIn.pods().map(({ status }) => status.phase)).toEqual(['Succeeded', 'Pending']);
    const node = standIn.store.get('nodes', undefined, 'node-1');
    const log = await call(standIn.url, `${podsPath}/dead/log`);
    await standIn.stop();
    expect(node?.status).toMatchObject({
      conditions: expect.arrayContaining([
        expect.objectContaining({ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' }),
      ]),
    });
    expect(log.status).toBe(400);
  });

  test('serves logs, unless it cannot be reached', async () => {
    const recorded = { log: 'first\nsecond\n' };
    const standIn = await startStandIn({
      nodes: [
        { name: 'near', recorded },
        { name: 'far', recorded, kubeletReachable: false },
      ],
    });
    for (const node of ['near', 'far']) await call(standIn.url, podsPath, { method: 'POST', body: pod(node, node) });
    await expect.poll(() => standIn.pods().every(ended)).toBe(true);
    const log = async (path: string) => {
      const { status, bytes } = await call(standIn.url, `${podsPath}/${path}`);
      return [status, bytes.toString()];
    };
    const answers = [
      await log('near/log?container=probe'),
      await log('near/log?tailLines=1&limitBytes=3'),
      await log('near/log?container=other'),
      await log('far/log'),
    ];
    await standIn.stop();
    expect(answers).toEqual([
      [200, 'first\nsecond\n'],
      [200, 'sec'],
      [400, expect.stringContaining('container other is not valid for pod near')],
      [500, expect.stringContaining('dial tcp 192.168.0.2:10250: connect: connection refused')],
    ]);
  });
});

test('two thousand recorded nodes need no process of their own', async () => {
  const nodes = Array.from({ length: 2000 }, (_, index) => ({
    name: `node-${index}`,
    recorded: ({ spec }: Pod) => `from ${spec.nodeName}`,
  }));
  const standIn = await startStandIn({ nodes, tls: false });
  for (const { name } of nodes)
    standIn.store.create({
      ...pod(`p-${name}`, name),
      metadata: { name: `p-${name}`, namespace: 'default' },
      status: { phase: 'Pending' },
    });
  await expect.poll(() => standIn.pods().filter(ended).length, { timeout: 20_000 }).toBe(2000);
  const messages = new Set(standIn.pods().map((one) => terminated(one)?.message));
  const processes = process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap');
  await standIn.stop();
  expect(messages.size).toBe(2000);
  // The one that removes the temporary directory.
  expect(processes).toHaveLength(1);
});
