import type { ClusterProfile } from '../../src/cluster/profile.ts';
import type { NodeFacts } from '../../src/facts/facts.ts';
import * as results from '../../src/judge/boot-result.ts';
import { type Comparator, on } from '../../src/judge/comparator.ts';
import { nodeContext } from '../../src/judge/node-context.ts';
import type { BootResult, NowResult, Rule } from '../../src/judge/rule.ts';
import { render } from '../../src/systems/render.ts';
import { adviceText } from '../../src/text/advice.ts';

/** What a rule makes of a node's running kernel, its remedy in words. */
export function now(rule: Rule, facts: NodeFacts, profile: ClusterProfile) {
  return worded(rule.requires.now(nodeContext(facts, profile)), facts, profile);
}

/** What a rule makes of a node's next boot. */
export function atBoot(rule: Rule, facts: NodeFacts, profile: ClusterProfile) {
  const result = rule.requires.atBoot?.(nodeContext(facts, profile));
  if (!result) throw new Error(`${rule.id} judges no boot`);
  return worded(result, facts, profile);
}

/** What a module's next boot comes to. */
export function moduleAtBoot(name: string, facts: NodeFacts, profile: ClusterProfile) {
  return worded(results.moduleAtBoot(name, nodeContext(facts, profile), name === 'nf_conntrack'), facts, profile);
}

/** What a sysctl's next boot comes to. */
export function sysctlAtBoot(key: string, facts: NodeFacts, profile: ClusterProfile, comparator: Comparator = on) {
  return worded(results.sysctlAtBoot(key, comparator, nodeContext(facts, profile)), facts, profile);
}

function worded<Result extends NowResult | BootResult>(
  result: Result,
  facts: NodeFacts,
  profile: ClusterProfile,
): Omit<Result, 'remedy' | 'obstacle'> & { remedy: string[]; obstacle?: string[] } {
  const words = (actions: NowResult['remedy']) =>
    render(actions, nodeContext(facts, profile).system, facts.os).map(adviceText);
  const obstacle = 'obstacle' in result && result.obstacle ? { obstacle: words(result.obstacle) } : {};
  return { ...result, ...obstacle, remedy: words(result.remedy) };
}
