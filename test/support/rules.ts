import type { Rule } from '../../src/judge/rule.ts';
import { brNetfilter } from '../../src/rules/br-netfilter.ts';
import { bridgeNfCallIp6tables } from '../../src/rules/bridge-nf-call-ip6tables.ts';
import { bridgeNfCallIptables } from '../../src/rules/bridge-nf-call-iptables.ts';
import { conntrackActive } from '../../src/rules/conntrack-active.ts';
import { ipv4Forwarding } from '../../src/rules/ipv4-forwarding.ts';
import { ipv6Forwarding } from '../../src/rules/ipv6-forwarding.ts';

/**
 * The rules of the tests that are about something else: goldens, plans, the command as a process (its bundle for tests has these in place of
 * src/rules/index.ts). A rule that is added to the program changes none of them.
 */
export const RULES: readonly Rule[] = [
  brNetfilter,
  bridgeNfCallIptables,
  bridgeNfCallIp6tables,
  ipv4Forwarding,
  ipv6Forwarding,
  conntrackActive,
];
