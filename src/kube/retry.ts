import { setTimeout as delay } from 'node:timers/promises';
import type { KubeError } from './errors.ts';
import { isTransient } from './network-errors.ts';

/** Waiting between attempts, replaceable so that tests need not wait. */
export type Sleep = (ms: number, signal: AbortSignal | undefined) => Promise<void>;

const FIRST_MS = 250;
const LONGEST_MS = 4000;
/** A server that asks for more than this is treated as one that refuses. */
const LONGEST_RETRY_AFTER_MS = 30_000;

/** Waits; rejects with the signal's reason when it is aborted. */
export const sleep: Sleep = async (ms, signal) => {
  await delay(ms, undefined, signal && { signal }).catch((error) => {
    throw signal?.aborted ? signal.reason : error;
  });
};

/** Milliseconds before repetition `count` (1 = the first): doubling, with jitter so that parallel callers spread. */
export function backoff(count: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** (count - 1));
  return full / 2 + (Math.random() * full) / 2;
}

/** A Retry-After header in milliseconds: seconds or an HTTP date. Undefined when it is absent or unreadable. */
function retryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/**
 * Milliseconds until a request is sent again that failed with this error; undefined: it is final.
 * @param attempt how often it has been sent
 * @param answeredBefore the server has answered in this run
 */
export function waitAfter(error: KubeError, method: string, attempt: number, answeredBefore: boolean) {
  const asked = retryAfter(error.retryAfter);
  if (attempt >= attemptsFor(error, method, answeredBefore) || (asked ?? 0) > LONGEST_RETRY_AFTER_MS) return undefined;
  return asked === undefined ? backoff(attempt) : asked + backoff(1);
}

/**
 * How many attempts a request is worth that fails with this error; 1 = it is final. Every request of this program may be repeated (a
 * POST creates a pod by a fixed name, or only asks), but a 500 to a write may come from a webhook that would be called again.
 */
function attemptsFor({ status, reason, code }: KubeError, method: string, answeredBefore: boolean): number {
  if (status === undefined) return isTransient(code, answeredBefore) ? 5 : 1;
  if (status === 429) return 10;
  if (status === 502 || status === 503 || status === 504) return 5;
  if (status === 500 && method === 'GET') return 5;
  // The quota controller counts optimistically: pods created at the same time collide, and one has to come again.
  if (status === 409 && reason === 'Conflict') return 10;
  return 1;
}
