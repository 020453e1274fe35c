import { setTimeout as delay } from 'node:timers/promises';
import type { Container, Pod } from './objects.ts';

/** How a container ended. */
export interface Exit {
  exitCode: number;
  /** The bytes of its termination message file, unlimited. */
  message: Buffer;
  log: Buffer;
  /** Default: Completed or Error, by the exit code. */
  reason?: string;
}

/** Runs one container to its end; aborting the signal kills it, and the promise still resolves or rejects soon. */
export type Execute = (pod: Pod, container: Container, signal: AbortSignal) => Promise<Exit>;

/** What a recorded container leaves: its termination message, or more in detail. */
export type Outcome = string | { exitCode?: number; message?: string; log?: string; reason?: string };

/** A recorded outcome, or a function that makes it up from the pod as it was admitted. */
export type Recorded = Outcome | ((pod: Pod) => Outcome | Promise<Outcome>);

/** A container that is not run at all: after `workMs` it has ended with what was recorded. */
export function executeRecorded(recorded: Recorded, workMs: number): Execute {
  return async (pod, _container, signal) => {
    if (workMs > 0) await delay(workMs, undefined, { signal, ref: false });
    const outcome = typeof recorded === 'function' ? await untilAborted(recorded(pod), signal) : recorded;
    const {
      exitCode = 0,
      message = '',
      log = '',
      reason,
    } = typeof outcome === 'string' ? { message: outcome } : outcome;
    return { exitCode, message: Buffer.from(message), log: Buffer.from(log), ...(reason ? { reason } : {}) };
  };
}

async function untilAborted<T>(work: T | Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** The kubelet reads so much from the end of the file … */
const messageLimit = 4096;
/** … and all containers of a pod together may publish so much. */
const podMessageLimit = 12 * 1024;
/** With FallbackToLogsOnError, so much of the log's end stands in for an empty message. */
const fallbackLimit = 2048;

/**
 * The termination message as it appears in the pod's status: the last 4096 bytes of the file, and of those the first
 * 12288 divided by the number of containers of every sort. Bytes that are no UTF-8 become U+FFFD.
 */
export function terminationMessage({ spec }: Pod, container: Container, exit: Exit): string {
  const { containers, initContainers = [], ephemeralContainers = [] } = spec;
  const share = Math.floor(podMessageLimit / (containers.length + initContainers.length + ephemeralContainers.length));
  const fallback = container.terminationMessagePolicy === 'FallbackToLogsOnError' && exit.exitCode !== 0;
  const text = exit.message.length === 0 && fallback ? exit.log.subarray(-fallbackLimit) : exit.message;
  return text.subarray(-messageLimit).subarray(0, share).toString('utf8');
}
