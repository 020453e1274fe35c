import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ended, startNetprereq } from '../support/command.ts';
import {
  answer,
  appliedAnswer,
  changedInOrder,
  changes,
  outcomes,
  recordedNode,
  recordNodes,
  standInForEach,
} from '../support/fixing.ts';
import type { StandIn } from '../support/stand-in.ts';

const { start, run, report, env } = standInForEach();
const recording = await recordNodes();
const CONTROL_PLANE = { labels: { 'node-role.kubernetes.io/control-plane': '' } };

const FAILED = answer('np-apply 1', 'outcome failed', 'step 1 failed ? ? =full', 'step 2 not-reached ? ? =', 'end');
const REFUSED = answer('np-apply 1', 'outcome refused unwritable', 'reason =read-only', 'end');
const good = (name: string) => recordedNode(name, recording);
const bad = (name: string, message = FAILED) => recordedNode(name, recording, () => message);

/** The greatest number of pods that changed nodes at the same time. */
function most(running: StandIn): () => number {
  const alive = new Set<string>();
  let greatest = 0;
  running.store.subscribe(({ resource, type, object }) => {
    if (resource !== 'pods' || !/-apply$/.test(object.metadata.name)) return;
    if (type === 'DELETED') alive.delete(object.metadata.name);
    else alive.add(object.metadata.name);
    greatest = Math.max(greatest, alive.size);
  });
  return () => greatest;
}

