// Made by npm run docs of the files in this folder.
import type { Rule } from '../judge/rule.ts';
import { brNetfilter } from './br-netfilter.ts';
import { bridgeNfCallIp6tables } from './bridge-nf-call-ip6tables.ts';
import { bridgeNfCallIptables } from './bridge-nf-call-iptables.ts';
import { conntrackActive } from './conntrack-active.ts';
import { conntrackHeadroom } from './conntrack-headroom.ts';
import { iptablesNft } from './iptables-nft.ts';
import { ipv4Forwarding } from './ipv4-forwarding.ts';
import { ipv6Forwarding } from './ipv6-forwarding.ts';
import { ipvs } from './ipvs.ts';
import { rpFilter } from './rp-filter.ts';
import { vxlan } from './vxlan.ts';

/** All prerequisites, in the order in which they are shown. */
export const RULES: readonly Rule[] = [
  brNetfilter,
  bridgeNfCallIptables,
  bridgeNfCallIp6tables,
  ipv4Forwarding,
  ipv6Forwarding,
  conntrackActive,
  vxlan,
  rpFilter,
  conntrackHeadroom,
  iptablesNft,
  ipvs,
];
