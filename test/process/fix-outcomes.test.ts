import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Fault } from '../support/faults.ts';
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
import type { Behaviour } from '../support/node-object.ts';
import type { Pod } from '../support/objects.ts';
import { schemaErrors } from '../support/report-schema.ts';
import type { StandIn } from '../support/stand-in.ts';

const { start, run, report } = standInForEach();
const recording = await recordNodes();
const forEver = () => new Promise<string>(() => {});

/** From its second pod on, which is the first that would change it, the node's kubelet behaves so. */
function thenBehave(running: StandIn, behaviour: Behaviour) {
  running.store.subscribe(({ resource, type, object }) => {
    if (resource === 'pods' && type === 'DELETED' && !changes(object as Pod)) running.setBehaviour('node-1', behaviour);
  });
}

/** The same for faults of the API server. */
function thenFail(running: StandIn, fault: Fault) {
  const unsubscribe = running.store.subscribe(({ resource, type, object }) => {
    if (resource !== 'pods' || type !== 'DELETED' || changes(object as Pod)) return;
    unsubscribe();
    running.faults.push(fault);
  });
}

/** The answer of apply.sh as it would be, with something done to it. */
const GOOD = appliedAnswer(2);

describe('a change that never begins is reported so, and exits with 1', () => {
  test.for<[Behaviour, RegExp, string]>([
    ['Evicted', /Evicted: .*: nothing was changed$/, '60s'],
    ['OutOfpods', /OutOfpods: .*: nothing was changed$/, '60s'],
    ['silent', /the kubelet had not started the pod after 1s: nothing was changed$/, '1s'],
  ])('when its kubelet is %s', async ([behaviour, reason, timeout]) => {
    const running = await start([recordedNode('node-1', recording)]);
    thenBehave(running, behaviour);
    const { code, report: found } = await report('fix', 'node-1', '--timeout', timeout);
    expect([code, found.nodes[0]?.outcome, schemaErrors(found)]).toEqual([1, 'failed', '']);
    expect(found.nodes[0]?.reason).toMatch(reason);
    expect(found.nodes[0]?.steps.map(({ outcome }) => outcome)).toEqual(['not-reached', 'not-reached']);
  });

  test('when its image is gone, with the flag that helps', async () => {
    const images: string[][] = [['docker.io/library/busybox:1.37.0']];
    const running = await start([recordedNode('node-1', recording, undefined, { images })]);
    running.store.subscribe(({ type, object }) => {
      if (type !== 'DELETED' || changes(object as Pod)) return;
      images.length = 0;
      running.setBehaviour('node-1', 'pullFails');
    });
    const { code, report: found } = await report('fix', 'node-1');
    expect([code, outcomes(found)]).toEqual([
      1,
      [expect.stringMatching(/^node-1 failed unknown: image .*ErrImagePull.*: nothing was changed$/)],
    ]);
    expect(found.nodes[0]?.remedy?.join()).toContain('--image');
  });

  test.for<['hostNetwork' | 'hostPID' | 'privileged', RegExp]>([
    ['hostNetwork', /admission would change the pod \(spec\.hostNetwork\): nothing was changed/],
    ['hostPID', /admission would change the pod \(spec\.hostPID\): nothing was changed/],
    ['privileged', /admission would change the pod \(securityContext\.privileged\): nothing was changed/],
  ])('when admission strips %s, before a pod is created', async ([strip, reason]) => {
    const running = await start([recordedNode('node-1', recording)]);
    thenFail(running, { method: 'POST', path: /pods/, effect: 'mutate', strip: [strip] });
    const { code, report: found } = await report('fix', 'node-1');
    expect([code, found.nodes[0]?.outcome, found.nodes[0]?.reason]).toEqual([
      1,
      'failed',
      expect.stringMatching(reason),
    ]);
    expect(changedInOrder(running)).toEqual([]);
  });

  test.for<[string, Fault]>([
    ['a webhook', { method: 'POST', path: /pods/, effect: 'deny', webhook: 'policy.example', message: 'no root' }],
    ['Pod Security', { method: 'POST', path: /pods/, effect: 'pod-security', level: 'baseline' }],
    ['a quota', { method: 'POST', path: /pods/, effect: 'quota', quota: 'few', used: 1, hard: 1 }],
  ])('when %s denies the pod', async ([, fault]) => {
    const running = await start([recordedNode('node-1', recording)]);
    thenFail(running, fault);
    const { code, report: found } = await report('fix', 'node-1');
    expect([code, found.nodes[0]?.outcome]).toEqual([1, 'failed']);
    expect(found.nodes[0]?.reason).toMatch(/: nothing was changed$/);
    expect(changedInOrder(running)).toEqual([]);
  });

  test('when the node was not known to begin with, and no pod changes it', async () => {
    const running = await start([{ name: 'node-1', recorded: 'nonsense' }, recordedNode('node-2', recording)]);
    const { code, report: found } = await report('fix', '--all-nodes');
    expect([code, found.nodes.map(({ outcome }) => outcome)]).toEqual([3, ['unknown', 'changed']]);
    expect(changedInOrder(running)).toEqual(['node-2']);
  });
});

