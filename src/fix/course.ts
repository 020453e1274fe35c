import { setTimeout as sleep } from 'node:timers/promises';
import { Declined, Interrupted } from '../errors.ts';

/**
 * Resolves once the user has agreed to a change.
 * @throws Declined when the answer is no; the signal's reason when there was none
 */
export async function agreed(answer: Promise<boolean>, signal: AbortSignal): Promise<void> {
  if (await answer) return;
  if (signal.reason instanceof Interrupted) throw new Interrupted(signal.reason.signal, 'nothing was changed');
  signal.throwIfAborted();
  throw new Declined('Nothing was changed.');
}

/** Waits as many seconds as whatever resets values may take to do so, or until the user wants to leave. */
export async function settled({ settle, signal }: { settle: number; signal: AbortSignal }): Promise<void> {
  await sleep(settle * 1000, undefined, { signal }).catch(() => {});
}
