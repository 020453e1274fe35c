import { explanationOf } from '../judge/explain-rule.ts';
import { type Explanation, issueUrl } from '../judge/explanation.ts';
import type { Repair, Rule } from '../judge/rule.ts';
import type { Action } from '../systems/action.ts';
import { SYSTEMS } from '../systems/index.ts';
import { render } from '../systems/render.ts';
import type { System } from '../systems/system.ts';
import type { Advice } from '../text/advice.ts';
import { docsUrl } from './docs.ts';

/** An explanation in some language: with names of causes (without a name, the id is shown), and notes to show first. */
export interface ShownExplanation extends Omit<RuleExplanation, 'causes'> {
  causes: readonly (RuleExplanation['causes'][number] & { name?: string })[];
  note?: string;
}

/** The public answer of explain (-o json, -o yaml): fields are only added. */
export interface RuleExplanations {
  apiVersion: 'netprereq/v1alpha1';
  kind: 'RuleExplanations';
  rules: RuleExplanation[];
}

/** Everything about one rule. */
export interface RuleExplanation extends Omit<Explanation, 'sources' | 'patterns'> {
  id: string;
  aliases: readonly string[];
  /** The sentence that is true when it passes. */
  title: string;
  /** What it sets, and the steps on each system; without steps, a person must find out what helps. */
  remedy: { module?: string; sysctl?: string; systems: { system: string; steps: Advice[] }[] };
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

function explain(rule: Rule, version: string): RuleExplanation {
  const { id, aliases, title } = rule;
  const { patterns: _patterns, ...explanation } = explanationOf(rule);
  const { issues, references } = explanation.sources;
  return {
    id,
    aliases,
    title,
    ...explanation,
    remedy: remedyOf(rule.requires.repair),
    sources: [...issues.map((issue) => ({ title: issue, url: issueUrl(issue) })), ...references],
    docs: docsUrl(version, id),
  };
}

/** The steps that repair it on each system: the same as in a finding without other obstacles. */
function remedyOf(repair: Repair | undefined): RuleExplanation['remedy'] {
  // A file for another program is the same on all systems; the rule's finding shows it.
  if (!repair || repair.file) return { systems: [] };
  const { module, sysctl } = repair;
  const steps = (system: System) =>
    render(sysctl ? setting(sysctl, system) : loading(module?.name ?? '', system), system);
  return {
    ...(sysctl ? { sysctl: sysctl.key } : module && { module: module.name }),
    systems: SYSTEMS.map((system) => ({ system: system.title, steps: steps(system) })),
  };
}

function loading(module: string, { id }: System): Action[] {
  return [
    { do: 'load-module', module },
    { do: 'keep-module', module },
    ...(id === 'openrc' ? [runlevel('modules')] : []),
  ];
}

function setting({ key, to }: { key: string; to: string }, { id }: System): Action[] {
  return [
    { do: 'set-sysctl', key, to },
    { do: 'keep-sysctl', key, to },
    ...(id === 'openrc' ? [runlevel('sysctl')] : []),
  ];
}

const runlevel = (service: string): Action => ({ do: 'add-to-runlevel', service });
