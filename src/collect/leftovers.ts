import type { Call, Cluster, Pod } from '../kube/cluster.ts';
import { CHANGE_LABEL, podSelector, RUN_LABEL } from './labels.ts';
import { hasBegun } from './pod-follow.ts';
import { podProgress } from './pod-progress.ts';

/**
 * A pod that has outlived its own deadline by this much belongs to no living run, in seconds; nor does one that has ended and is this
 * old: a living run deletes it as soon as it has read it.
 */
const LATE = 60;

/** Which pods to look for: those of one run, or of dead runs only, or of every run. */
export type LeftoverScope = { run: string } | 'dead' | 'all';

/**
 * Pods that earlier runs left behind; one that is changing its node is only among all of them. A pod that is still at work is a colleague's: dead are only those that ended a while ago, or
 * are past their deadline, by the server's clock (this machine's may be wrong).
 * @param namespace undefined: all of them
 */
export async function findLeftovers(
  cluster: Cluster,
  namespace: string | undefined,
  scope: LeftoverScope,
  call: Call,
): Promise<Pod[]> {
  const labelSelector = podSelector(typeof scope === 'object' ? scope.run : undefined);
  const pods = await cluster.pods({ ...(namespace !== undefined && { namespace }), labelSelector }, call);
  if (scope === 'all') return pods;
  const now = cluster.serverTime();
  return pods.filter((pod) => !isChanging(pod) && (scope !== 'dead' || isDead(pod, now)));
}

/** Whether a pod is changing its node at this moment: deleted, it would be killed in the middle of a step. It has a deadline of its own. */
export function isChanging(pod: Pod): boolean {
  return pod.metadata.labels?.[CHANGE_LABEL] !== undefined && hasBegun(pod) && podProgress(pod).is === 'waiting';
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
