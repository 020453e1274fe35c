import type { StepOutcome } from '../apply/outcome.ts';
import { undoOperations } from '../apply/script.ts';
import type { Change } from '../plan/change.ts';
import { difference } from '../plan/difference.ts';
import { refusalReason, refusalRemedy } from '../plan/refusals.ts';
import type { UndoPlan, UndoRefusal, UndoStep } from '../plan/undo.ts';
import type { ChangedInput, LookedAt, StepResult } from '../report/build-fix.ts';
import type { ReportStep } from '../report/fix-report.ts';
import { run } from '../text/advice.ts';
import { type Done, notDone, outcomeOf, resultOf } from './applied.ts';

/**
 * What a report says of a node before its fixes are taken back.
 * @param target how a command line names it: --local for this host
 */
export function undoPlanned(node: LookedAt, plan: UndoPlan | UndoRefusal, target = node.name): ChangedInput {
  if ('code' in plan) return { ...node, ...refused(plan, target) };
  const steps = plan.steps.map((step) => reportStep(step));
  return { ...node, outcome: hasWork(plan) ? 'planned' : 'unchanged', steps };
}

/** Whether there is anything to be taken back. */
export function hasWork(plan: UndoPlan | UndoRefusal | undefined): plan is UndoPlan {
  return plan !== undefined && 'besides' in plan && undoOperations(plan).length > 0;
}

/** What a report says of a node on which fixes were taken back, or were to be. The node has not been looked at again yet. */
export function undone(node: LookedAt, plan: UndoPlan, change: Change, target = node.name): ChangedInput {
  if (change.is === 'not-begun') {
    return { ...node, outcome: 'failed', reason: `${change.why}: nothing was changed`, remedy: change.remedy };
  }
  const operations = undoOperations(plan);
  const outcome = outcomeOf(change, operations.length);
  const nothing = notDone(outcome, { command: 'undo', target });
  if (nothing) return { ...node, ...nothing };
  const { outcome: end, steps: told } = outcome as Done;
  if (!told) return { ...node, outcome: end, reason: 'the answer was truncated: not every item is known' };
  const steps = plan.steps.map((step) => {
    const result = step.operation && told[operations.indexOf(step.operation)];
    return reportStep(step, result && resultOf(result));
  });
  const reason = failure(operations, told);
  return { ...node, outcome: end, ...(reason && { reason }), steps };
}

/** What failed first: also of what is no step of its own, as the journal. */
function failure(operations: ReturnType<typeof undoOperations>, results: readonly StepOutcome[]): string | undefined {
  const at = results.findIndex(({ status }) => status === 'failed');
  if (at === -1) return undefined;
  const operation = operations[at];
  return `${operation && 'path' in operation ? operation.path : 'the journal'}: ${results[at]?.detail ?? 'not restored'}`;
}

function refused(refusal: UndoRefusal, target: string): Pick<ChangedInput, 'outcome' | 'reason' | 'remedy'> {
  const { edited = [], unjournalled = [], code } = refusal;
  const reason = refusalReason(refusal);
  if (code !== 'edited') {
    const strays = unjournalled.flatMap((path) => [
      `${path} was written by fix. Look at it, and if nothing needs it:`,
      run(`rm ${path}`),
    ]);
    return {
      outcome: 'refused',
      reason,
      remedy: [...strays, ...refusalRemedy(refusal, { command: 'undo', target })],
    };
  }
  const shown = edited.flatMap((file) => [
    `${file.path} was edited since fix wrote it:`,
    ...difference(file).map((paste) => ({ paste })),
  ]);
  return { outcome: 'refused', reason, remedy: [...shown, 'To undo it anyway: --force'] };
}

/** @param result absent: what the plan says of it, as nothing was done about it */
function reportStep({ do: does, what, before, after, is, reason }: UndoStep, result?: StepResult): ReportStep {
  return { do: does, what, before, after, ...(result ?? { outcome: is, ...(reason !== undefined && { reason }) }) };
}
