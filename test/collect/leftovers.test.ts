import { expect, test } from 'vitest';
import { isDead } from '../../src/collect/leftovers.ts';
import type { Pod } from '../../src/kube/cluster.ts';

const created = '2026-01-01T00:00:00Z';
const after = (seconds: number) => new Date(Date.parse(created) + seconds * 1000);
const pod = (phase: string, deadline?: number): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', creationTimestamp: created },
  spec: { containers: [], ...(deadline !== undefined && { activeDeadlineSeconds: deadline }) },
  status: {
    phase,
    ...(phase === 'Succeeded' && {
      containerStatuses: [{ name: 'probe', state: { terminated: { exitCode: 0, message: 'np1' } } }],
    }),
  },
});

test.for<[string, Pod, Date | undefined, boolean]>([
  ['a pod that has succeeded a while ago is dead', pod('Succeeded', 90), after(61), true],
  ['a pod that has failed a while ago is dead', pod('Failed', 90), after(61), true],
  ['a pod that has just ended may still be read by its run', pod('Succeeded', 90), after(5), false],
  ['a pod before its deadline belongs to a living run', pod('Pending', 90), after(100), false],
  ['a pod a minute past its deadline is dead', pod('Pending', 90), after(151), true],
  ["without the server's clock, age proves nothing", pod('Pending', 90), undefined, false],
  ['without a deadline, age proves nothing', pod('Running'), after(1e6), false],
])('%s', ([, subject, now, expected]) => {
  expect(isDead(subject, now)).toBe(expected);
});
