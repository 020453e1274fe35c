import limitConcurrency from 'p-limit';
import { findLeftovers, isChanging, type LeftoverScope, runsOf } from './collect/leftovers.ts';
import { CheckError } from './errors.ts';
import type { Cluster } from './kube/cluster.ts';

export interface CleanupResult {
  deleted: { namespace: string; name: string }[];
  failed: { namespace: string; name: string; error: string }[];
  /** Runs that may still be at work; their pods were left alone. */
  alive: string[];
  /** Runs of which a pod is changing its node at this moment; it was left alone. */
  changing: string[];
}

/** Deletes what earlier runs left behind, eight pods at a time. */
export async function cleanUp(
  cluster: Cluster,
  namespace: string | undefined,
  scope: LeftoverScope,
  signal: AbortSignal,
): Promise<CleanupResult> {
  // The first answer brings the server's clock, by which the age of pods is judged.
  await cluster.version({ signal });
  const pods = await findLeftovers(cluster, namespace, scope, { signal }).catch(
    (error: Error & { status?: number }) => {
      if (error.status !== 403 || namespace !== undefined) throw error;
      const tries = ['in the namespace that the checks used: kubectl netprereq cleanup -n kube-system'];
      throw new CheckError(error.message, { tries, cause: error });
    },
  );
  const all = await findLeftovers(cluster, namespace, { changing: true }, { signal });
  const now = cluster.serverTime();
  const names = new Set(pods.map(({ metadata }) => metadata.name));
  const left = all.filter(({ metadata }) => !names.has(metadata.name));
  const concerned =
    scope !== 'dead' && scope.run !== undefined ? left.filter((pod) => runsOf([pod])[0] === scope.run) : left;
  const [changing, alive] = [true, false].map((is) => runsOf(concerned.filter((pod) => isChanging(pod, now) === is)));
  const result: CleanupResult = { deleted: [], failed: [], alive: alive ?? [], changing: changing ?? [] };
  const limit = limitConcurrency(8);
  await limit.map(pods, async ({ metadata }) => {
    const pod = { namespace: metadata.namespace ?? '', name: metadata.name };
    try {
      await cluster.deletePod(pod.namespace, pod.name, { signal });
      result.deleted.push(pod);
    } catch (error) {
      result.failed.push({ ...pod, error: error instanceof Error ? error.message : String(error) });
    }
  });
  return result;
}
