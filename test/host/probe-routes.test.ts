import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseFacts } from '../../src/collect/parse.ts';
import { PROBE_SCRIPT } from '../../src/host/probe.ts';
import { noNamespaces, SHELLS, titleOf } from './shells.ts';

// One router advertisement, as a router on the link b.0 sends it: lifetime 1800 s, to all nodes.
const ADVERTISE = [
  'import socket, struct',
  's = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)',
  's.setsockopt(socket.SOL_SOCKET, 25, b"b.0")',
  's.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)',
  's.sendto(struct.pack("!BBHBBHII", 134, 0, 0, 64, 0, 1800, 0, 0), ("ff02::1", 0, 0, socket.if_nametoindex("b.0")))',
].join('\n');

// A link whose name has a dot, and its neighbour in the same namespace, which is only heard with accept_ra_from_local.
const LINKS = [
  'set -e',
  'echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad',
  'ip link add a.0 type veth peer name b.0',
  'echo 1 >/proc/sys/net/ipv6/conf/a.0/accept_ra_from_local',
  'ip link set a.0 up; ip link set b.0 up',
].join('\n');
const HEARD =
  'n=0; until ip -6 route show default | grep -q "dev a.0"; do [ $n -lt 50 ]; python3 -c "$0"; sleep 0.1; n=$((n + 1)); done';
// What a person or a network manager adds is not the kernel's: forwarding leaves it alone.
const ADDED = 'ip -6 route add default via fe80::1 dev b.0 proto ra metric 5000';

const reason = noNamespaces ?? lacking();

function lacking(): string | undefined {
  if (!existsSync('/proc/sys/net/ipv6')) return 'no IPv6 here';
  return spawnSync('python3', ['--version']).status === 0 ? undefined : 'no python3 here';
}

describe.each(SHELLS.map((shell) => ({ title: titleOf(shell), shell })))(
  `default routes of IPv6 under $title${reason ? ` (skipped: ${reason})` : ''}`,
  ({ shell }) => {
    const check = test.skipIf(shell.missing !== undefined || reason !== undefined);

    check.each<[string, string[], string[], string]>([
      ['names the link whose route came from a router advertisement', [HEARD, ADDED], ['a.0'], '1'],
      ['names no link whose route somebody added', [ADDED], [], 'not asked for'],
      [
        'names no link any more when forwarding was switched on',
        [HEARD, 'echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'],
        [],
        'not asked for',
      ],
      [
        'names the link that keeps its route because accept_ra is 2',
        ['echo 2 >/proc/sys/net/ipv6/conf/a.0/accept_ra', HEARD, 'echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'],
        ['a.0'],
        '2',
      ],
    ])('%s', (_, steps, links, acceptRa) => {
      const setUp = [LINKS, ...steps, 'exec "$@"'].join('\n');
      const probe = ['env', `PATH=${shell.path}`, ...shell.command, '-c', PROBE_SCRIPT, 'netprereq', 'local'];
      const args = ['-r', '-n', '-m', '-p', '-f', '--mount-proc', 'sh', '-c', setUp, ADVERTISE, ...probe];
      const { stdout, stderr } = spawnSync('unshare', args, { encoding: 'utf8', timeout: 30_000 });
      expect(stderr).toBe('');
      const facts = parseFacts(stdout);
      expect(facts.advertisedRoutes).toEqual(links);
      const reading = facts.sysctls['net.ipv6.conf.a/0.accept_ra'];
      expect(reading?.is === 'value' ? reading.value : 'not asked for').toBe(acceptRa);
    });
  },
);
