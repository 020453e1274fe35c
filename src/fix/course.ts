import { setTimeout as sleep } from 'node:timers/promises';
import type { Timing } from '../apply/script.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import { Declined, Interrupted } from '../errors.ts';
import type { NodeFacts } from '../facts/facts.ts';
import type { Finding } from '../judge/finding.ts';
import type { Change } from '../plan/change.ts';
import type { Step } from '../plan/plan.ts';
import type { Outcome } from '../pods/answer.ts';
import type { ChangedInput, ChangesInput, LookedAt } from '../report/build-fix.ts';
import type { Advice } from '../text/advice.ts';
import { mayHaveChanged } from './applied.ts';
import type { ChangeKind } from './change-pod.ts';

/** What makes a fix of a run that changes nodes, or an undo. */
export interface Course<Report> {
  readonly kind: ChangeKind;
  /**
   * What is to be done on a node.
   * @param target how a command line names it
   */
  plan(node: LookedAt, outcome: Outcome, profile: ClusterProfile, target: string): Planned;
  /** The report of the whole run. */
  report(input: ChangesInput): Report;
}

/** What is to be done on one node. */
export interface Planned {
  /** What a report says of the node before anything is changed. */
  readonly before: ChangedInput;
  /** Absent: there is nothing to do, or nothing may be done. */
  readonly work?: Work;
}

/** How one node is changed. */
export interface Work {
  /** What apply.sh is asked. */
  request(timing: Timing): string;
  /** What a report says of what came of it. The node has not been looked at again yet. */
  result(change: Change): ChangedInput;
  /** What a second look adds to that. */
  add?(result: ChangedInput, facts: NodeFacts): Pick<ChangedInput, 'manual'>;
  /** Whether all of it is still to be done, according to a second look. */
  isToDo(facts: NodeFacts, findings: readonly Finding[]): boolean;
  /** Whether it would be wrong to go on with the next node. */
  failed(result: ChangedInput): boolean;
  /** What has to be the same if it is planned again, after it has waited; absent: apply.sh compares all that the plan rests on. */
  readonly steps?: readonly Step[];
}

/** What the ways of changing nodes have in common. */
export interface Consent<Report> {
  /** Nothing is changed; 'server': the API server is asked whether it would take the pods. */
  dryRun?: 'client' | 'server' | undefined;
  /** Seconds between the last change of a node and the second look at it. */
  settle: number;
  /** Shows the plan, and asks whether to carry it out. */
  confirm(plan: Report): Promise<boolean>;
}

/**
 * Resolves once the user has agreed to a change.
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
  | { unknown: string; remedy?: readonly Advice[] };

/**
 * What came of a change, and what a second look says of it, where there is something to be seen.
 * @param look must not reject
 */
export async function changedAndSeen(
  { result: told, add, isToDo }: Work,
  change: Change,
  signal: AbortSignal,
  look: () => Promise<SecondLook>,
): Promise<ChangedInput> {
  const result = told(change);
  if (!mayHaveChanged(result) || signal.aborted) return result;
  const seen = await look();
  if ('facts' in seen) {
    const { facts, findings } = seen;
    const untouched = result.outcome === 'unknown' && isToDo(facts, findings ?? []);
    const reason = untouched && `${result.reason}, but when the node was checked again, nothing had been changed`;
    return { ...result, ...(reason && { reason }), ...(findings && { after: findings }), ...add?.(result, facts) };
  }
  if (result.reason !== undefined) return result;
  return { ...result, reason: `it could not be checked again: ${seen.unknown}`, remedy: seen.remedy ?? [] };
}
