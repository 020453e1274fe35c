import { setTimeout as sleep } from 'node:timers/promises';
import { Declined, Interrupted } from '../errors.ts';
import type { NodeFacts } from '../facts/facts.ts';
import type { Finding } from '../judge/finding.ts';
import type { ChangedInput } from '../report/build-fix.ts';
import { mayHaveChanged } from './applied.ts';

/**
 * Resolves once the user has confirmOrThrow to a change.
 * @throws Declined when the answer is no; the signal's reason when there was none
 */
export async function confirmOrThrow(answer: Promise<boolean>, signal: AbortSignal): Promise<void> {
  if (await answer) return;
  if (signal.reason instanceof Interrupted) throw new Interrupted(signal.reason.signal, 'nothing was changed');
  signal.throwIfAborted();
  throw new Declined('Nothing was changed.');
}

/** Waits as many seconds as whatever resets values may take to do so, or until the user wants to leave. */
export async function waitToSettle({ settle, signal }: { settle: number; signal: AbortSignal }): Promise<void> {
  await sleep(settle * 1000, undefined, { signal }).catch(() => {});
}

/** What a second look came to: the node's answer and the findings, or why there is none. */
export type SecondLook =
  | { facts: NodeFacts; findings: readonly Finding[] | undefined }
  | { unknown: string; remedy?: readonly string[] };

/**
 * What came of a change, and what a second look says of it, where there is something to be seen.
 * @param look must not reject
 * @param add what that look adds to the result
 */
export async function verifyAfterChange(
  result: ChangedInput,
  signal: AbortSignal,
  look: () => Promise<SecondLook>,
  add: (facts: NodeFacts) => Pick<ChangedInput, 'manual'> = () => ({}),
): Promise<ChangedInput> {
  if (!mayHaveChanged(result) || signal.aborted) return result;
  const seen = await look();
  if ('facts' in seen) return { ...result, ...(seen.findings && { after: seen.findings }), ...add(seen.facts) };
  if (result.reason !== undefined) return result;
  return { ...result, reason: `it could not be looked at again: ${seen.unknown}`, remedy: seen.remedy ?? [] };
}
