import type { Rule } from './rule.ts';

/**
 * The rules of the given names, in display order and each once. A name is a rule's id or one of its aliases; case, dashes for
 * underscores and a sysctl's slashes (net/ipv4/ip_forward) make no difference. `unknown` holds the names that no rule answers to.
 */
export function findRules(names: readonly string[], rules: readonly Rule[]): { rules: Rule[]; unknown: string[] } {
  const answers = (rule: Rule, name: string) => namesOf(rule).some((own) => spelled(own) === spelled(name));
  return {
    rules: rules.filter((rule) => names.some((name) => answers(rule, name))),
    unknown: names.filter((name) => !rules.some((rule) => answers(rule, name))),
  };
}

/** Every name that a rule answers to. */
export function namesOf({ id, aliases }: Rule): string[] {
  return [id, ...aliases];
}

/** A name without what makes no difference. */
export function spelled(name: string): string {
  return name.toLowerCase().replaceAll('_', '-').replaceAll('/', '.');
}

/** Whether a rule is one of a policy file, of which nothing but that file tells. */
export function isPolicyRule(rule: string): boolean {
  return rule.startsWith('policy-');
}
