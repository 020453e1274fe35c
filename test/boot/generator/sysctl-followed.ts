import { SPECIAL_KEYS, sysctl } from '../../../src/boot/sysctl-keys.ts';
import { universeOf } from '../../../src/boot/sysctl-universe.ts';

/** The switches that the rules ask for. */
export const SWITCHES = SPECIAL_KEYS.filter((key) => /forward|disable_ipv6|bridge-nf/.test(key));

/**
 * Other sysctls of a network namespace, and what the kernel holds when a boot begins: those that share an interface's settings, and
 * some with one number, with several, and with text.
 */
export const OTHERS: Readonly<Record<string, string>> = {
  'net.ipv4.conf.all.accept_redirects': '1',
  'net.ipv4.conf.all.rp_filter': '0',
  'net.ipv4.conf.default.rp_filter': '0',
  'net.ipv4.conf.lo.rp_filter': '0',
  'net.ipv4.conf.lo.forwarding': '0',
  'net.ipv4.conf.default.arp_ignore': '0',
  'net.ipv4.conf.lo.arp_ignore': '0',
  'net.ipv6.conf.lo.forwarding': '0',
  'net.ipv6.conf.lo.disable_ipv6': '0',
  'net.ipv6.conf.default.accept_ra': '1',
  'net.ipv6.conf.lo.accept_ra': '1',
  'net.ipv4.neigh.lo.mcast_solicit': '3',
  'net.ipv4.tcp_max_tw_buckets': '4096',
  'net.ipv4.tcp_rmem': '4096 131072 6291456',
  'net.ipv4.ip_local_port_range': '32768 60999',
  'net.ipv4.ip_local_reserved_ports': '7',
};

/** All that is compared. */
export const KEYS: readonly string[] = [...SWITCHES, ...Object.keys(OTHERS)];

/** The simulation's own view of them, where nothing is known of the node. */
export const UNIVERSE = universeOf(KEYS);

/** Their paths below /proc/sys, by all their names. */
export const PATHS: readonly string[] = KEYS.flatMap((key) => sysctl(key).paths);
