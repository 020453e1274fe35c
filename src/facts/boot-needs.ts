import { interfaceKey } from './request-keys.ts';

/** The parts of a request that a boot follows from. */
interface Asked {
  readonly sysctls: readonly string[];
  readonly modules: readonly string[];
  readonly persistent: readonly string[];
  readonly options: readonly string[];
}

/** Sysctls that are the same variable or that the kernel sets along with this one. */
const RELATIVES: Readonly<Record<string, readonly string[]>> = {
  'net.ipv4.ip_forward': ['net.ipv4.conf.all.forwarding', 'net.ipv4.conf.default.forwarding'],
  'net.ipv4.conf.all.forwarding': ['net.ipv4.ip_forward', 'net.ipv4.conf.default.forwarding'],
};

/**
 * What has to be known besides, to say what the next boot makes of what is asked: the sysctls that set these, the modules without
 * which a sysctl does not exist, and whether the kernel loads modules at all.
 */
export function bootNeeds({ sysctls, modules, persistent }: Omit<Asked, 'options'>): Asked {
  const bridges = persistent.includes('br_netfilter') || [...sysctls, ...modules].some(isOfBridges);
  const needed = [
    ...(bridges ? ['br_netfilter', 'bridge'] : []),
    ...(sysctls.some((key) => key.startsWith('net.ipv6.')) ? ['ipv6'] : []),
    ...persistent,
  ];
  const anyModule = modules.length + needed.length > 0;
  return {
    sysctls: [...sysctls.flatMap(relatives), ...(anyModule ? ['kernel.modules_disabled'] : [])],
    modules: needed,
    persistent: bridges ? ['br_netfilter'] : [],
    options: anyModule ? ['CONFIG_MODULES'] : [],
  };
}

function isOfBridges(name: string): boolean {
  return name === 'br_netfilter' || name.startsWith('net.bridge.');
}

/** A new interface begins with the values of `default`; what counts is in some cases the greater of its own value and `all`. */
function relatives(key: string): readonly string[] {
  const parts = interfaceKey(key);
  const inherited = parts ? [`${parts.tree}.default.${parts.name}`] : [];
  const common = parts?.tree.endsWith('.conf') ? [`${parts.tree}.all.${parts.name}`] : [];
  return [...inherited, ...common, ...(RELATIVES[key] ?? [])];
}
