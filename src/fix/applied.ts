import { type ApplyOutcome, type Locked, parseApply, type StepOutcome } from '../apply/outcome.ts';
import type { NodeFacts } from '../facts/facts.ts';
import type { Change } from '../plan/change.ts';
import { operationsOf } from '../plan/operations.ts';
import type { Plan } from '../plan/plan.ts';
import { type Attempt, lockedRemedy, refusalReason, refusalRemedy } from '../plan/refusals.ts';
import type { Outcome } from '../pods/answer.ts';
import { appliedNode, type ChangedInput, type LookedAt, type StepResult } from '../report/build-fix.ts';
import { isCommand, run } from '../text/advice.ts';

/**
 * What a report says of a node on which a plan was carried out, or was to be. The node has not been looked at again yet.
 * @param facts what the plan was made from
 */
export function applied(node: LookedAt, plan: Plan, facts: NodeFacts, change: Change): ChangedInput {
  if (change.is === 'not-begun') {
    const failure = { reason: `${change.why}: nothing was changed`, remedy: change.remedy };
    return appliedNode(node, plan, [], failure);
  }
  const { operations, placeOf } = operationsOf(plan.steps, facts, '');
  const outcome = outcomeOf(change, operations.length);
  const attempt: Attempt = { command: 'fix', target: plan.node };
  const nothing = notDone(outcome, attempt);
  if (nothing) return { ...node, ...nothing, manual: plan.manual };
  const { steps, stopped } = outcome as Done;
  if (!steps) {
    return { ...node, ...lost('the answer was truncated: not every step is known', attempt), manual: plan.manual };
  }
  const results = placeOf.flatMap((place) => steps[place] ?? []).map(resultOf);
  const unfinished = stopped && steps.some(({ status }) => status === 'not-reached');
  const failure = unfinished ? { reason: 'a signal ended the change before its last step' } : undefined;
  return appliedNode(node, plan, results, failure);
}

/** An answer that tells what was done. */
export type Done = Extract<ApplyOutcome, { stopped: boolean }>;

/** @param count how many operations were asked for */
export function outcomeOf(change: Exclude<Change, { is: 'not-begun' }>, count: number): ApplyOutcome {
  return change.is === 'lost' ? { outcome: 'unknown', problem: change.why } : parseApply(change.message, count);
}

/** What a report says where a node has done nothing, or nobody knows what; undefined: it has told what it did. */
export function notDone(
  outcome: ApplyOutcome,
  attempt: Attempt,
): Pick<ChangedInput, 'outcome' | 'reason' | 'remedy'> | undefined {
  switch (outcome.outcome) {
    case 'unknown':
      return lost(outcome.problem, attempt);
    case 'locked':
      return { outcome: 'refused', reason: lockedBy(outcome), remedy: lockedRemedy(outcome, attempt) };
    case 'refused':
      return { outcome: 'refused', reason: refusalReason(outcome), remedy: refusalRemedy(outcome, attempt) };
    default:
      return undefined;
  }
}

/** Whether a node may have been changed, so that it is to be looked at again. */
export function mayHaveChanged({ outcome, steps = [] }: ChangedInput): boolean {
  return outcome === 'unknown' || steps.some((step) => step.outcome === 'changed' || step.outcome === 'failed');
}

/** The plan without the steps that were not carried out: of what a step failed to set, nobody has reset anything. */
export function carriedOut(plan: Plan, { steps = [] }: ChangedInput): Plan {
  return { ...plan, steps: plan.steps.filter((_, index) => steps[index]?.outcome === 'changed') };
}

/** Who is at it. Their clock is the node's. */
function lockedBy({ holder, since }: Locked): string {
  // A date that JavaScript cannot write would throw.
  const time = since > 0 && since < 1e11 ? ` since ${new Date(since * 1000).toISOString()}` : '';
  return `run ${holder} has been changing this node${time}: nothing was changed`;
}

/** A node of which nobody knows what was done to it. */
function lost(reason: string, { command, target }: Attempt): Pick<ChangedInput, 'outcome' | 'reason' | 'remedy'> {
  const revert = command === 'fix' ? [run(`kubectl netprereq undo ${target}`, 'To revert')] : [];
  const remedy = [run(`kubectl netprereq ${command} ${target}`, 'To finish'), ...revert];
  return { outcome: 'unknown', reason: `${reason}: what was done is unknown`, remedy };
}

/** A node that could not be looked at, and so was not changed: why, and what to do. */
export function notSeen(
  node: LookedAt,
  { unknown, remedy = [] }: Extract<Outcome, { unknown: string }>,
  { command, target }: Attempt,
): ChangedInput {
  const again = `kubectl netprereq ${command} ${target}`;
  const isNamed = remedy.some((advice) => isCommand(advice) && advice.run.includes(` ${command} `));
  return {
    ...node,
    outcome: 'unknown',
    reason: `${unknown}: nothing was changed`,
    remedy: isNamed ? remedy : [...remedy, run(again, 'To try again')],
  };
}

/** What became of one operation, as a report tells it of a step. */
export function resultOf({ status, detail }: StepOutcome): StepResult {
  return { outcome: status === 'done' ? 'changed' : status, ...(detail !== undefined && { reason: detail }) };
}
