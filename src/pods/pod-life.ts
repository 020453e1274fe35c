import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import type { Cluster, Pod } from '../kube/cluster.ts';
import { lacksProgram } from '../probe/envelope.ts';
import { changedByAdmission } from './admission.ts';
import type { Deletion } from './deletion.ts';
import type { ImageChoice } from './image.ts';
import { podSelector } from './labels.ts';
import { type Followed, followPod, watchEnded } from './pod-follow.ts';
import { hasBegun, NOT_TAKEN, type PodProgress, podProgress } from './pod-progress.ts';
import type { PodWatch } from './pod-watch.ts';
import { PROBE_CONTAINER } from './probe-pod.ts';

/** The answer of one request that must not be cut off by an interruption (a pod may come of it), in milliseconds. */
const REQUEST_MS = 15_000;
/** For the one request after a pod's time is up, in milliseconds. */
const LAST_LOOK_MS = 3_000;
/** How often to ask again for a place within the quota. */
const QUOTA_RETRY_MS = 1_000;
/** The log is at most the whole uncompressed answer. */
const LOG_BYTES = 1 << 20;

/** By what a pod lives. */
export interface PodMeans {
  cluster: Cluster;
  namespace: string;
  watch: PodWatch;
  deletion: Deletion;
}

/** What may be done with a pod, and how long it is waited for. */
export interface PodPolicy {
  /** Aborted when the pod's time is up: to answer or, where it has to end by itself, to begin. */
  time: AbortSignal;
  /** Aborted when it is given up before that if the kubelet has not taken it: the node shows no sign of life. */
  unheard?: AbortSignal;
  /** Aborted when nobody waits for the answer any more. Of no use to a pod that has to end by itself. */
  interrupted?: AbortSignal;
  /**
   * How long a pod that has begun is waited for beyond its time, in milliseconds, because it must not be deleted while it runs.
   * Undefined: it is deleted when its time is up or nobody waits, whatever it does.
   */
  endsWithin?: number;
  /** Called with where the pod stands, as PodProgress has it: when the server has it, and when that changes. */
  onWaiting?: ((at: string) => void) | undefined;
}

/** What came of a pod. */
export type PodEnd<T> =
  /** There is none, nor will there be. */
  | { is: 'refused'; why: string }
  /** Admission changed these fields in it: it may have done something else than was asked. */
  | { is: 'altered'; fields: readonly string[] }
  /** otherImage: the image lacks a program. */
  | { is: 'answered'; answer: T; otherImage: boolean }
  /** ran: its container may have run. late: its time was up, and `why` is where it stood. otherImage: its image is why. */
  | { is: 'failed'; why: string; ran: boolean; late: boolean; otherImage: boolean }
  /** It may still be at work, and is left alone. */
  | { is: 'left'; why: string };

