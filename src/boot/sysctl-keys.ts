/** How the kernel treats one sysctl. */
interface Sysctl {
  /** Its path below /proc/sys, and those of other files that are the same variable. */
  paths: readonly [string, ...string[]];
  /** What it is before anybody writes it. */
  kernelDefault: string;
  /** The kernel stores 1 for any value but 0. */
  flag?: true;
  /** Other sysctls that the kernel sets to the same value: by every write, or only by one that changes this one. */
  sets?: { key: string; on: 'write' | 'change' };
  /** What must be there for the key to exist. */
  needs?: 'br_netfilter' | 'ipv6';
}

const bridge = (name: string): Sysctl => ({
  paths: [`net/bridge/bridge-nf-call-${name}`],
  kernelDefault: '1',
  flag: true,
  needs: 'br_netfilter',
});

const ipv6 = (name: string, kernelDefault: string, sets?: Sysctl['sets']): Sysctl => ({
  paths: [`net/ipv6/conf/${name}`],
  kernelDefault,
  needs: 'ipv6',
  ...(sets && { sets }),
});

/**
 * The sysctls whose boot can be simulated, by their usual names. The kernel keeps all of them as integers. Its defaults are
 * those of the node's first network namespace.
 */
export const SYSCTLS = {
  'net.ipv4.ip_forward': {
    paths: ['net/ipv4/ip_forward', 'net/ipv4/conf/all/forwarding'],
    kernelDefault: '0',
    sets: { key: 'net.ipv4.conf.default.forwarding', on: 'change' },
  },
  'net.ipv4.conf.default.forwarding': { paths: ['net/ipv4/conf/default/forwarding'], kernelDefault: '0' },
  'net.ipv6.conf.all.forwarding': ipv6('all/forwarding', '0', {
    key: 'net.ipv6.conf.default.forwarding',
    on: 'write',
  }),
  'net.ipv6.conf.default.forwarding': ipv6('default/forwarding', '0'),
  'net.ipv6.conf.all.disable_ipv6': ipv6('all/disable_ipv6', '0', {
    key: 'net.ipv6.conf.default.disable_ipv6',
    on: 'write',
  }),
  'net.ipv6.conf.default.disable_ipv6': ipv6('default/disable_ipv6', '0'),
  'net.bridge.bridge-nf-call-iptables': bridge('iptables'),
  'net.bridge.bridge-nf-call-ip6tables': bridge('ip6tables'),
} as const satisfies Readonly<Record<string, Sysctl>>;

export type SysctlKey = keyof typeof SYSCTLS;

/** All of them. */
export const SYSCTL_KEYS = Object.keys(SYSCTLS).filter(isSysctlKey);

/** Whether the boot of this sysctl can be simulated. */
export function isSysctlKey(key: string): key is SysctlKey {
  return Object.hasOwn(SYSCTLS, key);
}

/** What is known of one. */
export function sysctl(key: SysctlKey): Sysctl {
  return SYSCTLS[key];
}

const BY_PATH = new Map(SYSCTL_KEYS.flatMap((key) => sysctl(key).paths.map((path) => [path, key] as const)));

/** The paths below /proc/sys that lead to one of them, in the order in which glob(3) gives them. */
export const SYSCTL_PATHS = [...BY_PATH.keys()].sort();

/** The sysctl of a path below /proc/sys; undefined: none that can be simulated. */
export function sysctlOf(path: string): SysctlKey | undefined {
  return BY_PATH.get(path);
}

/** The paths that can change this sysctl when they are written: its own, and those of the sysctl that sets it. */
export function pathsThatSet(key: SysctlKey): string[] {
  return SYSCTL_KEYS.filter((other) => other === key || sysctl(other).sets?.key === key).flatMap(
    (other) => sysctl(other).paths,
  );
}
