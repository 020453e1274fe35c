import limitConcurrency from 'p-limit';
import { isForbidden, NAMESPACES, namespaceCandidates } from './check/survey.ts';
import { isClustersOwn } from './cnis/agents.ts';
import { CheckError, Declined, messageOf } from './errors.ts';
import type { Cluster, Pod } from './kube/cluster.ts';
import { findLeftovers, isChanging, isDead, type LeftoverScope, runsOf } from './pods/leftovers.ts';
import { permissionError } from './pods/permissions.ts';
import { compareNames, nameList } from './report/names.ts';
import { run } from './text/advice.ts';

/**
 * No deletion begins later than this after the first, in milliseconds. Nothing is cut off by it: a request has a limit of its own, and
 * so has a credential plug-in, which may wait for a person who logs in.
 */
const DELETE_WITHIN_MS = 120_000;
/** How many of the pods that are left are named. */
const NAMED = 10;

export interface CleanupResult {
  deleted: { namespace: string; name: string }[];
  failed: { namespace: string; name: string; error: string }[];
  /** Runs that may still be at work; their pods were left alone. */
  alive: string[];
  /** Runs of which a pod is changing its node at this moment; it was left alone. */
  changing: string[];
  /** The time was over before everything was deleted: what is left, and what to do. */
  stopped?: CheckError;
  /** The namespaces that were looked into, where it was to be all of them and that was forbidden. */
  only?: string[];
}

export interface CleanupOptions {
  /** Asks before pods of runs that may still be at work are deleted; without it, nobody is asked. */
  consent?: (living: readonly Pod[]) => Promise<boolean>;
  withinMs?: number;
}

/**
 * Deletes what earlier runs left behind, eight pods at a time.
 * @param namespace undefined: all of them, or those that checks use where not all may be listed
 * @throws Declined when the answer is no
 */
export async function cleanUp(
  cluster: Cluster,
  namespace: string | undefined,
  scope: LeftoverScope,
  { consent, withinMs = DELETE_WITHIN_MS }: CleanupOptions = {},
): Promise<CleanupResult> {
  // The first answer brings the server's clock, by which the age of pods is judged.
  await cluster.version();
  const { pods, only } = await lookAndAsk(cluster, namespace, scope, consent);
  const places = only ?? [namespace];
  const all = (await Promise.all(places.map((place) => findLeftovers(cluster, place, { changing: true })))).flat();
  const now = cluster.serverTime();
  const names = new Set(pods.map(({ metadata }) => metadata.name));
  const others = all.filter(({ metadata }) => !names.has(metadata.name));
  const concerned =
    scope !== 'dead' && scope.run !== undefined ? others.filter((pod) => runsOf([pod])[0] === scope.run) : others;
  const [changing, alive] = [true, false].map((is) => runsOf(concerned.filter((pod) => isChanging(pod, now) === is)));
  const result: CleanupResult = {
    ...{ deleted: [], failed: [], alive: alive ?? [], changing: changing ?? [] },
    ...(only && { only }),
  };
  const end = performance.now() + withinMs;
  const left: string[] = [];
  const limit = limitConcurrency(8);
  await limit.map(pods, async ({ metadata }) => {
    const pod = { namespace: metadata.namespace ?? '', name: metadata.name };
    if (performance.now() > end) {
      left.push(`${pod.namespace}/${pod.name}`);
      return;
    }
    try {
      await cluster.deletePod(pod.namespace, pod.name);
      result.deleted.push(pod);
    } catch (error) {
      result.failed.push({ ...pod, error: messageOf(error) });
    }
  });
  if (left.length > 0) {
    const names = nameList(left.sort(compareNames), NAMED);
    result.stopped = new CheckError(
      `${left.length} of ${pods.length} pods were not deleted within ${withinMs / 1000}s: ${names}`,
      { tries: ['run the same command again to continue', run('kubectl get --raw /readyz')] },
    );
  }
  return result;
}

interface Found {
  pods: Pod[];
  only?: string[];
}

/** Finds the pods to delete, and asks about those of runs that may still be at work. */
async function lookAndAsk(
  cluster: Cluster,
  namespace: string | undefined,
  scope: LeftoverScope,
  consent: CleanupOptions['consent'],
): Promise<Found> {
  const found = await look(cluster, namespace, scope);
  const living = found.pods.filter((pod) => !isDead(pod, cluster.serverTime()));
  if (consent === undefined || living.length === 0) return found;
  if (!(await consent(living))) throw new Declined('Nothing was deleted.');
  // Since then a pod may have begun to change its node, and others may have come that nobody was asked about.
  const asked = new Set(found.pods.map(({ metadata }) => metadata.name));
  const again = await look(cluster, namespace, scope);
  return { ...again, pods: again.pods.filter(({ metadata }) => asked.has(metadata.name)) };
}

async function look(cluster: Cluster, namespace: string | undefined, scope: LeftoverScope): Promise<Found> {
  try {
    return { pods: await findLeftovers(cluster, namespace, scope) };
  } catch (error) {
    if (!isForbidden(error)) throw error;
    if (namespace !== undefined) throw await permissionError(cluster, error, namespace);
    return lookWhereChecksAre(cluster, scope, error);
  }
}

/** Whoever may check need not be allowed to list the pods of all namespaces: then those count in which a check puts its pods. */
async function lookWhereChecksAre(cluster: Cluster, scope: LeftoverScope, refusal: Error): Promise<Found> {
  const daemonSets = await cluster.daemonSets().catch(() => []);
  const candidates = namespaceCandidates(cluster, daemonSets.filter(isClustersOwn));
  const looks = await Promise.allSettled(candidates.map((place) => findLeftovers(cluster, place, scope)));
  for (const one of looks) if (one.status === 'rejected' && !isForbidden(one.reason)) throw one.reason;
  const only = candidates.filter((_, index) => looks[index]?.status === 'fulfilled');
  if (only.length > 0) return { pods: looks.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])), only };
  const { tries, document } = await permissionError(cluster, refusal, NAMESPACES[0]);
  throw new CheckError(refusal.message, {
    tries: [run('kubectl netprereq cleanup -n NAMESPACE', 'in the namespace that the checks used'), ...tries],
    ...(document !== undefined && { document }),
    cause: refusal,
  });
}
