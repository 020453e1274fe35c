import { describe, expect, test } from 'vitest';
import { leftWaiting, restartPods, withRestarts } from '../../src/fix/restart-pods.ts';
import type { Cluster } from '../../src/kube/cluster.ts';
import type { ChangedInput } from '../../src/report/build-fix.ts';
import { finding, NOT_LOADED } from '../report/samples.ts';
import { worded } from '../support/worded.ts';

const SYSTEM = { os: null, kernel: null, arch: null, runtime: null };
const SICK = { pod: 'kube-flannel/kube-flannel-ds-x', state: 'CrashLoopBackOff', restarts: 3, rule: 'br-netfilter' };
const repaired = {
  name: 'a',
  system: SYSTEM,
  outcome: 'changed',
  before: [NOT_LOADED],
  after: [finding('br-netfilter')],
} as const;

/** A cluster that is asked for nothing but deletions, which it records or refuses. */
function clusterThat(deletes: (pod: string, gracefully: unknown) => void): Cluster {
  const deletePod: Cluster['deletePod'] = async (namespace, name, call) =>
    deletes(`${namespace}/${name}`, call?.gracefully);
  return { deletePod } as Cluster;
}

const brief = ({ steps = [] }: ChangedInput) =>
  steps.map(({ do: does, what, outcome }) => `${does} ${what} ${outcome}`);

describe('pods that are to be restarted', () => {
  test('are steps of the plan', () => {
    const planned = { ...repaired, outcome: 'planned' } as const;
    expect(brief(withRestarts(planned, [SICK]))).toEqual([`restart-pod ${SICK.pod} planned`]);
  });

  test('are none of a node that is refused', () => {
    expect(withRestarts({ ...repaired, outcome: 'refused' }, [SICK]).steps).toBeUndefined();
  });

  test('are deleted with their own time to end once the node is repaired', async () => {
    const deleted: unknown[] = [];
    const result = await restartPods(
      clusterThat((...what) => deleted.push(what)),
      repaired,
      [SICK],
    );
    expect(deleted).toEqual([[SICK.pod, true]]);
    expect(brief(result)).toEqual([`restart-pod ${SICK.pod} changed`]);
  });

  test.for<[string, ChangedInput]>([
    ['that failed', { ...repaired, outcome: 'failed' }],
    ['that still fails', { ...repaired, after: [NOT_LOADED] }],
    ['that nobody could look at again', { name: 'a', system: SYSTEM, outcome: 'changed' }],
  ])('are left alone on a node %s', async ([, node]) => {
    const never = clusterThat(() => expect.fail('deleted'));
    expect(brief(await restartPods(never, node, [SICK]))).toEqual([`restart-pod ${SICK.pod} not-reached`]);
  });

  test('that may not be deleted are a failed step, and the rest of the report stays', async () => {
    const refusing = clusterThat(() => {
      throw new Error('pods "x" is forbidden');
    });
    const [step] = (await restartPods(refusing, repaired, [SICK])).steps ?? [];
    expect(step).toMatchObject({ outcome: 'failed', reason: 'pods "x" is forbidden' });
  });
});

describe('pods that nobody restarts', () => {
  test('are named with the command that does', () => {
    expect(worded(leftWaiting(repaired, [SICK]).manual)).toEqual([
      {
        rule: 'br-netfilter',
        message: expect.stringContaining('within 5 minutes'),
        remedy: ['kubectl delete pod -n kube-flannel kube-flannel-ds-x'],
      },
    ]);
  });

  test('are not spoken of where the node still fails', () => {
    expect(leftWaiting({ ...repaired, after: [NOT_LOADED] }, [SICK]).manual).toBeUndefined();
  });
});
