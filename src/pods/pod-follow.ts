import { messageOf } from '../errors.ts';
import type { Cluster, Pod } from '../kube/cluster.ts';
import { podSelector } from './labels.ts';
import { NOT_TAKEN, type PodProgress, podProgress } from './pod-progress.ts';
import type { PodWatch } from './pod-watch.ts';
import { PROBE_CONTAINER } from './probe-pod.ts';

/** For the one request after a pod's time is up, in milliseconds. */
const LAST_LOOK_MS = 3_000;

/** One pod, followed by the run's watch. */
export interface Followed {
  /** How it ended, or where it stood when the signal was aborted. Never rejects. */
  ended: Promise<PodProgress>;
  /** Whether our container is known to have run. */
  readonly begun: boolean;
  stop(): void;
}

/** Follows a pod until it has ended in some way or `signal` is aborted. To be called before the pod is created. */
export function followPod(watch: PodWatch, name: string, signal: AbortSignal): Followed {
  let last: PodProgress = NOT_TAKEN;
  let begun = false;
  const { promise: ended, resolve } = Promise.withResolvers<PodProgress>();
  const unfollow = watch.follow(name, (event) => {
    if (event.type === 'lost') {
      return resolve({ is: 'failed', why: watchEnded(event.error), unseen: 'watch' });
    }
    last = podProgress(event.pod);
    begun ||= hasBegun(event.pod);
    if (last.is !== 'waiting') return resolve(last);
    if (event.type === 'deleted') {
      const why = 'the pod was deleted before it answered, by somebody else or with its node';
      resolve({ is: 'failed', why, unseen: 'pod' });
    }
  });
  const onAbort = () => resolve(last);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  return {
    ended,
    get begun() {
      return begun;
    },
    stop() {
      unfollow();
      signal.removeEventListener('abort', onAbort);
    },
  };
}

/** Why nothing is heard of pods any more. */
export function watchEnded(error: unknown): string {
  return `the watch on the pods ended: ${messageOf(error)}`;
}

/** Whether our container has run, or still does. */
export function hasBegun({ status }: Pod): boolean {
  const container = status?.containerStatuses?.find(({ name }) => name === PROBE_CONTAINER);
  return container?.state?.running !== undefined || container?.state?.terminated !== undefined;
}

/**
 * Asks once more for a pod of which nothing was heard in time: the watch may have missed it, and an API server that does not
 * answer must not be blamed on the kubelet.
 * @returns undefined: there is no such pod
 * @throws when the API server does not answer
 */
export async function lookUpPod(cluster: Cluster, namespace: string, name: string): Promise<Pod | undefined> {
  const query = { namespace, labelSelector: podSelector(), fieldSelector: `metadata.name=${name}` };
  const [pod] = await cluster.pods(query, { timeoutMs: LAST_LOOK_MS });
  return pod;
}
