import { type Locked, parseApply, type StepOutcome } from '../apply/outcome.ts';
import type { Change } from '../plan/change.ts';
import type { Plan } from '../plan/plan.ts';
import { type Attempt, lockedRemedy, refusalReason, refusalRemedy } from '../plan/refusals.ts';
import { appliedNode, type ChangedInput, type LookedAt, type StepResult } from '../report/build-fix.ts';

/** What a report says of a node on which a plan was carried out, or was to be. The node has not been looked at again yet. */
export function applied(node: LookedAt, plan: Plan, change: Change): ChangedInput {
  if (change.is === 'not-begun') {
    const failure = { reason: `${change.why}: nothing was changed`, remedy: change.remedy };
    return appliedNode(node, plan, { results: [], failure });
  }
  if (change.is === 'lost') return unknown(node, plan, change.why);
  const attempt: Attempt = { command: 'fix', target: plan.node };
  const outcome = parseApply(change.message);
  switch (outcome.outcome) {
    case 'unknown':
      return unknown(node, plan, outcome.problem);
    case 'locked':
      return {
        ...node,
        outcome: 'refused',
        reason: lockedBy(outcome),
        remedy: lockedRemedy(outcome, attempt),
        manual: plan.manual,
      };
    case 'refused':
      return {
        ...node,
        outcome: 'refused',
        reason: refusalReason(outcome),
        remedy: refusalRemedy(outcome, attempt),
        manual: plan.manual,
      };
    default: {
      if (outcome.steps.length < plan.steps.length) return unknown(node, plan, 'its answer had no room for every step');
      const unfinished = outcome.stopped && outcome.steps.some(({ status }) => status === 'not-reached');
      const failure = unfinished ? { reason: 'a signal ended it before its last step' } : undefined;
      return appliedNode(node, plan, { results: outcome.steps.map(resultOf), ...(failure && { failure }) });
    }
  }
}

/** Whether a node may have been changed, so that it is to be looked at again. */
export function mayHaveChanged({ outcome, steps = [] }: ChangedInput): boolean {
  return outcome === 'unknown' || steps.some((step) => step.outcome === 'changed' || step.outcome === 'failed');
}

/** Who is at it. Their clock is the node's. */
export function lockedBy({ holder, since }: Locked): string {
  // A date that JavaScript cannot write would throw.
  const time = since > 0 && since < 1e11 ? ` since ${new Date(since * 1000).toISOString()}` : '';
  return `run ${holder} has been changing this node${time}: nothing was changed`;
}

/** A node of which nobody knows what was done to it. */
export function lost(reason: string): Pick<ChangedInput, 'outcome' | 'reason' | 'remedy'> {
  const remedy = ['Whatever was begun, fix completes it and undo takes it back'];
  return { outcome: 'unknown', reason: `${reason}: what was done is not known`, remedy };
}

function unknown(node: LookedAt, plan: Plan, reason: string): ChangedInput {
  return { ...node, ...lost(reason), manual: plan.manual };
}

function resultOf({ status, detail }: StepOutcome): StepResult {
  return { outcome: status === 'done' ? 'changed' : status, ...(detail !== undefined && { reason: detail }) };
}
