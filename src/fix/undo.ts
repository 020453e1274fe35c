import { isDeepStrictEqual } from 'node:util';
import { undoRequest } from '../apply/script.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { evaluateNode } from '../judge/evaluate.ts';
import type { Rule } from '../judge/rule.ts';
import { planUndo, type UndoPlan, type UndoRefusal } from '../plan/undo.ts';
import type { Outcome } from '../pods/answer.ts';
import { buildUndoReport, type LookedAt } from '../report/build-fix.ts';
import type { UndoReport } from '../report/fix-report.ts';
import { run } from '../text/advice.ts';
import { notSeen } from './applied.ts';
import type { Course } from './course.ts';
import { hasWork, undone, undoPlanned } from './undone.ts';

/**
 * Takes back what fixes did. What that is the journal of a node tells, which the look at it has brought: one that could not be looked at is
 * left alone.
 */
export function undoCourse(options: UndoOptions & { rules?: readonly Rule[] | undefined }): Course<UndoReport> {
  return {
    kind: 'undo',
    report: buildUndoReport,
    plan(node, outcome, profile, target) {
      const plan = planFor(outcome, options);
      if ('unknown' in plan) {
        const unknown = `what to undo is unknown: ${plan.unknown}`;
        return { before: notSeen(node, { ...plan, unknown }, { command: 'undo', target }) };
      }
      const before = undoPlanned(node, plan, target);
      if (!hasWork(plan) || !('facts' in outcome)) return { before };
      const broken = failingAgain(node, plan, outcome.facts, profile, options.rules ?? []);
      const reason = `will be undone; then these fail again: ${broken.join(', ')}`;
      return {
        before: broken.length > 0 ? { ...before, reason } : before,
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

/** The rules that pass now and will fail once the old values are back. */
function failingAgain(
  { before = [] }: LookedAt,
  { steps }: UndoPlan,
  facts: NodeFacts,
  profile: ClusterProfile,
  rules: readonly Rule[],
): string[] {
  const restored = steps.flatMap(({ do: does, what, after, is }) =>
    does === 'restore-sysctl' && is === 'planned' && after !== null
      ? [[what, { is: 'value', value: after }] as const]
      : [],
  );
  const then = { ...facts, sysctls: { ...facts.sysctls, ...Object.fromEntries(restored) } };
  const passing = new Set(before.filter(({ now }) => now.verdict === 'pass').map(({ rule }) => rule));
  return evaluateNode(profile, then, rules)
    .filter(({ rule, now }) => now.verdict === 'fail' && passing.has(rule))
    .map(({ rule }) => rule);
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
