import { UsageError } from '../errors.ts';
import { findRules } from '../judge/find-rules.ts';
import type { Rule } from '../judge/rule.ts';
import { RULES } from '../rules/index.ts';
import { nearest } from '../text/nearest.ts';

/**
 * The rules that were asked for, by id or alias, in display order.
 * @throws UsageError for a name that no rule has, with the nearest one that exists
 */
export function rulesNamed(names: readonly string[]): Rule[] {
  const { rules, unknown } = findRules(names, RULES);
  const [stranger] = unknown;
  if (stranger === undefined) return rules;
  const near = nearest(
    stranger,
    RULES.flatMap(({ id, aliases }) => [id, ...aliases]),
  );
  const ids = RULES.map(({ id }) => id).join(', ');
  throw new UsageError(
    `unknown rule "${stranger}"; ${near === undefined ? `the rules are ${ids}` : `did you mean ${near}?`}`,
  );
}
