/** What is known of a module beyond its name. */
interface KnownModule {
  /** The kernel's configuration option. */
  readonly option: string;
  /** The sysctl that exists only while the module is active: the functional path. */
  readonly shownBy: string;
  /** The sysctls that come with it. */
  readonly brings: readonly string[];
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
};

/** What is known of a module; undefined: nothing but its name. */
export function knownModule(name: string): KnownModule | undefined {
  return Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
}
