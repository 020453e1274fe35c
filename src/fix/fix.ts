import { isDeepStrictEqual } from 'node:util';
import { planRequest } from '../apply/script.ts';
import type { Finding } from '../judge/finding.ts';
import type { Manual } from '../plan/plan.ts';
import { isRefusal, type PlanOptions, planNode } from '../plan/planner.ts';
import { findResets } from '../plan/resets.ts';
import { buildFixReport, type ChangedInput, plannedNode } from '../report/build-fix.ts';
import type { FixReport } from '../report/fix-report.ts';
import { applied, carriedOut, notSeen } from './applied.ts';
import type { Course } from './course.ts';

/** Repairs nodes, and proves by the second look that they are repaired. */
export function fixCourse(options: PlanOptions): Course<FixReport> {
  return {
    kind: 'apply',
    report: buildFixReport,
    plan(node, outcome, profile, target) {
      if ('unknown' in outcome) {
        return { before: notSeen(node, outcome, { command: 'fix', target }) };
      }
      if (node.image && options.runtimeOnly) {
        const reason = 'an image has no running kernel: with --runtime-only there is nothing to do';
        return { before: { ...node, outcome: 'refused', reason } };
      }
      const { facts } = outcome;
      const seen = { node: target, facts, findings: node.before ?? [] };
      const planOptions = { ...options, filesOnly: node.image !== undefined };
      const plan = planNode(seen, profile, planOptions);
      const before = plannedNode(node, plan);
      if (isRefusal(plan) || plan.steps.length === 0) return { before };
      return {
        before,
        work: {
          steps: plan.steps,
          request: (timing) => planRequest(plan, facts, timing),
          result: (change) => applied(node, plan, facts, change),
          add: (result, after) => ({
            manual: [...(result.manual ?? []), ...findResets(carriedOut(plan, result), after, profile)],
          }),
          failed: (result) => hasFailed(result, plan.manual),
          isToDo: (after, findings) => {
            const again = planNode({ node: target, facts: after, findings }, profile, planOptions);
            return !isRefusal(again) && isDeepStrictEqual(again.steps, plan.steps);
          },
        },
      };
    },
  };
}

/** A step failed, or the proof did, for what the plan was to repair. */
function hasFailed({ outcome, before = [], after }: ChangedInput, manual: readonly Manual[]): boolean {
  if (outcome === 'unchanged') return false;
  if (outcome !== 'changed' || !after) return true;
  const was = (verdict: Finding['verdict']) =>
    new Set(before.filter((finding) => finding.verdict === verdict).map(({ rule }) => rule));
  const [failing, unknown] = [was('fail'), was('unknown')];
  const leftOut = (rule: string) => failing.has(rule) && manual.some((one) => one.rule === rule);
  return after.some(
    ({ rule, verdict }) => (verdict === 'fail' && !leftOut(rule)) || (verdict === 'unknown' && !unknown.has(rule)),
  );
}
