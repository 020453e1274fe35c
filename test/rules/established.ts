import { type FactsRequest, NOTHING_ASKED } from '../../src/facts/request.ts';
import { requestOf } from '../../src/judge/request.ts';
import type { Rule } from '../../src/judge/rule.ts';
import { RULES } from '../../src/rules/index.ts';

/**
 * The rules of which nodes that are made up have a value for all that they read, and of which docs/rules.md says what they cover. A new rule
 * is one file of src and one of test: until somebody adds both and lists it here, what it lacks is a todo. One that is gone may stay.
 */
const ESTABLISHED: ReadonlySet<string> = new Set([
  'accept-ra',
  'br-netfilter',
  'bridge-nf-call-ip6tables',
  'bridge-nf-call-iptables',
  'btf',
  'cgroup-v2',
  'conntrack-active',
  'conntrack-headroom',
  'firewalld-zones',
  'forward-policy',
  'geneve',
  'ipip',
  'iptables-legacy',
  'iptables-nft',
  'ipv4-forwarding',
  'ipv6-forwarding',
  'ipvs',
  'istio',
  'known-kernels',
  'kubelet-kernel-defaults',
  'longhorn',
  'neighbour-table',
  'networkd-foreign-rules',
  'networkmanager-devices',
  'nftables',
  'nm-cloud-setup',
  'openvswitch',
  'overlay',
  'resolv-conf',
  'rp-filter',
  'ufw-routed',
  'vxlan',
  'wicked-forwarding',
  'wireguard',
]);

export const isEstablished = ({ id }: Pick<Rule, 'id'>): boolean => ESTABLISHED.has(id);

const known = requestOf(RULES.filter(isEstablished));

/** Whether it reads nothing that no established rule reads: of anything else such a node has no value. */
function readsWhatIsKnown(rule: Rule): boolean {
  const asked = requestOf([rule]);
  const parts = Object.keys(NOTHING_ASKED) as (keyof typeof NOTHING_ASKED)[];
  const has = (request: FactsRequest, part: keyof typeof NOTHING_ASKED): readonly string[] => request[part];
  return parts.every((part) => has(asked, part).every((one) => has(known, part).includes(one)));
}

/** The rules that judge healthy nodes: an established one always does, whatever it reads. */
export const JUDGED: readonly Rule[] = RULES.filter((rule) => isEstablished(rule) || readsWhatIsKnown(rule));
/** New ones, of which the healthy nodes have no value yet. */
export const NOT_JUDGED: readonly Rule[] = RULES.filter((rule) => !JUDGED.includes(rule));
