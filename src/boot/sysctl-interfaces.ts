import { swapDotsAndSlashes } from '../facts/sysctl-name.ts';

/** The interface that a sysctl belongs to. */
export interface Interface {
  family: 'ipv4' | 'ipv6';
  kind: 'conf' | 'neigh';
  name: string;
  /** The last part of the key: rp_filter. */
  setting: string;
}

const PATH = /^net\/(ipv4|ipv6)\/(conf|neigh)\/([^/]+)\/([^/]+)$/;

/** Reads a path below /proc/sys; undefined: it is none of a single interface. */
export function interfaceOf(path: string): Interface | undefined {
  const [, family, kind, name, setting] = PATH.exec(path) ?? [];
  if (name === undefined || setting === undefined || name === 'all' || name === 'default') return undefined;
  return { family: family === 'ipv6' ? 'ipv6' : 'ipv4', kind: kind === 'neigh' ? 'neigh' : 'conf', name, setting };
}

/** The sysctl that is copied when the interface is created. */
export function defaultOf({ family, kind, setting }: Interface): string {
  return swapDotsAndSlashes(`net/${family}/${kind}/default/${setting}`);
}

/**
 * Whether a write to conf.default reaches this interface, too, as long as nobody has written its own sysctl and it has no address.
 * IPv6 has nothing of the kind, and forwarding goes by conf.all alone (devinet_sysctl_forward, neigh_proc_update).
 */
export function followsDefault({ family, kind, setting }: Interface): boolean {
  return kind === 'neigh' || (family === 'ipv4' && setting !== 'forwarding');
}

/** Settings of which a write to conf.all reaches each interface. */
const REACHED: Readonly<Record<string, 'write' | 'change'>> = {
  'ipv4 forwarding': 'change',
  'ipv6 forwarding': 'write',
  'ipv6 disable_ipv6': 'write',
};

/** The sysctl of conf.all that sets it in each interface; undefined: conf.all sets none. */
export function setByAll({ family, kind, setting }: Interface): { key: string; on: 'write' | 'change' } | undefined {
  const name = `${family} ${setting}`;
  const on = kind === 'conf' && Object.hasOwn(REACHED, name) ? REACHED[name] : undefined;
  return on && { key: `net.${family}.conf.all.${setting}`, on };
}

/** How an interface comes into the booting kernel, and when systemd-udevd has the files applied to it. */
export interface Arrival {
  /** Before the service that sets the sysctls, after it, after all that the boot starts; or it does not matter. */
  comes: 'before' | 'after' | 'last' | 'never';
  /** It has no address when conf.default is written. */
  follows?: true;
  /** systemd-udevd has the files applied to it before the service does. */
  first?: true;
  /** Where the service is switched off: systemd-udevd runs the program all the same. */
  evenIfOff?: true;
  /** What the CNI writes to a sysctl of an interface as soon as it has made it. */
  made?: Made;
}

/** A value that a CNI gives a sysctl of each interface that it makes. */
export interface Made {
  readonly key: string;
  readonly value: string;
}

/** How an interface may come that is there now. Nothing tells which of these it is. */
export const ARRIVALS: readonly { is: Arrival; assuming: string }[] = [
  { is: { comes: 'after' }, assuming: 'if the interface comes after sysctls are set' },
  { is: { comes: 'before' }, assuming: 'if the interface has its address before sysctls are set' },
  { is: { comes: 'before', follows: true }, assuming: 'if the interface comes before sysctls are set' },
  { is: { comes: 'before', first: true }, assuming: 'if udev sets up the interface before sysctls are set' },
];

/** An interface that a CNI makes. */
export const LATE: readonly { is: Arrival; assuming: string }[] = [{ is: { comes: 'last' }, assuming: '' }];
