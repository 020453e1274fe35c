import limitConcurrency from 'p-limit';
import { findLeftovers, type LeftoverScope } from './collect/leftovers.ts';
import type { Cluster } from './kube/cluster.ts';

export interface CleanupResult {
  deleted: { namespace: string; name: string }[];
  failed: { namespace: string; name: string; error: string }[];
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
  const pods = await findLeftovers(cluster, namespace, scope, { signal });
  const result: CleanupResult = { deleted: [], failed: [] };
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
