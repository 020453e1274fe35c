import { afterEach, describe, expect, test } from 'vitest';
import type { CheckReport } from '../../src/report/report.ts';
import { flannelCluster, healthyNode } from '../support/clusters.ts';
import { netprereq } from '../support/command.ts';
import type { Fault } from '../support/faults.ts';
import { BOOT_ID } from '../support/namespace-node.ts';
import type { NodeOptions, nodeObject } from '../support/node-object.ts';
import { expectNoPods, expectPlain } from '../support/refusal.ts';
import { type StandIn, startStandIn } from '../support/stand-in.ts';

let standIn: StandIn | undefined;

afterEach(async () => {
  expectNoPods(standIn);
  await standIn?.stop();
  standIn = undefined;
});

const report = (node: NodeOptions, ...args: string[]) => reportWith([], node, ...args);

async function reportWith(faults: readonly Fault[], node: NodeOptions, ...args: string[]) {
  standIn = await startStandIn({ ...flannelCluster(), nodes: [node], faults });
  return checked(standIn, ...args);
}

async function checked({ kubeconfig }: StandIn, ...args: string[]) {
  const { code, stdout, stderr } = await netprereq(['check', '-o', 'json', '--timeout', '5s', ...args], {
    KUBECONFIG: kubeconfig,
  });
  expectPlain(stderr);
  const found: CheckReport = JSON.parse(stdout);
  return { code, verdict: found.nodes[0]?.verdict, reason: found.nodes[0]?.reason };
}

describe('a node that takes no ordinary pods is checked', () => {
  test.for<[string, Partial<NodeOptions>, ...string[]]>([
    ['cordoned', { unschedulable: true, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] }],
    ['tainted NoExecute', { taints: [{ key: 'dedicated', value: 'x', effect: 'NoExecute' }] }],
    ['short of memory', { pressure: 'MemoryPressure' }],
    ['short of disk, by a critical pod', { pressure: 'DiskPressure' }, '--priority-class', 'system-node-critical'],
  ])('%s', async ([, more, ...args]) => {
    expect(await report(healthyNode('node-1', more), ...args)).toMatchObject({ code: 0, verdict: 'pass' });
  });
});

test.for(['DiskPressure', 'PIDPressure'] as const)(
  'a node whose kubelet refuses the pod for %s is unknown, and says why',
  async (pressure) => {
    expect(await report({ name: 'node-1', recorded: '', pressure })).toEqual({
      code: 3,
      verdict: 'unknown',
      reason: expect.stringMatching(`^Evicted: Pod was rejected: The node had condition: \\[${pressure}\\]`),
    });
  },
);

describe('a node whose kubelet takes the pod, but that does not answer in time', () => {
  test.for(['check', 'fix', 'undo'])('is slow: %s is to be given more time', async (verb) => {
    standIn = await startStandIn({
      ...flannelCluster(),
      nodes: [{ name: 'node-1', behaviour: 'hangs', recorded: '' }],
    });
    const { code, stdout } = await netprereq(
      [verb, 'node-1', '-o', 'json', '--timeout', '2s', ...(verb === 'check' ? [] : ['--yes'])],
      { KUBECONFIG: standIn.kubeconfig },
    );
    const { nodes }: CheckReport = JSON.parse(stdout);
    expect(code).toBe(3);
    expect(nodes[0]?.reason).toMatch(/the pod was still running after 2s/);
    expect(nodes[0]?.remedy?.[0]).toBe(
      `The kubelet took the pod: the node is slow. Allow more time: kubectl netprereq ${verb} node-1 --timeout 6s`,
    );
    expect(nodes[0]?.remedy?.join('\n')).not.toContain('systemctl');
  });

  test('is shown with all that are as slow in one command, which keeps the flags of the run', async () => {
    const nodes = ['node-1', 'node-2'].map((name) => ({ name, behaviour: 'hangs' as const, recorded: '' }));
    standIn = await startStandIn({ ...flannelCluster(), nodes });
    const args = ['check', '--timeout', '2s', '--request-timeout', '40s', '--only', 'ipv4-forwarding'];
    const { stdout } = await netprereq(args, { KUBECONFIG: standIn.kubeconfig });
    expect(stdout).toContain(
      ' kubectl netprereq check --only ipv4-forwarding --request-timeout 40s node-1 node-2 --timeout 6s\n',
    );
  });
});

describe('an answer from another boot than the node reports', () => {
  const OLD = { ...flannelCluster(), nodes: [healthyNode('node-1', { info: { bootID: 'the boot before' } })] };

  test('is taken once the kubelet has reported that boot, as it does some seconds after a reboot', async () => {
    const started = await startStandIn(OLD);
    standIn = started;
    started.store.subscribe(({ type, resource }) => {
      const node = started.store.get('nodes', undefined, 'node-1') as ReturnType<typeof nodeObject> | undefined;
      if (type !== 'ADDED' || resource !== 'pods' || !node) return;
      const { nodeInfo } = node.status as { nodeInfo: object };
      started.store.replace({ ...node, status: { ...node.status, nodeInfo: { ...nodeInfo, bootID: BOOT_ID } } });
    });
    expect(await checked(started)).toMatchObject({ code: 0, verdict: 'pass' });
  });

  test('is unknown where the node goes on reporting the other', async () => {
    standIn = await startStandIn(OLD);
    expect(await checked(standIn)).toMatchObject({
      code: 3,
      verdict: 'unknown',
      reason: expect.stringMatching(/^the answer is from another boot than the node reports/),
    });
  });
});

describe('a node without a Linux kernel of its own is skipped, says why, and gets no pod', () => {
  test.for<[string, Partial<NodeOptions>, RegExp]>([
    ['Windows', { info: { operatingSystem: 'windows' } }, /^windows node: /],
    ['a virtual kubelet', { labels: { type: 'virtual-kubelet' } }, /^virtual node: /],
    ['Fargate', { labels: { 'eks.amazonaws.com/compute-type': 'fargate' } }, /^Fargate node: /],
  ])('%s', async ([, more, reason]) => {
    const found = await report({ name: 'node-1', recorded: '', ...more });
    expect(found).toMatchObject({ verdict: 'skip', reason: expect.stringMatching(reason) });
    expect(standIn?.created).toEqual([]);
  });
});

describe('a node whose pod the API server takes in sixteen seconds', () => {
  const slow: Fault = {
    effect: 'delay',
    ms: 16_000,
    when: 'after',
    method: 'POST',
    path: /pods\?fieldManager=[\w-]+$/,
  };

  test('is unknown, and who did not answer is said in the words of kubectl', async () => {
    expect(await reportWith([slow], { name: 'node-1', recorded: '' })).toEqual({
      code: 3,
      verdict: 'unknown',
      reason: expect.stringMatching(
        /^Unable to connect to the server: net\/http: .*: no answer from 127\.0\.0\.1:\d+ within 15s$/,
      ),
    });
  });

  test('is checked where --request-timeout allows for that', async () => {
    const found = await reportWith([slow], healthyNode('node-1'), '--request-timeout', '40s');
    expect(found).toMatchObject({ code: 0, verdict: 'pass' });
  });
});
