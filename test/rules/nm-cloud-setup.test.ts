import { nmCloudSetup } from '../../src/rules/nm-cloud-setup.ts';
import { type RuleCase, ruleTester } from './rule-tester.ts';

const SYSTEM = '/etc/systemd/system';
const TIMER = `${SYSTEM}/timers.target.wants/nm-cloud-setup.timer`;
const SERVICE = `${SYSTEM}/multi-user.target.wants/nm-cloud-setup.service`;

/** A node with the timer enabled, or with whichever of the links. */
function node(id: string, versionId: string, links: Record<string, boolean> = { [TIMER]: true }): RuleCase['node'] {
  return { os: { id, versionId }, paths: { [SYSTEM]: true, [TIMER]: false, [SERVICE]: false, ...links } };
}

ruleTester(nmCloudSetup, [
  {
    name: 'warns on RHEL 8.4 by the link that enables its timer',
    node: node('rhel', '8.4'),
    expected: {
      verdict: 'warn',
      severity: 'recommended',
      now: { verdict: 'fail', actual: 'enabled' },
      remedy: ['systemctl disable --now nm-cloud-setup.timer nm-cloud-setup.service', 'Then reboot'],
    },
  },
  { name: 'warns on Rocky Linux 8.4', node: node('rocky', '8.4'), expected: { verdict: 'warn' } },
  {
    name: 'warns by the link of the service, too',
    node: node('rhel', '8.4', { [SERVICE]: true }),
    expected: { verdict: 'warn' },
  },
  ...[
    ['rhel', '9.5'],
    ['rhel', '8.10'],
    ['centos', '8'],
    ['fedora', '43'],
  ].map(([id = '', version = '']) => ({
    name: `only shows it on ${id} ${version}, which has a version that does no harm`,
    misleads: 'systemctl is-enabled',
    node: node(id, version),
    expected: { verdict: 'pass' as const, severity: 'info' as const, now: { verdict: 'fail' as const } },
  })),
  {
    name: 'does not concern a node on which it is not switched on',
    node: node('rhel', '8.4', {}),
    expected: { verdict: 'skip' },
  },
  {
    name: 'only shows that it cannot be told',
    node: { os: { id: 'rhel', versionId: '8.4' }, paths: { [SYSTEM]: true, [SERVICE]: false } },
    expected: { verdict: 'pass', severity: 'info', now: { verdict: 'unknown' } },
  },
  {
    name: 'does not concern a node on which nothing shows that NetworkManager is there',
    node: node('rhel', '8.4', { [SYSTEM]: false, '/etc/NetworkManager': false }),
    expected: { verdict: 'skip', message: 'nothing shows that NetworkManager is on this node' },
  },
  {
    name: 'does not take a node whose directory of units was not found for one on which it is not switched on',
    node: node('rhel', '8.4', { [SYSTEM]: false }),
    expected: { severity: 'info', now: { verdict: 'unknown' } },
  },
]);