describe('many nodes', () => {
  test('are changed one at a time, workers in their order first, the control plane last', async () => {
    const running = await start([
      recordedNode('a-control', recording, undefined, CONTROL_PLANE),
      recordedNode('b-control', recording, undefined, { labels: { 'node-role.kubernetes.io/master': '' } }),
      ...['c', 'd', 'e'].map(good),
    ]);
    const greatest = most(running);
    const { code, report: found } = await report('fix', '--all-nodes');
    expect([code, found.summary.changed]).toEqual([0, 5]);
    expect(changedInOrder(running)).toEqual(['c', 'd', 'e', 'a-control', 'b-control']);
    expect(greatest()).toBe(1);
  });

  test('each is proven before the next one is begun', async () => {
    const running = await start(['a', 'b'].map(good));
    await report('fix', '--all-nodes');
    const order = running.created.map((pod) => `${changes(pod) ? 'change' : 'look'} ${pod.spec.nodeName}`).slice(2);
    expect(order).toEqual(['change a', 'look a', 'change b', 'look b']);
  });

  test.for([
    ['fails', FAILED, 'failed'],
    ['refuses', REFUSED, 'refused'],
    ['answers with nonsense', 'np1 gz 4000 1234 H4sIAAAA', 'unknown'],
  ])('one that %s stops those behind it, which are reported as not begun', async ([, message = '', outcome = '']) => {
    const running = await start([good('a'), bad('b', message), good('c'), good('d')]);
    const { code, report: found } = await report('fix', '--all-nodes');
    expect(code).toBe(1);
    expect(outcomes(found)).toEqual([
      'a changed pass',
      expect.stringMatching(new RegExp(`^b ${outcome} `)),
      'c planned fail: not started: b failed',
      'd planned fail: not started: b failed',
    ]);
    expect(changedInOrder(running)).toEqual(['a', 'b']);
  });

  test('one that is still broken after its change stops those behind it, too', async () => {
    const stuck = {
      name: 'a',
      recorded: (pod: Parameters<typeof changes>[0]) => (changes(pod) ? appliedAnswer(2) : recording.broken),
    };
    const running = await start([stuck, good('b')]);
    const { code, report: found } = await report('fix', '--all-nodes');
    expect([code, outcomes(found)]).toEqual([1, ['a changed fail', 'b planned fail: not started: a failed']]);
    expect(changedInOrder(running)).toEqual(['a']);
  });

  test('one that cannot be looked at after its change stops those behind it, too', async () => {
    const first = recordedNode('a', recording);
    const running = await start([{ ...first }, good('b')]);
    running.store.subscribe(({ type, object }) => {
      if (type === 'DELETED' && /-apply$/.test(object.metadata.name)) running.setBehaviour('a', 'Evicted');
    });
    const { code, report: found } = await report('fix', '--all-nodes');
    expect([code, outcomes(found)]).toEqual([
      1,
      [
        expect.stringMatching(/^a changed unknown: it could not be checked again: Evicted: /),
        'b planned fail: not started: a failed',
      ],
    ]);
  });

  test('--max-failures goes on after so many', async () => {
    const running = await start([bad('a'), good('b'), bad('c'), good('d')]);
    const { code, report: found } = await report('fix', '--all-nodes', '--max-failures', '2');
    expect([code, found.nodes.map(({ outcome }) => outcome)]).toEqual([1, ['failed', 'changed', 'failed', 'planned']]);
    expect(found.nodes[3]?.reason).toBe('not started: a, c failed');
    expect(changedInOrder(running)).toEqual(['a', 'b', 'c']);
  });

  test('--concurrency changes a few at once', async () => {
    const slowly = async () => {
      await sleep(300);
      return appliedAnswer(2);
    };
    const running = await start(['a', 'b', 'c', 'd'].map((name) => recordedNode(name, recording, slowly)));
    const greatest = most(running);
    expect((await report('fix', '--all-nodes', '--concurrency', '2')).code).toBe(0);
    expect(greatest()).toBe(2);
  });

  test.for(['SIGINT', 'SIGTERM'] as const)('%s lets the one under way end, and begins no other', async (signal) => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const slowly = async () => {
      await gate;
      return appliedAnswer(2);
    };
    const running = await start([recordedNode('a', recording, slowly), good('b')]);
    const child = startNetprereq(['fix', '--all-nodes', '--yes', '-o', 'json'], env());
    const end = ended(child);
    while (!running.pods().some(changes)) await sleep(20);
    child.kill(signal);
    await sleep(500);
    expect(running.pods().filter(changes)).toHaveLength(1);
    open();
    const { code, stdout } = await end;
    expect(code).toBe(signal === 'SIGINT' ? 130 : 143);
    expect(outcomes(JSON.parse(stdout))).toEqual(['a changed unknown', 'b planned fail: not started: interrupted']);
    expect(changedInOrder(running)).toEqual(['a']);
  });

  test('a second Ctrl-C leaves at once, without the pod, and says which one it is', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const slowly = async () => {
      await gate;
      return appliedAnswer(2);
    };
    const running = await start([recordedNode('a', recording, slowly)]);
    const child = startNetprereq(['fix', 'a', '--yes', '-n', 'kube-system'], env());
    const end = ended(child);
    while (!running.pods().some(changes)) await sleep(20);
    child.kill('SIGINT');
    await sleep(300);
    child.kill('SIGINT');
    const { code, stderr } = await end;
    const [pod] = running.pods();
    expect([code, stderr]).toEqual([
      130,
      expect.stringContaining(
        `a is still being changed by pod kube-system/${pod?.metadata.name}, which ends by itself.`,
      ),
    ]);
    expect(pod?.metadata.labels?.['netprereq.io/run']).toBe(
      /: kubectl netprereq cleanup -n kube-system --run (\w+)$/m.exec(stderr)?.[1],
    );
    open();
    while (running.pods().some(({ status }) => status.phase !== 'Succeeded')) await sleep(20);
    for (const left of running.pods()) running.store.remove(left);
  });

  test('are not cut short by cleanup, unless it is forced', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const slowly = async () => {
      await gate;
      return appliedAnswer(2);
    };
    const running = await start([recordedNode('a', recording, slowly)]);
    const child = startNetprereq(['fix', 'a', '--yes', '--settle', '0s'], env());
    const end = ended(child);
    const atWork = () => running.pods().find((pod) => changes(pod) && pod.status.phase === 'Running');
    while (!atWork()) await sleep(20);
    const id = atWork()?.metadata.labels?.['netprereq.io/run'] ?? '';
    for (const scope of [['--all-runs', '--yes'], ['--run', id], []]) {
      const { code, stdout, stderr } = await run('cleanup', ...scope);
      expect([code, stdout]).toEqual([0, '']);
      expect(stderr).toMatch(/^Skipped a pod of run \w+: it is changing its node, and ends by itself\./);
      expect(stderr).toContain(`kubectl netprereq cleanup --run ${id} --force`);
    }
    const name = atWork()?.metadata.name;
    expect((await run('cleanup', '--all-runs', '--yes', '--force')).stdout).toBe(
      `pod "${name}" deleted from kube-system namespace\n`,
    );
    open();
    const { code, stdout } = await end;
    expect([code, stdout]).not.toEqual([0, expect.anything()]);
    expect(stdout).toMatch(/a: unknown: the pod was deleted before it answered/);
  });

  test('are taken back in the same order, and one that fails stops the others', async () => {
    const fixed = { ...recording, broken: recording.fixed };
    const undone = appliedAnswer(2);
    const failed = answer('np-apply 1', 'outcome failed', 'step 1 failed =full', 'step 2 not-reached =', 'end');
    const running = await start([
      recordedNode('a', fixed, () => undone, CONTROL_PLANE),
      recordedNode('b', fixed, () => undone),
      recordedNode('c', fixed, () => failed),
    ]);
    const { code, report: found } = await report('undo', '--all-nodes');
    expect([code, changedInOrder(running)]).toEqual([1, ['b', 'c']]);
    expect(found.nodes[0]?.reason).toBe('not started: c failed');
  });
});
