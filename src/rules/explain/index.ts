import { brNetfilter } from './br-netfilter.ts';
import { bridgeNfCallIp6tables } from './bridge-nf-call-ip6tables.ts';
import { bridgeNfCallIptables } from './bridge-nf-call-iptables.ts';
import { conntrackActive } from './conntrack-active.ts';
import type { Explanation } from './explanation.ts';
import { ipv4Forwarding } from './ipv4-forwarding.ts';
import { ipv6Forwarding } from './ipv6-forwarding.ts';

/** What there is to say about each rule, by its id. Apart from the rules themselves, which a check loads and these texts it need not. */
const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  'br-netfilter': brNetfilter,
  'bridge-nf-call-iptables': bridgeNfCallIptables,
  'bridge-nf-call-ip6tables': bridgeNfCallIp6tables,
  'ipv4-forwarding': ipv4Forwarding,
  'ipv6-forwarding': ipv6Forwarding,
  'conntrack-active': conntrackActive,
};

/** The explanation of a rule, by its id. @throws Error where nobody has written one, which a test rules out */
export function explanationOf(id: string): Explanation {
  const explanation = EXPLANATIONS[id];
  if (explanation === undefined) throw new Error(`no explanation of ${id}`);
  return explanation;
}

/** Ids that have an explanation. */
export const EXPLAINED: readonly string[] = Object.keys(EXPLANATIONS);
