import { brNetfilter } from './br-netfilter.ts';
import { bridgeNfCallIp6tables } from './bridge-nf-call-ip6tables.ts';
import { bridgeNfCallIptables } from './bridge-nf-call-iptables.ts';
import { conntrackActive } from './conntrack-active.ts';
import { ipv4Forwarding } from './ipv4-forwarding.ts';
import { ipv6Forwarding } from './ipv6-forwarding.ts';
import type { Rule } from './rule.ts';

/** All prerequisites, in the order in which they are shown. */
export const RULES: readonly Rule[] = [
  brNetfilter,
  bridgeNfCallIptables,
  bridgeNfCallIp6tables,
  ipv4Forwarding,
  ipv6Forwarding,
  conntrackActive,
];

/**
 * The rules of the given names, in display order and each once. A name is a rule's id or one of its aliases; case, dashes for
 * underscores and a sysctl's slashes (net/ipv4/ip_forward) make no difference. `unknown` holds the names that no rule answers to.
 */
export function findRules(names: readonly string[]): { rules: Rule[]; unknown: string[] } {
  const answers = (rule: Rule, name: string) =>
    [rule.id, ...rule.aliases].some((own) => spelled(own) === spelled(name));
  return {
    rules: RULES.filter((rule) => names.some((name) => answers(rule, name))),
    unknown: names.filter((name) => !RULES.some((rule) => answers(rule, name))),
  };
}

/** A name without what makes no difference. */
function spelled(name: string): string {
  return name.toLowerCase().replaceAll('_', '-').replaceAll('/', '.');
}
