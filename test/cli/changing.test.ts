import { expect, test } from 'vitest';
import { changesUnderWay } from '../../src/cli/changing.ts';

const ONE = 'kube-system/netprereq-abc-1-apply';

test('an interruption is told which nodes it waits for, and nothing when no node is being changed', () => {
  const underWay = changesUnderWay('abc');
  expect(underWay.waiting()).toBeUndefined();
  underWay.onPod('node-1', ONE);
  underWay.onPod('node-2', 'kube-system/netprereq-abc-2-apply');
  expect(underWay.waiting()).toContain('waiting for node-1, node-2 (2); no other node will be changed');
  underWay.onPod('node-2', undefined);
  expect(underWay.waiting()).toContain('waiting for node-1; no other');
});

test('whoever leaves in the middle of a change is told its node and pod, and what to type', () => {
  const underWay = changesUnderWay('abc');
  underWay.onPod('node-1', ONE);
  expect(underWay.farewell()).toEqual([
    `node-1 is still being changed by pod ${ONE}, which ends by itself.`,
    { lead: 'To see the result', run: 'kubectl netprereq check node-1' },
    { lead: 'To delete leftover pods', run: 'kubectl netprereq cleanup --run abc' },
  ]);
});

test('whoever leaves while no node is being changed is pointed to what may be left', () => {
  const underWay = changesUnderWay('abc');
  underWay.onPod('node-1', ONE);
  underWay.onPod('node-1', undefined);
  expect(underWay.farewell()).toEqual([
    { lead: 'To delete pods that may be left behind', run: 'kubectl netprereq cleanup' },
  ]);
});
