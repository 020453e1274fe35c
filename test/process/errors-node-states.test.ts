import { afterEach, describe, expect, test } from 'vitest';
import type { CheckReport } from '../../src/report/report.ts';
import { flannelCluster, healthyNode } from '../support/clusters.ts';
import { netprereq } from '../support/command.ts';
import type { Fault } from '../support/faults.ts';
import type { NodeOptions } from '../support/node-object.ts';
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
  const { code, stdout, stderr } = await netprereq(['check', '-o', 'json', '--timeout', '5s', ...args], {
    KUBECONFIG: standIn.kubeconfig,
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
