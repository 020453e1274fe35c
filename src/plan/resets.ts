import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { place } from '../facts/origin.ts';
import { numberIn } from '../judge/comparator.ts';
import { nodeContext } from '../judge/node-context.ts';
import { writersOf } from '../judge/other-writers.ts';
import { repairsOf } from '../judge/rule.ts';
import { RULES } from '../rules/index.ts';
import { excerpt } from '../text/excerpt.ts';
import type { Manual, Plan } from './plan.ts';

/**
 * The sysctls that a plan has set and that hold something else at the next look: something on the node resets them.
 * @param after what the node told after the plan was carried out
 */
export function findResets(plan: Plan, after: NodeFacts, profile: ClusterProfile): Manual[] {
  return plan.steps.flatMap((step): Manual[] => {
    if (step.do !== 'set-sysctl') return [];
    const { key } = step;
    const reading = after.sysctls[key];
    if (reading?.is !== 'value' || reading.value.trim() === step.after) return [];
    const rule =
      RULES.find(({ requires }) => repairsOf(requires).some(({ sysctl }) => sysctl?.key === key))?.id ??
      'ipv6-forwarding';
    const message = `${key} is ${excerpt(reading.value)} again, a moment after it was set to ${step.after}: ${suspicion(key, step.after, after, profile)}`;
    return [{ rule, message, remedy: ['Find out what sets it, and change it there'] }];
  });
}

function suspicion(key: string, to: string, facts: NodeFacts, profile: ClusterProfile): string {
  const wrong = (value: string) => numberIn(value) !== undefined && value.trim() !== to;
  const [line] = writersOf(key, wrong, nodeContext(facts, profile));
  const { id = '', idLike = [] } = facts.os;
  const wicked = /^(sles?|opensuse|suse)/.test(id) || idLike.includes('suse');
  const known = wicked
    ? 'wicked applies the sysctl files again on network events'
    : 'systemd-networkd, NetworkManager, tuned and agents for hardening or configuration are known to do that';
  return line ? `${place(line)} sets ${excerpt(line.value)}; ${known}` : known;
}
