import type { NodeFacts } from '../facts/facts.ts';
import { isKernelAtLeast } from '../facts/kernel-release.ts';

/** What is known of a module beyond its name. */
interface KnownModule {
  /** The kernel's configuration option: where /proc/config.gz or a file in /boot has it, it tells what no list of modules does. */
  readonly option: string;
  /** The sysctl that exists only while the module is active: the functional path. */
  readonly shownBy?: string;
  /** The sysctls that come with it. */
  readonly brings?: readonly string[];
}

const bridge = (name: string) => `net.bridge.bridge-nf-call-${name}`;

/** Any module can be judged; of these more is known, by which a judgement is better. */
const KNOWN: Readonly<Record<string, KnownModule>> = {
  br_netfilter: {
    option: 'CONFIG_BRIDGE_NETFILTER',
    shownBy: bridge('iptables'),
    brings: ['iptables', 'ip6tables', 'arptables'].map(bridge),
  },
  nf_conntrack: {
    option: 'CONFIG_NF_CONNTRACK',
    shownBy: 'net.netfilter.nf_conntrack_max',
    brings: ['net.netfilter.nf_conntrack_max'],
  },
  geneve: { option: 'CONFIG_GENEVE' },
  ip_set: { option: 'CONFIG_IP_SET' },
  ip_vs: { option: 'CONFIG_IP_VS' },
  ip_vs_rr: { option: 'CONFIG_IP_VS_RR' },
  ipip: { option: 'CONFIG_NET_IPIP' },
  nft_compat: { option: 'CONFIG_NFT_COMPAT' },
  openvswitch: { option: 'CONFIG_OPENVSWITCH' },
  overlay: { option: 'CONFIG_OVERLAY_FS' },
  vxlan: { option: 'CONFIG_VXLAN' },
  wireguard: { option: 'CONFIG_WIREGUARD' },
  xt_addrtype: { option: 'CONFIG_NETFILTER_XT_MATCH_ADDRTYPE' },
  xt_comment: { option: 'CONFIG_NETFILTER_XT_MATCH_COMMENT' },
  xt_mark: { option: 'CONFIG_NETFILTER_XT_MARK' },
  xt_MASQUERADE: { option: 'CONFIG_NETFILTER_XT_TARGET_MASQUERADE' },
  xt_set: { option: 'CONFIG_NETFILTER_XT_SET' },
  xt_statistic: { option: 'CONFIG_NETFILTER_XT_MATCH_STATISTIC' },
};

/** What is known of a module; undefined: nothing but its name. */
export function knownModule(name: string): KnownModule | undefined {
  return Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
}

/** The module that bridge netfilter is a part of: before Linux 3.18 it is bridge, unless a vendor has brought br_netfilter (EL 7.2). */
export function carrierOf(name: string, { kernel, modules }: Pick<NodeFacts, 'kernel' | 'modules'>): string {
  const own = modules[name];
  const isOld = isKernelAtLeast(kernel, 3, 18) === false;
  return name === 'br_netfilter' && isOld && own?.file === null && own.builtin === false ? 'bridge' : name;
}
