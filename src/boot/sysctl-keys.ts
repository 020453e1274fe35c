import { swapDotsAndSlashes } from '../facts/sysctl-name.ts';
import { type Interface, interfaceOf, setByAll } from './sysctl-interfaces.ts';

/** A sysctl in dotted spelling; a slash stands for a dot within an interface's name. */
export type SysctlKey = string;

/** A sysctl that the kernel sets along with another one. */
export interface Effect {
  key: string;
  /** By every write, or only by one that changes the other one. */
  on: 'write' | 'change';
  /** It becomes 0 where the other one becomes another number, and 1 where that becomes 0. */
  inverted?: true;
}

/** How the kernel treats one sysctl. */
export interface Sysctl {
  /** Its path below /proc/sys, and those of other files that are the same variable. */
  paths: readonly [string, ...string[]];
  /** What it is before anybody writes it; absent: not known. */
  kernelDefault?: string;
  /** The kernel keeps one integer. */
  integer?: true;
  /** The kernel keeps so many integers, more than one. */
  numbers?: number;
  /** The kernel stores 1 for any value but 0. */
  flag?: true;
  /** Other sysctls that the kernel sets at the same time. */
  sets?: readonly Effect[];
  /** What must be there for the key to exist: IPv6, or a module. */
  needs?: string;
  /** It belongs to an interface. */
  of?: Interface;
}

const bridge = (name: string): Sysctl => ({
  paths: [`net/bridge/bridge-nf-call-${name}`],
  kernelDefault: '1',
  integer: true,
  flag: true,
  needs: 'br_netfilter',
});

const conf = (name: string, kernelDefault: string): Sysctl => ({
  paths: [`net/ipv4/conf/${name}`],
  kernelDefault,
  integer: true,
});

const ipv6 = (name: string, sets?: string): Sysctl => ({
  paths: [`net/ipv6/conf/${name}`],
  kernelDefault: '0',
  integer: true,
  needs: 'ipv6',
  ...(sets !== undefined && { sets: [{ key: sets, on: 'write' }] }),
});

/**
 * The sysctls of which more is known than their names tell, by their usual names. The defaults are those of the node's first
 * network namespace.
 */
const SPECIAL: Readonly<Record<string, Sysctl>> = {
  'net.ipv4.ip_forward': {
    paths: ['net/ipv4/ip_forward', 'net/ipv4/conf/all/forwarding'],
    kernelDefault: '0',
    integer: true,
    sets: [
      { key: 'net.ipv4.conf.default.forwarding', on: 'change' },
      { key: 'net.ipv4.conf.all.accept_redirects', on: 'change', inverted: true },
    ],
  },
  'net.ipv4.conf.default.forwarding': conf('default/forwarding', '0'),
  'net.ipv4.conf.all.accept_redirects': conf('all/accept_redirects', '1'),
  'net.ipv4.conf.all.rp_filter': conf('all/rp_filter', '0'),
  'net.ipv4.conf.default.rp_filter': conf('default/rp_filter', '0'),
  'net.ipv6.conf.all.forwarding': ipv6('all/forwarding', 'net.ipv6.conf.default.forwarding'),
  'net.ipv6.conf.default.forwarding': ipv6('default/forwarding'),
  'net.ipv6.conf.all.disable_ipv6': ipv6('all/disable_ipv6', 'net.ipv6.conf.default.disable_ipv6'),
  'net.ipv6.conf.default.disable_ipv6': ipv6('default/disable_ipv6'),
  'net.bridge.bridge-nf-call-iptables': bridge('iptables'),
  'net.bridge.bridge-nf-call-ip6tables': bridge('ip6tables'),
  'net.netfilter.nf_conntrack_max': {
    paths: ['net/netfilter/nf_conntrack_max', 'net/nf_conntrack_max'],
    integer: true,
    needs: 'nf_conntrack',
  },
};

/** Their names. */
export const SPECIAL_KEYS: readonly string[] = Object.keys(SPECIAL);

const SPECIAL_BY_PATH = new Map(
  Object.entries(SPECIAL).flatMap(([key, { paths }]) => paths.map((path) => [path, key] as const)),
);

/** Their paths below /proc/sys. */
export const SPECIAL_PATHS: readonly string[] = [...SPECIAL_BY_PATH.keys()];

/** By the beginning of a path: what must be there for the sysctl to exist. */
const COMES_WITH: readonly (readonly [prefix: string, needs: string])[] = [
  ['net/bridge/', 'br_netfilter'],
  ['net/ipv6/', 'ipv6'],
  ['net/netfilter/nf_conntrack_', 'nf_conntrack'],
  ['net/ipv4/vs/', 'ip_vs'],
];

/** The usual name of a sysctl: net.ipv4.ip_forward for net.ipv4.conf.all.forwarding, which is the same variable. */
export function usualName(key: SysctlKey): SysctlKey {
  return SPECIAL_BY_PATH.get(swapDotsAndSlashes(key)) ?? key;
}

/** What is known of a sysctl: by a table, or by its name alone. Takes its usual name. */
export function sysctl(key: SysctlKey): Sysctl {
  const special = Object.hasOwn(SPECIAL, key) ? SPECIAL[key] : undefined;
  if (special) return special;
  const path = swapDotsAndSlashes(key);
  const needs = COMES_WITH.find(([prefix]) => path.startsWith(prefix))?.[1];
  const of = interfaceOf(path);
  const integer = isSetting(path) || needs === 'br_netfilter';
  return {
    paths: [path],
    ...(integer && { integer }),
    ...(needs === 'br_netfilter' && { flag: true, kernelDefault: bridgeDefault(path) }),
    ...(needs !== undefined && { needs }),
    ...(of && { of }),
  };
}

/** The sysctls that change this one when they are written, besides itself, and how. */
export function settersOf(key: SysctlKey): { key: SysctlKey; effect: Effect }[] {
  const special = SPECIAL_KEYS.flatMap((other) =>
    (SPECIAL[other]?.sets ?? []).flatMap((effect) => (effect.key === key ? [{ key: other, effect }] : [])),
  );
  const { of } = sysctl(key);
  const all = of && setByAll(of);
  return all ? [...special, { key: usualName(all.key), effect: { key, on: all.on } }] : special;
}

/** Settings of interfaces and of their neighbours are integers, but for one. */
function isSetting(path: string): true | false {
  return /^net\/ipv[46]\/(?:conf|neigh)\/[^/]+\/[^/]+$/.test(path) && !path.endsWith('/stable_secret');
}

/** The switches of br_netfilter that hand frames to a packet filter are on by default, those that look into VLAN and PPPoE are off. */
function bridgeDefault(path: string): string {
  return path.startsWith('net/bridge/bridge-nf-call-') ? '1' : '0';
}
