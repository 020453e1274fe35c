import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { parseApply } from '../../src/apply/outcome.ts';
import { forwardingOffNode } from '../support/clusters.ts';
import { ended, startNetprereq } from '../support/command.ts';
import {
  changes,
  inNode,
  noNamespaceNodes,
  outcomes,
  recordedNode,
  recordNodes,
  standInForEach,
} from '../support/fixing.ts';
import type { Pod } from '../support/objects.ts';

const { start, report, env } = standInForEach();
const recording = await recordNodes();
const unavailable = await noNamespaceNodes();
const because = unavailable ? ` (skipped: ${unavailable})` : '';

describe('a node that is lost while it is changed', () => {
  // A change that has begun is given two minutes beyond the time in which it may begin.
  test('is unknown, its pod is left alone and named, and the next node is not begun', {
    timeout: 240_000,
  }, async () => {
    const running = await start([
      recordedNode('node-1', recording, () => new Promise<string>(() => {})),
      recordedNode('node-2', recording),
    ]);
    running.store.subscribe(({ object }) => {
      const { metadata, status } = object as Pod;
      const begun = status?.containerStatuses?.[0]?.state.running !== undefined;
      if (begun && /-apply$/.test(metadata.name)) running.setBehaviour('node-1', 'silent');
    });
    const { code, report: found } = await report('fix', 'node-1', 'node-2', '--timeout', '5s');
    const [left] = running.pods();
    expect([code, outcomes(found)]).toEqual([
      1,
      [
        expect.stringMatching(/^node-1 unknown unknown: the pod may still be running.*: what was done is unknown$/),
        'node-2 planned fail: not started: node-1 failed',
      ],
    ]);
    expect(found.leftovers).toEqual([`kube-system/${left?.metadata.name}`]);
    expect([running.pods().map(changes), left?.metadata.deletionTimestamp]).toEqual([[true], undefined]);
    for (const pod of running.pods()) running.store.remove(pod);
  });
});

test('undo of a node that is down looks at it first, as fix does, and begins nothing', async () => {
  const running = await start([recordedNode('node-1', recording)]);
  running.setBehaviour('node-1', 'silent');
  const { code, report: found } = await report('undo', 'node-1', '--timeout', '2s');
  expect([code, outcomes(found)]).toEqual([
    3,
    [expect.stringMatching(/^node-1 unknown unknown: what to undo is unknown: the kubelet had not started the pod/)],
  ]);
  expect(running.created.some(changes)).toBe(false);
});

describe.skipIf(unavailable)(`a pod that the kubelet starts after whoever made it has gone${because}`, () => {
  test('changes nothing when its time is over, and says so', { timeout: 60_000 }, async () => {
    const running = await start([forwardingOffNode('node-1')]);
    running.store.subscribe(({ type, object }) => {
      if (type === 'DELETED' && !changes(object as Pod)) running.setBehaviour('node-1', 'silent');
    });
    // The look at the node has to be over within this time too, on a busy machine.
    const child = startNetprereq(['fix', 'node-1', '--yes', '--timeout', '6s'], env());
    const end = ended(child);
    await expect.poll(() => running.pods().some(changes), { timeout: 20_000 }).toBe(true);
    child.kill('SIGKILL');
    await end;
    const [pod] = running.pods();
    if (!pod) throw new Error('no pod');
    await sleep(7500);
    running.setBehaviour('node-1', 'normal');
    // The kubelet is back, and sees the pod for the first time.
    running.store.remove(pod);
    running.store.create(pod);
    const ending = () => running.pods()[0]?.status.containerStatuses?.[0]?.state.terminated?.message ?? '';
    await expect.poll(ending, { timeout: 20_000 }).not.toBe('');
    expect(parseApply(ending(), 2)).toMatchObject({
      outcome: 'refused',
      code: 'late',
      reason: expect.stringMatching(/^too late/),
    });
    expect(inNode(running, 'cat /proc/sys/net/ipv4/ip_forward')).toBe('0\n');
    const root = running.nodes[0]?.root ?? '';
    expect(
      ['etc/sysctl.d', 'var/lib/netprereq', 'run/netprereq.lock'].filter((path) => existsSync(join(root, path))),
    ).toEqual([]);
    await expect.poll(() => running.pods()[0]?.status.phase, { timeout: 5000 }).toBe('Succeeded');
    for (const left of running.pods()) running.store.remove(left);
  });
});
