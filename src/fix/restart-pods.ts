import { messageOf } from '../errors.ts';
import type { Cluster } from '../kube/cluster.ts';
import type { Manual } from '../plan/plan.ts';
import type { ChangedInput } from '../report/build-fix.ts';
import type { ReportStep } from '../report/fix-report.ts';
import type { Symptom } from '../report/report.ts';
import { run } from '../text/advice.ts';

/** What a report says of a node whose pods are to be restarted once it is repaired. */
export function withRestarts(node: ChangedInput, symptoms: readonly Symptom[]): ChangedInput {
  if (node.outcome !== 'planned') return node;
  return { ...node, steps: [...(node.steps ?? []), ...symptoms.map((symptom) => restartStep(symptom, 'planned'))] };
}

/** Deletes exactly these pods of a node that was repaired: their DaemonSets make new ones at once. Never rejects. */
export async function restartPods(
  cluster: Cluster,
  node: ChangedInput,
  symptoms: readonly Symptom[],
): Promise<ChangedInput> {
  if (symptoms.length === 0) return node;
  const restarted = symptoms.map(async (symptom) => {
    if (!isRepaired(node)) return restartStep(symptom, 'not-reached');
    const [namespace = '', name = ''] = symptom.pod.split('/');
    return cluster.deletePod(namespace, name, { gracefully: true, timeoutMs: DELETE_MS }).then(
      () => restartStep(symptom, 'changed'),
      (error) => restartStep(symptom, 'failed', messageOf(error)),
    );
  });
  return { ...node, steps: [...(node.steps ?? []), ...(await Promise.all(restarted))] };
}

/** What becomes of pods that nobody restarts: the kubelet waits longer and longer, five minutes at most. */
export function leftWaiting(node: ChangedInput, symptoms: readonly Symptom[]): ChangedInput {
  if (!isRepaired(node)) return node;
  const [finding] = node.before ?? [];
  const waiting = symptoms.map(({ pod, state, rule = finding?.rule ?? '' }): Manual => {
    const [namespace, name] = pod.split('/');
    return {
      rule,
      message: `${pod} was in ${state}: the kubelet starts it again within 5 minutes. To do it now:`,
      remedy: [run(`kubectl delete pod -n ${namespace} ${name}`)],
    };
  });
  return { ...node, manual: [...(node.manual ?? []), ...waiting] };
}

const DELETE_MS = 10_000;

function isRepaired({ outcome, after = [] }: ChangedInput): boolean {
  return outcome === 'changed' && after.length > 0 && after.every(({ verdict }) => verdict !== 'fail');
}

function restartStep({ pod, state, line }: Symptom, outcome: ReportStep['outcome'], reason?: string): ReportStep {
  return {
    do: 'restart-pod',
    what: pod,
    before: state,
    after: 'restarted',
    ...(line !== undefined && { why: line }),
    outcome,
    ...(reason !== undefined && { reason }),
  };
}
