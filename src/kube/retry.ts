import { setTimeout as delay } from 'node:timers/promises';

/** Waiting between attempts, replaceable so that tests need not wait. */
export type Sleep = (ms: number, signal: AbortSignal | undefined) => Promise<void>;

const FIRST_MS = 250;
const LONGEST_MS = 4000;
/** A server that asks for more than this is treated as one that refuses. */
const LONGEST_RETRY_AFTER_MS = 30_000;

/** Waits; rejects with the signal's reason when it is aborted. */
export const sleep: Sleep = async (ms, signal) => {
  try {
    await delay(ms, undefined, signal ? { signal } : {});
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  }
};

/** Milliseconds before repetition `count` (1 = the first): doubling, with jitter so that parallel callers spread. */
export function backoff(count: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** (count - 1));
  return full / 2 + (Math.random() * full) / 2;
}

/** A Retry-After header in milliseconds: seconds or an HTTP date. Undefined when it is absent, unreadable or too long to wait for. */
export function retryAfter(header: string | undefined, now: number): number | undefined | 'too long' {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  if (Number.isNaN(ms)) return undefined;
  return ms > LONGEST_RETRY_AFTER_MS ? 'too long' : Math.max(0, ms);
}

/**
 * How many attempts an answer is worth; 1 = it is final. Every request of this program may be repeated (a POST creates a pod
 * by a fixed name, or only asks), but a 500 to a write may come from a webhook that would be called again.
 */
export function attemptsFor(method: string, status: number, reason: string | undefined): number {
  if (status === 429) return 10;
  if (status === 502 || status === 503 || status === 504) return 5;
  if (status === 500 && method === 'GET') return 5;
  // The quota controller counts optimistically: pods created at the same time collide, and one has to come again.
  if (status === 409 && reason === 'Conflict') return 10;
  return 1;
}
