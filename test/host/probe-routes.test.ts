import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { parseFacts } from '../../src/facts/parse.ts';
import { SWITCHES_REQUEST } from '../support/switches-request.ts';
import { ADVERTISE, HEARD, LINKS, noRouter as reason } from './advertised-route.ts';
import { PROBE_SCRIPT } from './run-probe.ts';
import { SHELLS, titleOf } from './shells.ts';

// What a person or a network manager adds is not the kernel's: forwarding leaves it alone.
const ADDED = 'ip -6 route add default via fe80::1 dev b.0 proto ra metric 5000';

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
      const facts = parseFacts(stdout, SWITCHES_REQUEST);
      expect(facts.advertisedRoutes).toEqual(links);
      const reading = facts.sysctls['net.ipv6.conf.a/0.accept_ra'];
      expect(reading?.is === 'value' ? reading.value : 'not asked for').toBe(acceptRa);
    });
  },
);
