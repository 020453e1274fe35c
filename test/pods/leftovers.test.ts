import { describe, expect, test } from 'vitest';
import type { Pod } from '../../src/kube/cluster.ts';
import { isChanging, isDead } from '../../src/pods/leftovers.ts';

const created = '2026-01-01T00:00:00Z';
const later = (seconds: number) => new Date(Date.parse(created) + seconds * 1000);
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
  ['a pod that has succeeded a while ago is dead', pod('Succeeded', 90), later(61), true],
  ['a pod that has failed a while ago is dead', pod('Failed', 90), later(61), true],
  ['a pod that has just ended may still be read by its run', pod('Succeeded', 90), later(5), false],
  ['a pod before its deadline belongs to a living run', pod('Pending', 90), later(100), false],
  ['a pod a minute past its deadline is dead', pod('Pending', 90), later(151), true],
  ["without the server's clock, age proves nothing", pod('Pending', 90), undefined, false],
  ['without a deadline, age proves nothing', pod('Running'), later(1e6), false],
])('%s', ([, subject, now, expected]) => {
  expect(isDead(subject, now)).toBe(expected);
});

describe('a pod that changes its node', () => {
  const running = (more: Partial<Pod['status']> = {}): Pod => {
    const { metadata, ...rest } = pod('Running', 180);
    const containerStatuses = [{ name: 'probe', state: { running: {} } }];
    return {
      ...rest,
      metadata: { ...metadata, labels: { 'netprereq.io/changes': 'apply' } },
      status: { phase: 'Running', containerStatuses, ...more },
    };
  };
  const ended = running({ containerStatuses: pod('Succeeded').status?.containerStatuses ?? [] });
  const { metadata: _, ...unlabelled } = running();
  test.for<[string, Pod, Date | undefined, boolean]>([
    ['is at work before its deadline', running(), later(170), true],
    ['is given its grace period and a minute more', running(), later(265), true],
    ['is not at work long after its deadline: its kubelet has gone', running(), later(271), false],
    [
      'has a deadline that begins when the kubelet takes it',
      running({ startTime: later(500).toISOString() }),
      later(700),
      true,
    ],
    ['is taken for at work where the server’s time is not known', running(), undefined, true],
    ['is not at work when its container has ended', ended, later(1), false],
    ['is not at work before its container runs', running({ containerStatuses: [] }), later(1), false],
    ['is none without its label', { ...unlabelled, metadata: pod('Running').metadata }, later(1), false],
  ])('%s', ([, subject, now, expected]) => {
    expect(isChanging(subject, now)).toBe(expected);
  });
});
