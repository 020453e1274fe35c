import { RULES } from '../rules/index.ts';
import type { Finding, Repair, Rule } from '../rules/rule.ts';
import type { Manual, Step } from './plan.ts';

/** A finding that a plan may act on, and what its rule lets a program do. */
export interface Chosen {
  finding: Finding;
  repair: Repair | undefined;
  /** What its rule says of a next boot. */
  atBoot: Rule['atBoot'] | undefined;
}

/** A part of a plan. */
export interface Part {
  steps: Step[];
  manual: Manual[];
}

/**
 * The findings that concern the node and that a repair is for: what is required, and what is recommended only when asked for by its id.
 * @param only the ids that --only names; undefined: it was not given
 */
export function choose(findings: readonly Finding[], only: readonly string[] | undefined): Chosen[] {
  return findings
    .filter(({ rule, severity }) => {
      const named = only?.includes(rule);
      return only === undefined ? severity === 'required' : named && severity !== 'info';
    })
    .map((finding) => {
      const rule = RULES.find(({ id }) => id === finding.rule);
      return { finding, repair: rule?.repair, atBoot: rule?.atBoot };
    });
}

/** Whether the running kernel lacks it; a rule that waits for another one lacks what that one lacks. */
export function isLostNow({ now, severity }: Finding): boolean {
  return now.verdict === 'fail' || (now.verdict === 'skip' && severity !== 'info');
}

/** Whether something is to be done about it: it fails now, or will after the next boot. */
export function isLost(finding: Finding): boolean {
  return isLostNow(finding) || finding.boot?.verdict === 'fail';
}
