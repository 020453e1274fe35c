import { UsageError } from '../errors.ts';
import { findRules, namesOf } from '../judge/find-rules.ts';
import type { Rule } from '../judge/rule.ts';
import { RULES } from '../rules/index.ts';
import { nearest } from '../text/nearest.ts';

/**
 * The rules with these ids or aliases, in display order.
 * @throws UsageError for an unknown name, with the nearest known one
 */
export function rulesNamed(names: readonly string[], all: readonly Rule[] = RULES): Rule[] {
  const { rules, unknown } = findRules(names, all);
  const [stranger] = unknown;
  if (stranger === undefined) return rules;
  const near = nearest(stranger, all.flatMap(namesOf));
  const hint = near === undefined ? 'kubectl netprereq explain lists all rules' : `did you mean ${near}?`;
  throw new UsageError(`unknown rule "${stranger}"; ${hint}`);
}
