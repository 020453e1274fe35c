import { isDeepStrictEqual } from 'node:util';
import { undoRequest } from '../apply/script.ts';
import { planUndo, type UndoPlan, type UndoRefusal } from '../plan/undo.ts';
import type { Outcome } from '../pods/answer.ts';
import { buildUndoReport } from '../report/build-fix.ts';
import type { UndoReport } from '../report/fix-report.ts';
import { run } from '../text/advice.ts';
import { notSeen } from './applied.ts';
import type { Course } from './course.ts';
import { hasWork, undone, undoPlanned } from './undone.ts';

/**
 * Takes back what fixes did. What that is the journal of a node tells, which the look at it has brought: one that could not be looked at is
 * left alone.
 */
export function undoCourse(options: UndoOptions): Course<UndoReport> {
  return {
    kind: 'undo',
    report: buildUndoReport,
    plan(node, outcome, _, target) {
      const plan = planFor(outcome, options);
      if ('unknown' in plan) {
        const unknown = `what to undo is unknown: ${plan.unknown}`;
        return { before: notSeen(node, { ...plan, unknown }, { command: 'undo', target }) };
      }
      const before = undoPlanned(node, plan, target);
      if (!hasWork(plan)) return { before };
      return {
        before,
        work: {
          request: (timing) => undoRequest(plan, timing),
          result: (change) => undone(node, plan, change, target),
          // What was broken before the fix may well be broken after it was taken back: only the undo itself counts.
          failed: ({ outcome: end }) => end !== 'changed' && end !== 'unchanged',
          isToDo: (facts) => isDeepStrictEqual(planFor({ facts }, options), plan),
        },
      };
    },
  };
}

export interface UndoOptions {
  /** Also files that somebody else has edited. */
  force: boolean;
}

/** What undo would do according to what a node has told, or why that is not known. */
export function planFor(
  outcome: Outcome,
  options: UndoOptions,
): UndoPlan | UndoRefusal | Extract<Outcome, { unknown: string }> {
  if ('unknown' in outcome) return outcome;
  const { owned, boot } = outcome.facts;
  if (!owned) {
    const remedy = ['In a root shell on the node:', run('kubectl-netprereq undo --local')];
    return { unknown: "the journal was not read: the node's answer was truncated", remedy };
  }
  if (boot.id === undefined) return { unknown: 'the boot id was not read' };
  return planUndo(owned, boot.id, options);
}
