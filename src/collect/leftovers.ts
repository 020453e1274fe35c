import type { Call, Cluster, Pod } from '../kube/cluster.ts';
import { podSelector, RUN_LABEL } from './labels.ts';

/** A pod that has outlived its own deadline by this much belongs to no living run, in seconds. */
const LATE = 60;

/** Which pods to look for: those of one run, or of dead runs only, or of every run. */
export type LeftoverScope = { run: string } | 'dead' | 'all';

/**
 * Pods that earlier runs left behind. A pod that is still at work is a colleague's: dead are only those that have ended, or
 * are past their deadline by the server's clock (this machine's may be wrong).
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
  if (scope !== 'dead') return pods;
  const now = cluster.serverTime();
  return pods.filter((pod) => isDead(pod, now));
}

/** @param now the server's time; undefined: unknown, then age proves nothing */
export function isDead(pod: Pod, now: Date | undefined): boolean {
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return true;
  const { creationTimestamp } = pod.metadata;
  const deadline = pod.spec.activeDeadlineSeconds;
  if (!now || creationTimestamp === undefined || deadline === undefined) return false;
  return now.getTime() > Date.parse(creationTimestamp) + (deadline + LATE) * 1000;
}

/** The ids of the runs that these pods belong to. */
export function runsOf(pods: readonly Pod[]): string[] {
  return [...new Set(pods.map(({ metadata }) => metadata.labels?.[RUN_LABEL] ?? '?'))].sort();
}
