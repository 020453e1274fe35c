import { messageOf } from '../errors.ts';
import { hasBegun, NOT_TAKEN, type PodProgress, podProgress } from './pod-progress.ts';
import type { PodWatch } from './pod-watch.ts';

/** One pod, followed by the run's watch. */
export interface Followed {
  /** Waits for its end, or until the signal is aborted: how it ended, or where it stood then. Never rejects. */
  until(signal: AbortSignal): Promise<PodProgress>;
  /** Whether our container is known to have run. */
  readonly begun: boolean;
  /** Whether anything has been told of it. */
  readonly heard: boolean;
  stop(): void;
}

/**
 * Follows a pod until it has ended in some way. To be called before the pod is created.
 * @param onWaiting called with where it stands, until then
 */
export function followPod(watch: PodWatch, name: string, onWaiting?: (at: string) => void): Followed {
  let last: PodProgress = NOT_TAKEN;
  let begun = false;
  let heard = false;
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const stop = watch.follow(name, (event) => {
    heard = true;
    if (event.type === 'lost') last = { is: 'failed', why: watchEnded(event.error), unseen: true };
    else {
      last = podProgress(event.pod);
      begun ||= hasBegun(event.pod);
      if (event.type === 'deleted' && last.is === 'waiting') {
        last = { is: 'failed', why: 'the pod was deleted before it answered (by somebody else, or with its node)' };
      }
    }
    if (last.is === 'waiting') onWaiting?.(last.at);
    else resolve();
  });
  return {
    until(signal) {
      const { promise: aborted, resolve: abort } = Promise.withResolvers<void>();
      const onAbort = () => abort();
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) abort();
      // A signal that outlives the pod would keep it, and its answer.
      return Promise.race([ended, aborted])
        .finally(() => signal.removeEventListener('abort', onAbort))
        .then(() => last);
    },
    get begun() {
      return begun;
    },
    get heard() {
      return heard;
    },
    stop,
  };
}

/** Why nothing is heard of pods any more. */
export function watchEnded(error: unknown): string {
  return `the watch on the pods ended: ${messageOf(error)}`;
}
