import limitConcurrency from 'p-limit';
import { isForbidden, NAMESPACES, namespaceCandidates } from './check/survey.ts';
import { isClustersOwn } from './cluster/cni.ts';
import { findLeftovers, isChanging, type LeftoverScope, runsOf } from './collect/leftovers.ts';
import { permissionError } from './collect/permissions.ts';
import { CheckError } from './errors.ts';
import type { Cluster, Pod } from './kube/cluster.ts';

export interface CleanupResult {
  deleted: { namespace: string; name: string }[];
  failed: { namespace: string; name: string; error: string }[];
  /** Runs that may still be at work; their pods were left alone. */
  alive: string[];
  /** Runs of which a pod is changing its node at this moment; it was left alone. */
  changing: string[];
  /** The namespaces that were looked into, where it was to be all of them and that was forbidden. */
  only?: string[];
}

/**
 * Deletes what earlier runs left behind, eight pods at a time.
 * @param namespace undefined: all of them, or those that checks use where not all may be listed
 */
export async function cleanUp(
  cluster: Cluster,
  namespace: string | undefined,
  scope: LeftoverScope,
  signal: AbortSignal,
): Promise<CleanupResult> {
  // The first answer brings the server's clock, by which the age of pods is judged.
  await cluster.version({ signal });
  const { pods, only } = await look(cluster, namespace, scope, { signal });
  const places = only ?? [namespace];
  const all = (
    await Promise.all(places.map((place) => findLeftovers(cluster, place, { changing: true }, { signal })))
  ).flat();
  const now = cluster.serverTime();
  const names = new Set(pods.map(({ metadata }) => metadata.name));
  const left = all.filter(({ metadata }) => !names.has(metadata.name));
  const concerned =
    scope !== 'dead' && scope.run !== undefined ? left.filter((pod) => runsOf([pod])[0] === scope.run) : left;
  const [changing, alive] = [true, false].map((is) => runsOf(concerned.filter((pod) => isChanging(pod, now) === is)));
  const result: CleanupResult = {
    ...{ deleted: [], failed: [], alive: alive ?? [], changing: changing ?? [] },
    ...(only && { only }),
  };
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

interface Found {
  pods: Pod[];
  only?: string[];
}

type SignalledCall = { signal: AbortSignal };

async function look(
  cluster: Cluster,
  namespace: string | undefined,
  scope: LeftoverScope,
  call: SignalledCall,
): Promise<Found> {
  try {
    return { pods: await findLeftovers(cluster, namespace, scope, call) };
  } catch (error) {
    if (!isForbidden(error)) throw error;
    if (namespace !== undefined) throw await permissionError(cluster, error, namespace, call);
    return lookWhereChecksAre(cluster, scope, call, error);
  }
}

/** Whoever may check need not be allowed to list the pods of all namespaces: then those count in which a check puts its pods. */
async function lookWhereChecksAre(
  cluster: Cluster,
  scope: LeftoverScope,
  call: SignalledCall,
  refusal: Error,
): Promise<Found> {
  const daemonSets = await cluster.daemonSets(call).catch(() => []);
  const candidates = namespaceCandidates(cluster, daemonSets.filter(isClustersOwn));
  const looks = await Promise.allSettled(candidates.map((place) => findLeftovers(cluster, place, scope, call)));
  for (const one of looks) if (one.status === 'rejected' && !isForbidden(one.reason)) throw one.reason;
  const only = candidates.filter((_, index) => looks[index]?.status === 'fulfilled');
  if (only.length > 0) return { pods: looks.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])), only };
  const { tries, document } = await permissionError(cluster, refusal, NAMESPACES[0], call);
  throw new CheckError(refusal.message, {
    tries: ['in the namespace that the checks used: kubectl netprereq cleanup -n NAMESPACE', ...tries],
    ...(document !== undefined && { document }),
    cause: refusal,
  });
}
