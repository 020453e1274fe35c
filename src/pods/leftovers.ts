import type { Call, Cluster, Pod } from '../kube/cluster.ts';
import { CHANGE_LABEL, podSelector, RUN_LABEL } from './labels.ts';
import { hasBegun, podProgress } from './pod-progress.ts';

/**
 * A pod that has outlived its own deadline by this much belongs to no living run, in seconds; nor does one that has ended and is this
 * old: a living run deletes it as soon as it has read it.
 */
const LATE = 60;

/** Which pods to look for: those of one run or of every run, with `changing` also those that are changing a node; or of dead runs only. */
export type LeftoverScope = { run: string; changing?: boolean } | { run?: never; changing?: boolean } | 'dead';

/**
 * Pods that earlier runs left behind; of those that are changing their node only with `changing`, or once they are past their deadline.
 * A pod that is still at work is a colleague's: dead are only those that ended a while ago, or are past their deadline, by the server's
 * clock (this machine's may be wrong).
 * @param namespace undefined: all of them
 */
export async function findLeftovers(
  cluster: Cluster,
  namespace: string | undefined,
  scope: LeftoverScope,
  call: Call = {},
): Promise<Pod[]> {
  const labelSelector = podSelector(typeof scope === 'object' ? scope.run : undefined);
  const pods = await cluster.pods({ ...(namespace !== undefined && { namespace }), labelSelector }, call);
  const now = cluster.serverTime();
  if (scope === 'dead') return pods.filter((pod) => isDead(pod, now) && !isChanging(pod, now));
  return scope.changing ? pods : pods.filter((pod) => !isChanging(pod, now));
}

/**
 * Whether a pod is changing its node at this moment: deleted, it would be killed in the middle of a step. The kubelet ends it at its
 * deadline, so that one which is past that says so only because its kubelet has gone.
 * @param now the server's time; undefined: unknown, then none is past it
 */
export function isChanging(pod: Pod, now: Date | undefined): boolean {
  const begun = pod.metadata.labels?.[CHANGE_LABEL] !== undefined && hasBegun(pod);
  return begun && podProgress(pod).is === 'waiting' && !isOverdue(pod, now);
}

function isOverdue({ status, spec, metadata }: Pod, now: Date | undefined): boolean {
  const { activeDeadlineSeconds: deadline, terminationGracePeriodSeconds: grace = 30 } = spec;
  // From when the kubelet took it, which may be long after it was made.
  const since = Date.parse(status?.startTime ?? metadata.creationTimestamp ?? '');
  return now !== undefined && deadline !== undefined && now.getTime() / 1000 > since / 1000 + deadline + grace + LATE;
}

/** @param now the server's time; undefined: unknown, then age proves nothing */
export function isDead(pod: Pod, now: Date | undefined): boolean {
  const { creationTimestamp } = pod.metadata;
  if (!now || creationTimestamp === undefined) return false;
  const age = (now.getTime() - Date.parse(creationTimestamp)) / 1000;
  const deadline = pod.spec.activeDeadlineSeconds ?? Number.POSITIVE_INFINITY;
  // The phase says so seconds after the container's own state, and never beside an injected sidecar.
  const ended = pod.status?.phase === 'Failed' || podProgress(pod).is !== 'waiting';
  return age > (ended ? LATE : deadline + LATE);
}

/** The ids of the runs that these pods belong to. */
export function runsOf(pods: readonly Pod[]): string[] {
  return [...new Set(pods.map(({ metadata }) => metadata.labels?.[RUN_LABEL] ?? '?'))].sort();
}
