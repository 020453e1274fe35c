import { expect, test } from 'vitest';
import { ProbeProgress } from '../../src/check/progress.ts';

/** A run of so many nodes, with a clock of its own. */
function run(total: number) {
  let now = 1000;
  const progress = new ProbeProgress(total, 180, () => now);
  const wait = (ms: number) => {
    now += ms;
  };
  return { progress, wait };
}

test('before anything is known, it says how many nodes there are', () => {
  expect(run(3).progress.line).toBe('0 of 3 nodes checked');
});

test('it names the node that is waited for longest, and where its pod stands now', () => {
  const { progress, wait } = run(3);
  progress.waits('a', 'the kubelet had not started the pod');
  wait(4000);
  expect(progress.line).toBe('0 of 3 nodes checked; a for 4s of 3m: the kubelet has not started the pod');
  progress.waits('b', 'the pod was still running');
  progress.waits('a', 'the pod was still waiting (ErrImagePull)');
  wait(1000);
  expect(progress.line).toBe('0 of 3 nodes checked; a for 5s of 3m: the pod is still waiting (ErrImagePull)');
  progress.done('a');
  expect(progress.line).toBe('1 of 3 nodes checked, about 10s left; b for 1s of 3m: the pod is still running');
});

test('from a tenth of the nodes on, it says about how long the rest will take', () => {
  const { progress, wait } = run(100);
  for (let node = 0; node < 9; node++) progress.done(`node-${node}`);
  wait(9000);
  expect(progress.line).toBe('9 of 100 nodes checked');
  progress.done('node-9');
  expect(progress.line).toBe('10 of 100 nodes checked, about 1m21s left');
});

test('when all are done, nothing is left to wait for', () => {
  const { progress, wait } = run(1);
  progress.waits('a', 'the pod was still running');
  wait(3000);
  progress.done('a');
  expect(progress.line).toBe('1 of 1 nodes checked');
});
