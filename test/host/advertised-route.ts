import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { noNamespaces } from './shells.ts';

// One router advertisement, as a router on the link b.0 sends it: lifetime 1800 s, to all nodes.
export const ADVERTISE = [
  'import socket, struct',
  's = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)',
  's.setsockopt(socket.SOL_SOCKET, 25, b"b.0")',
  's.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)',
  's.sendto(struct.pack("!BBHBBHII", 134, 0, 0, 64, 0, 1800, 0, 0), ("ff02::1", 0, 0, socket.if_nametoindex("b.0")))',
].join('\n');

// A link whose name has a dot, and its neighbour in the same namespace, which is only heard with accept_ra_from_local.
export const LINKS = [
  'set -e',
  'echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad',
  'ip link add a.0 type veth peer name b.0',
  'echo 1 >/proc/sys/net/ipv6/conf/a.0/accept_ra_from_local',
  'ip link set a.0 up; ip link set b.0 up',
].join('\n');
/** Has a.0 hear one; ADVERTISE is the $0 of the shell. */
export const HEARD =
  'n=0; until ip -6 route show default | grep -q "dev a.0"; do [ $n -lt 50 ]; python3 -c "$0"; sleep 0.1; n=$((n + 1)); done';

/** Why no router can advertise anything here; undefined: one can. */
export const noRouter = noNamespaces ?? lacking();

function lacking(): string | undefined {
  if (!existsSync('/proc/sys/net/ipv6')) return 'no IPv6 here';
  return spawnSync('python3', ['--version']).status === 0 ? undefined : 'no python3 here';
}
