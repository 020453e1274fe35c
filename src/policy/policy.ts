import { availableModules } from '../judge/available-modules.ts';
import { atLeast, atMost, type Comparator, is } from '../judge/comparator.ts';
import { findRules, namesOf } from '../judge/find-rules.ts';
import type { Severity } from '../judge/finding.ts';
import { type Applicability, type Requirement, type Rule, skip } from '../judge/rule.ts';
import { sysctl } from '../judge/sysctl.ts';
import { didYouMean } from '../text/nearest.ts';

/** What an organisation requires besides, or otherwise; its schema is docs/schema/policy.json. */
export interface Policy {
  /** By id or alias. */
  severities?: Readonly<Record<string, Severity | 'skip'>>;
  sysctls?: readonly OwnSysctl[];
  modules?: readonly (OwnRule & { names: readonly string[] })[];
  exceptions?: readonly Exception[];
}

interface OwnRule {
  /** Begins with policy-. */
  id: string;
  /** Default: required. */
  severity?: Severity;
  why?: string;
}

type OwnSysctl = OwnRule & { key: string; is?: number; atLeast?: number; atMost?: number };

/** Rules that are not judged on some nodes. */
export interface Exception {
  rules: readonly string[];
  nodes: { matchLabels: Readonly<Record<string, string>> };
  reason: string;
  /** The last day on which it holds, in UTC: YYYY-MM-DD. */
  expires: string;
}

/** What is wrong with a policy that its schema cannot tell. */
export interface PolicyFault {
  message: string;
  /** Where: keys and indexes from the policy's root. */
  at: readonly (string | number)[];
}

/** The rules with those of a policy, and with its severities. */
export function withPolicy(rules: readonly Rule[], policy: Policy): Rule[] {
  const own = [
    ...(policy.sysctls ?? []).map((one) => ownRule(one, one.key, sysctl(one.key, comparatorOf(one)))),
    ...(policy.modules ?? []).map((one) => ownRule(one, one.names.join(', '), availableModules(one.names))),
  ];
  const severities = new Map(
    Object.entries(policy.severities ?? {}).flatMap(([name, severity]) =>
      findRules([name], [...rules, ...own]).rules.map(({ id }) => [id, severity] as const),
    ),
  );
  return [...rules, ...own].map((rule) => weighed(rule, severities.get(rule.id)));
}

/**
 * What makes a policy contradict itself or name what nobody has: a name without a rule, a rule that is named twice, an id or a key that
 * is used twice, a day that no calendar has.
 * @param rules those of the policy included
 */
export function faultsIn(policy: Policy, rules: readonly Rule[]): PolicyFault[] {
  const { severities = {}, sysctls = [], modules = [], exceptions = [] } = policy;
  const weighed = Object.keys(severities).map((name) => ({ name, at: ['severities', name] }));
  const excepted = exceptions.flatMap((exception, index) =>
    exception.rules.map((name, at) => ({ name, at: ['exceptions', index, 'rules', at] })),
  );
  const strangers = [...weighed, ...excepted].filter(({ name }) => findRules([name], rules).unknown.length > 0);
  const idOf = (name: string) => findRules([name], rules).rules[0]?.id ?? name;
  const own = [
    ...sysctls.map(({ id }, index) => ({ name: id, at: ['sysctls', index, 'id'] })),
    ...modules.map(({ id }, index) => ({ name: id, at: ['modules', index, 'id'] })),
  ];
  const keys = sysctls.map(({ key }, index) => ({ name: key, at: ['sysctls', index, 'key'] }));
  return [
    ...strangers.map(({ name, at }) => ({
      message: `unknown rule "${name}"${didYouMean(name, rules.flatMap(namesOf))}`,
      at,
    })),
    ...repeated(weighed, idOf).map(({ name, at }) => ({
      message: `"${name}" is already the name of a rule`,
      at,
    })),
    ...repeated(own).map(({ name, at }) => ({ message: `the id "${name}" is used twice`, at })),
    ...repeated(keys).map(({ name, at }) => ({ message: `${name} has two rules: use one rule for it`, at })),
    ...exceptions.flatMap(({ expires }, index) =>
      isDay(expires) ? [] : [{ message: `expires: ${expires} is not a date`, at: ['exceptions', index, 'expires'] }],
    ),
  ];
}

