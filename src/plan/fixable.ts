import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts, OwnedFacts } from '../facts/facts.ts';
import type { Finding } from '../judge/finding.ts';
import { type Repair, type Rule, repairsOf } from '../judge/rule.ts';
import { needsRepair } from './candidates.ts';
import { writtenFiles } from './own-files.ts';
import type { Step } from './plan.ts';
import { isRefusal, planNode } from './planner.ts';

/** What earlier fixes have left, as if it were nothing: a check does not read it. */
function nothingOwned(rules: readonly Rule[]): OwnedFacts {
  const files = Object.fromEntries(writtenFiles(rules).map((path) => [path, '-']));
  return { journal: null, files, directories: [], leftovers: [], values: {} };
}

/**
 * Marks the findings that fix would do something about: its plan for them has a step that is theirs. They include what it repairs only if
 * asked by name (--only), and what needs the user's consent because of other bridges.
 * @param filesOnly the facts are an image's
 */
export function markFixable(
  findings: readonly Finding[],
  facts: NodeFacts,
  profile: ClusterProfile,
  rules: readonly Rule[],
  filesOnly = false,
): Finding[] {
  const lacking = new Set(findings.filter(needsRepair).map(({ rule }) => rule));
  const repairs = new Map(rules.flatMap(({ id, requires }) => (lacking.has(id) ? [[id, repairsOf(requires)]] : [])));
  const only = [...lacking].filter((rule) => repairs.get(rule)?.length);
  if (only.length === 0) return [...findings];
  const known = { ...facts, owned: facts.owned ?? nothingOwned(rules) };
  const options = { only, rules, filesOnly, allowOtherBridges: true };
  const plan = planNode({ node: '', facts: known, findings }, profile, options);
  if (isRefusal(plan)) return [...findings];
  const isTaken = (rule: string) => repairs.get(rule)?.some((repair) => plan.steps.some((step) => isFor(repair, step)));
  return findings.map((one) => (only.includes(one.rule) && isTaken(one.rule) ? { ...one, fixable: true } : one));
}

function isFor({ module, sysctl, file }: Repair, step: Step): boolean {
  if ('key' in step) return step.key === sysctl?.key;
  return 'module' in step ? step.module === module?.name : step.path === file?.path;
}
