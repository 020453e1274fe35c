import type { Finding } from '../judge/finding.ts';
import type { Repair, Rule } from '../judge/rule.ts';
import type { Manual, Step } from './plan.ts';

/** A finding that a plan may act on, with its rule. */
export interface Candidate {
  finding: Finding;
  repair: Repair | undefined;
  rule: Rule | undefined;
  /** The finding of the rule that it is a part of. */
  whole?: Finding;
}

/** A part of a plan. */
export interface PartialPlan {
  steps: Step[];
  manual: Manual[];
}

/**
 * The findings that concern the node and that a repair is for: what is required, and what is recommended only when asked for by its id.
 * @param rules those that the findings are of
 * @param only the ids that --only names; undefined: it was not given
 * @param partsOf the requirements that a rule is made of, where a program can repair them one by one
 */
export function candidatesOf(
  findings: readonly Finding[],
  rules: readonly Rule[],
  only: readonly string[] | undefined,
  partsOf: (rule: Rule) => Candidate[],
): Candidate[] {
  return findings
    .filter(({ rule, severity }) => {
      const named = only?.includes(rule);
      return only === undefined ? severity === 'required' : named && severity !== 'info';
    })
    .flatMap((finding) => {
      const rule = rules.find(({ id }) => id === finding.rule);
      const parts = rule ? partsOf(rule).filter(({ repair }) => repair !== undefined) : [];
      return parts.length > 0
        ? parts.map((part) => ({ ...part, whole: finding }))
        : [{ finding, repair: rule?.requires.repair, rule }];
    });
}

/** Whether the running kernel lacks it; a rule that waits for another one lacks what that one lacks. An image may pass without a kernel that runs. */
export function failsNow({ now, severity, verdict }: Finding): boolean {
  return now.verdict === 'fail' || (now.verdict === 'skip' && severity !== 'info' && verdict !== 'pass');
}

/** Whether something is to be done about it: it fails now, or will after the next boot. */
export function needsRepair(finding: Finding): boolean {
  return failsNow(finding) || finding.boot?.verdict === 'fail';
}