/** Why the server would not take the pod as it is; undefined: it would. Creates nothing. */
export async function rehearsePod(cluster: Cluster, pod: Pod): Promise<string | undefined> {
  try {
    const altered = changedByAdmission(pod, await cluster.createPod(pod, { dryRun: true, timeoutMs: REQUEST_MS }));
    return altered.length > 0 ? `admission would change the pod (${altered.join(', ')})` : undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** Lets one pod after the other live, each with another image, until one has not failed for its image's sake. */
export async function tryImages<T>(
  images: readonly ImageChoice[],
  live: (image: ImageChoice, attempt: number) => Promise<PodEnd<T>>,
): Promise<{ end: PodEnd<T>; image?: ImageChoice }> {
  let last: Awaited<ReturnType<typeof tryImages<T>>> = { end: { is: 'refused', why: 'no image to try' } };
  for (const [attempt, image] of images.entries()) {
    last = { end: await live(image, attempt), image };
    if (!('otherImage' in last.end && last.end.otherImage)) break;
  }
  return last;
}

/**
 * One pod's life: it is created, followed, read and deleted. Never rejects. The deletion is begun, not waited for.
 * @param read makes of the answer what is wanted, while the pod is still there; `log` fetches the container's log
 */
export async function livePod<T>(
  pod: Pod,
  means: PodMeans,
  policy: PodPolicy,
  read: (message: string, log: () => Promise<string>) => Promise<T>,
): Promise<PodEnd<T>> {
  const { watch, deletion } = means;
  const { name } = pod.metadata;
  if (policy.interrupted?.aborted) return { is: 'refused', why: 'interrupted' };
  // Nobody would learn what becomes of the pod.
  if (watch.lost) return { is: 'refused', why: watchEnded(watch.lost.error) };
  const followed = followPod(watch, name, policy.onWaiting);
  deletion.expect(name);
  const end = await live(pod, followed, means, policy, read).catch(
    (error: unknown): PodEnd<T> =>
      isRefusal(error) ? { is: 'refused', why: messageOf(error) } : failed(messageOf(error), { ran: true }),
  );
  followed.stop();
  if (end.is === 'refused') deletion.refused(name);
  else if (end.is !== 'left') deletion.start(name);
  return end;
}

async function live<T>(
  pod: Pod,
  followed: Followed,
  means: PodMeans,
  policy: PodPolicy,
  read: Parameters<typeof livePod<T>>[3],
): Promise<PodEnd<T>> {
  const { cluster, namespace } = means;
  const { name } = pod.metadata;
  const mustEnd = policy.endsWithin !== undefined;
  const fields = changedByAdmission(pod, await create(cluster, pod, policy));
  // The watch may have been faster than the answer.
  if (!followed.heard) policy.onWaiting?.(NOT_TAKEN.at);
  if (fields.length > 0 && !mustEnd) return { is: 'altered', fields };
  const { progress, begun } = await settle(name, followed, means, policy);
  if (progress.is === 'failed' && progress.unseen && mustEnd) {
    return { is: 'left', why: `the pod may still be running: ${progress.why}` };
  }
  // The kubelet tells of a container up to seconds after it has begun: a pod that is gone may have been at work.
  const ran = begun || progress.is === 'answered' || (progress.is === 'failed' && !progress.unstarted);
  if (fields.length > 0 && ran) return { is: 'altered', fields };
  if (progress.is === 'waiting') return failed(progress.at, { ran, late: true });
  if (progress.is === 'failed') return failed(progress.why, { ran, otherImage: progress.image === true });
  const { message } = progress;
  const container = { container: PROBE_CONTAINER, limitBytes: LOG_BYTES };
  const log = () => cluster.podLog(namespace, name, container, { timeoutMs: REQUEST_MS, patience: limit(policy) });
  return { is: 'answered', answer: await read(message, log), otherImage: lacksProgram(message) };
}

function failed(why: string, how: { ran: boolean; late?: boolean; otherImage?: boolean }) {
  return { is: 'failed', why, late: false, otherImage: false, ...how } as const;
}

/**
 * A quota on pods that the dry run still passed can be used up by this very run: then a place becomes free as soon as another
 * of its pods is gone. The request itself is not cut off by the user's interruption: a pod may come of it.
 * @returns the pod as the server has it; without an answer, and where it has to end by itself, as it was sent: it may be there
 */
async function create(cluster: Cluster, pod: Pod, policy: PodPolicy): Promise<Pod> {
  const waiting = limit(policy);
  for (;;) {
    try {
      return await cluster.createPod(pod, { timeoutMs: REQUEST_MS, patience: waiting });
    } catch (error) {
      if (policy.endsWithin !== undefined && !isRefusal(error)) return pod;
      if (!messageOf(error).includes('exceeded quota') || waiting.aborted) throw error;
      await sleep(QUOTA_RETRY_MS, undefined, { signal: waiting }).catch(() => {});
    }
  }
}

/** Waits for its end within its time, which is shorter for a pod that the kubelet has not taken. */
async function firstEnd(followed: Followed, policy: PodPolicy): Promise<PodProgress> {
  const all = limit(policy);
  if (!policy.unheard) return followed.until(all);
  const progress = await followed.until(AbortSignal.any([all, policy.unheard]));
  return progress.is === 'waiting' && progress.at !== NOT_TAKEN.at ? followed.until(all) : progress;
}

/** A definite no of the server: no pod can have come of it. */
function isRefusal(error: unknown): boolean {
  const status = (error as { status?: number }).status;
  return status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 409 && status !== 429;
}

function limit({ time, interrupted }: PodPolicy): AbortSignal {
  return interrupted ? AbortSignal.any([time, interrupted]) : time;
}

/** How a pod ended, or where it stands when it is not waited for any longer, and whether its container is known to have begun. */
async function settle(
  name: string,
  followed: Followed,
  { cluster, namespace }: PodMeans,
  policy: PodPolicy,
): Promise<{ progress: PodProgress; begun: boolean }> {
  const created = performance.now();
  const progress = await firstEnd(followed, policy);
  if (progress.is !== 'waiting' || policy.interrupted?.aborted) return { progress, begun: followed.begun };
  let pod: Pod | undefined;
  try {
    // The watch may have missed it, and an API server that does not answer must not be blamed on the kubelet.
    const query = { namespace, labelSelector: podSelector(), fieldSelector: `metadata.name=${name}` };
    [pod] = await cluster.pods(query, { timeoutMs: LAST_LOOK_MS });
  } catch (error) {
    const why = `the API server did not answer: ${messageOf(error)}`;
    return { progress: { is: 'failed', why, unseen: true }, begun: followed.begun };
  }
  // One that is gone may have been at work.
  if (!pod) return { progress, begun: true };
  const seen = podProgress(pod);
  const begun = followed.begun || hasBegun(pod);
  if (seen.is !== 'waiting' || !hasBegun(pod) || policy.endsWithin === undefined) return { progress: seen, begun };
  const end = await followed.until(AbortSignal.timeout(policy.endsWithin));
  if (end.is !== 'waiting') return { progress: end, begun };
  const seconds = Math.round((performance.now() - created) / 1000);
  return { progress: { is: 'failed', why: `it had not ended ${seconds}s after it was created`, unseen: true }, begun };
}