interface Named {
  name: string;
  at: (string | number)[];
}

function repeated(all: readonly Named[], same = (name: string) => name): Named[] {
  return all.filter(({ name }, index) => all.findIndex((other) => same(other.name) === same(name)) < index);
}

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/**
 * The rules as they count on a node.
 * @param labels the node's; without a cluster a node has none
 * @param day today in UTC: YYYY-MM-DD
 */
export function exceptFor(
  rules: readonly Rule[],
  exceptions: readonly Exception[],
  labels: Readonly<Record<string, string>>,
  day: string,
): readonly Rule[] {
  const here = exceptions.filter((exception) => concerns(exception, labels));
  return here.reduce<readonly Rule[]>((all, { rules: names, reason, expires }) => {
    const ids = new Set(findRules(names, rules).rules.map(({ id }) => id));
    const excepted = (rule: Rule) =>
      day <= expires
        ? { ...rule, applies: () => skip(`excepted by the policy until ${expires}: ${reason}`) }
        : // Nobody else knows why a check that passed yesterday fails.
          whereItApplies(rule, (own) => ({
            ...own,
            because: `${own.because}; its exception (${reason}) ended on ${expires}`,
          }));
    return all.map((rule) => (ids.has(rule.id) ? excepted(rule) : rule));
  }, rules);
}

/**
 * One note for each exception that does nothing: it has expired, or no node has its labels.
 * @param labels those of each node of the cluster; undefined: nodes were not asked for their labels
 * @param day today in UTC: YYYY-MM-DD
 */
export function idleExceptions(
  exceptions: readonly Exception[],
  labels: readonly Readonly<Record<string, string>>[] | undefined,
  day: string,
): string[] {
  return exceptions.flatMap((exception) => {
    const { rules, nodes, expires } = exception;
    const [what, count] = [`the exception for ${rules.join(', ')}`, rules.length === 1 ? 'rule counts' : 'rules count'];
    if (day > expires) return [`${what} expired on ${expires}: the ${count} again`];
    if (labels === undefined || labels.some((own) => concerns(exception, own))) return [];
    const wanted = Object.entries(nodes.matchLabels).map(([label, value]) => `${label}=${value}`);
    return [`${what} concerns no node: none has ${wanted.join(',') || 'any label'}`];
  });
}

function concerns({ nodes }: Exception, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(nodes.matchLabels).every(([label, value]) => labels[label] === value);
}

/** A rule that counts otherwise on nodes that it concerns. */
function whereItApplies(rule: Rule, change: (own: Exclude<Applicability, { skip: string }>) => Applicability): Rule {
  return {
    ...rule,
    applies(profile, facts) {
      const own = rule.applies(profile, facts);
      return 'skip' in own ? own : change(own);
    },
  };
}

function comparatorOf({ is: exactly, atLeast: least, atMost: most }: OwnSysctl): Comparator {
  if (exactly !== undefined) return is(exactly);
  return least === undefined ? atMost(most ?? 0) : atLeast(least);
}

function ownRule({ id, severity = 'required', why }: OwnRule, subject: string, requires: Requirement): Rule {
  const because = 'the policy requires it';
  return {
    id,
    aliases: [],
    title: `The policy's requirement for ${subject} is met`,
    applies: () => ({ severity, because }),
    requires,
    ...(why !== undefined && { policy: why }),
    explain: {
      when: 'the policy says so',
      meaning: [why ?? because],
      needed: [],
      sources: { issues: [], references: [] },
    },
  };
}

function weighed(rule: Rule, severity: Severity | 'skip' | undefined): Rule {
  if (severity === undefined) return rule;
  return whereItApplies(rule, ({ because }) =>
    severity === 'skip'
      ? skip('the policy switches it off')
      : { severity, because: `${because}; the policy makes it ${severity}` },
  );
}
