import { type Explanation, issueUrl } from '../rules/explain/explanation.ts';
import { explanationOf } from '../rules/explain/index.ts';
import type { Rule } from '../rules/rule.ts';
import { remedyBySystem } from '../systems/remedies.ts';
import { docsUrl } from './docs.ts';

/** The public answer of explain (-o json, -o yaml): fields are only added. */
export interface RuleExplanations {
  apiVersion: 'netprereq/v1alpha1';
  kind: 'RuleExplanations';
  rules: RuleExplanation[];
}

/** All that there is to say about one rule. */
export interface RuleExplanation extends Omit<Explanation, 'remedy' | 'sources'> {
  id: string;
  aliases: readonly string[];
  /** The sentence that is true when it passes. */
  title: string;
  /** What it switches on, and the steps on each system. */
  remedy: Explanation['remedy'] & { systems: { system: string; steps: string[] }[] };
  sources: readonly { title: string; url?: string }[];
  /** URL of the rule's section in docs/rules.md. */
  docs: string;
}

/**
 * Explains rules.
 * @param version this program's, for the links to its docs
 */
export function explainRules(rules: readonly Rule[], version: string): RuleExplanations {
  return {
    apiVersion: 'netprereq/v1alpha1',
    kind: 'RuleExplanations',
    rules: rules.map((rule) => explain(rule, version)),
  };
}

function explain({ id, aliases, title }: Rule, version: string): RuleExplanation {
  const explanation = explanationOf(id);
  const { issues, references } = explanation.sources;
  return {
    id,
    aliases,
    title,
    ...explanation,
    remedy: { ...explanation.remedy, systems: remedyBySystem(explanation) },
    sources: [...issues.map((issue) => ({ title: issue, url: issueUrl(issue) })), ...references],
    docs: docsUrl(version, id),
  };
}
