import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { place } from '../facts/origin.ts';
import { switchedOffBy } from '../judge/switched-off.ts';
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
    const rule = RULES.find(({ repair }) => repair?.sysctl === key)?.id ?? 'ipv6-forwarding';
    const message = `${key} is ${excerpt(reading.value)} again, a moment after it was set to ${step.after}: ${suspicion(key, after, profile)}`;
    return [{ rule, message, remedy: ['Find what sets it, and have that set it otherwise'] }];
  });
}

function suspicion(key: string, facts: NodeFacts, profile: ClusterProfile): string {
  const [line] = switchedOffBy(key, facts, profile);
  const { id = '', idLike = [] } = facts.os;
  const wicked = /^(sles?|opensuse|suse)/.test(id) || idLike.includes('suse');
  const known = wicked
    ? 'wicked applies the sysctl files again on network events'
    : 'systemd-networkd, NetworkManager, tuned and agents for hardening or configuration are known to do that';
  return line ? `${place(line)} sets ${excerpt(line.value)}; ${known}` : known;
}