describe('a change whose end was not seen is unknown, and never repaired', () => {
  test.for<[string, string]>([
    ['cut off', GOOD.slice(0, -3)],
    ['garbled', GOOD.replace('done', 'xone')],
    ['that of the kubelet', 'OCI runtime exec failed'],
    ['that of a probe', answer('np-probe 1', 'end')],
    ['without an end', answer('np-apply 1', 'outcome changed', 'step 1 done =')],
    ['one step short', appliedAnswer(1)],
    ['of an outcome that nobody knows', answer('np-apply 1', 'outcome splendid', 'end')],
    ['full of terminal escapes', '\u001b[2J\u001b]0;repaired\u0007'],
  ])('when its answer is %s, though a fresh look finds nothing wrong', async ([, message]) => {
    await start([recordedNode('node-1', recording, () => message)]);
    const { code, report: found } = await report('fix', 'node-1');
    expect([code, found.nodes[0]?.outcome, found.nodes[0]?.verdict]).toEqual([3, 'unknown', 'pass']);
    expect(found.nodes[0]?.reason).toMatch(/: what was done is unknown$/);
    expect(found.nodes[0]?.after).not.toBeNull();
  });

  test('and the table says so, too, without the answer’s control characters', async () => {
    await start([recordedNode('node-1', recording, () => '\u001b[2Jrepaired\u0007')]);
    const { stdout } = await run('fix', 'node-1', '--yes', '--settle', '0s');
    expect(stdout).toMatch(/\? node-1: unknown: .*what was done is unknown/);
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  test('when admission strips the pod itself, though not the one of the dry run', async () => {
    const running = await start([recordedNode('node-1', recording)]);
    thenFail(running, {
      method: 'POST',
      path: /pods\?(?!.*dryRun)|pods$/,
      times: 1,
      effect: 'mutate',
      strip: ['hostNetwork'],
    });
    const { code, report: found } = await report('fix', 'node-1');
    expect([code, outcomes(found)]).toEqual([
      3,
      ['node-1 unknown pass: admission changed the pod (spec.hostNetwork): what was done is unknown'],
    ]);
    expect(running.pods()).toEqual([]);
  });

  test('when it is out of memory', async () => {
    const running = await start([recordedNode('node-1', recording)]);
    running.store.subscribe(({ type, object }) => {
      if (type === 'ADDED' && changes(object as Pod)) running.setBehaviour('node-1', 'OOMKilled');
      if (type === 'DELETED' && changes(object as Pod)) running.setBehaviour('node-1', 'normal');
    });
    const { code, report: found } = await report('fix', 'node-1');
    expect([code, outcomes(found)]).toEqual([1, [expect.stringMatching(/^node-1 unknown fail: .*OOMKilled/)]]);
  });

  test('when its pod is evicted half-way', async () => {
    const running = await start([
      recordedNode('node-1', recording, async (pod) => {
        await begun(running, pod);
        const present = running.store.get('pods', pod.metadata.namespace, pod.metadata.name) as Pod;
        const status = {
          ...present.status,
          phase: 'Failed',
          reason: 'Evicted',
          message: 'The node was low on memory.',
        };
        running.store.replace({ ...present, status: { ...status, containerStatuses: [] } });
        return forEver();
      }),
    ]);
    const { code, report: found } = await report('fix', 'node-1');
    expect([code, outcomes(found)]).toEqual([
      1,
      [
        'node-1 unknown fail: Evicted: The node was low on memory.: what was done is unknown, but when the node was checked again, nothing had been changed',
      ],
    ]);
  });

  test.for([
    ['after the kubelet has told of its start', true],
    ['before that', false],
  ] as const)('when somebody deletes its pod %s', async ([, told]) => {
    const running = await start([
      recordedNode('node-1', recording, async (pod) => {
        if (told) await begun(running, pod);
        running.store.remove(pod);
        return forEver();
      }),
    ]);
    const { code, report: found } = await report('fix', 'node-1');
    expect([code, outcomes(found)]).toEqual([
      1,
      [
        expect.stringMatching(
          /^node-1 unknown fail: the pod was deleted .*: what was done is unknown, but when the node was checked again, nothing had been changed$/,
        ),
      ],
    ]);
    expect(found.leftovers).toEqual([]);
  });

  test('and so is an undo whose pod somebody deletes, until the second look shows that nothing was undone', async () => {
    const running = await start([
      recordedNode('node-1', { ...recording, broken: recording.fixed }, async (pod) => {
        running.store.remove(pod);
        return forEver();
      }),
    ]);
    const { report: found } = await report('undo', 'node-1');
    expect(found.nodes[0]?.outcome).toBe('unknown');
    expect(found.nodes[0]?.reason).toMatch(/, but when the node was checked again, nothing had been changed$/);
  });

  test('and so is an undo', async () => {
    await start([recordedNode('node-1', { ...recording, broken: recording.fixed }, () => 'nonsense')]);
    const { code, report: found } = await report('undo', 'node-1');
    expect([code, found.nodes[0]?.outcome, schemaErrors(found)]).toEqual([3, 'unknown', '']);
  });
});

test.for(['fix', 'undo'] as const)(
  'after a passing error of the container runtime %s says its cause, that nothing was changed, and what to type',
  async (verb) => {
    const error = `failed to create containerd task: ${'OCI runtime create failed: '.repeat(10)}namespace path: lstat /proc/0/ns/ipc: no such file or directory`;
    await start([{ name: 'node-1', recorded: error }]);
    const { code, report: found } = await report(verb, 'node-1', '--timeout', '40s');
    expect(code).toBe(3);
    expect(found.nodes[0]?.reason).toMatch(/lstat \/proc\/0\/ns\/ipc: no such file or directory: nothing was changed$/);
    expect(found.nodes[0]?.remedy?.[0]).toBe(`It may pass. Try again: kubectl netprereq ${verb} node-1`);
  },
);

test('an undo of a node that gives no answer begins no pod there, and the others are taken back', async () => {
  const fixed = recordedNode('node-2', { ...recording, broken: recording.fixed });
  const running = await start([{ name: 'node-1', recorded: 'nonsense' }, fixed]);
  const { code, report: found } = await report('undo', '--all-nodes');
  expect([code, outcomes(found)]).toEqual([
    3,
    [expect.stringMatching(/^node-1 unknown unknown: what to undo is unknown: /), 'node-2 changed pass'],
  ]);
  expect(changedInOrder(running)).toEqual(['node-2']);
});

/** Until the kubelet has told that the pod's container runs. */
async function begun(running: StandIn, { metadata }: Pod): Promise<void> {
  const state = () =>
    (running.store.get('pods', metadata.namespace, metadata.name) as Pod | undefined)?.status.containerStatuses?.[0]
      ?.state;
  while (!state()?.running) await sleep(10);
}

describe('an API server in trouble', () => {
  test.for<[string, Fault]>([
    [
      'loses the answer to the POST',
      { method: 'POST', path: /pods(\?fieldManager=[^&]*)?$/, times: 1, effect: 'reset', when: 'after' },
    ],
    ['drops the watch', { path: /watch=/, times: 2, effect: 'drop-watch', events: 1, how: 'reset' }],
    ['answers 503 for a while', { path: /pods/, times: 2, effect: 'status', code: 503 }],
    ['loses the answer to the DELETE', { method: 'DELETE', times: 1, effect: 'reset', when: 'after' }],
  ])('that %s changes the node once, and proves it', async ([, fault]) => {
    const running = await start([recordedNode('node-1', recording)]);
    thenFail(running, fault);
    const { code, report: found } = await report('fix', 'node-1');
    expect([code, outcomes(found)]).toEqual([0, ['node-1 changed pass']]);
    expect(changedInOrder(running)).toEqual(['node-1']);
  });

  test('whose clock is ours no longer still gets a plan that is good in time', async () => {
    const running = await start([recordedNode('node-1', recording)], { clockSkewMs: -3_600_000 });
    expect((await report('fix', 'node-1')).code).toBe(0);
    const request = running.created.find(changes)?.spec.containers[0]?.command?.at(-1) ?? '';
    const seconds = (word: string) => Number(new RegExp(`^${word} (\\d+)$`, 'm').exec(request)?.[1]);
    expect(seconds('not-after') - seconds('now')).toBe(60);
    expect(Math.abs(Date.now() / 1000 - 3600 - seconds('now'))).toBeLessThan(60);
  });
});
