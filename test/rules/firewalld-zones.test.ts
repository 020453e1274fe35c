import type { ConfigFile } from '../../src/facts/facts.ts';
import { firewalldZones } from '../../src/rules/firewalld-zones.ts';
import { file } from './facts.ts';
import { type RuleCase, ruleTester } from './rule-tester.ts';

const LINK = '/run/systemd/units/invocation:firewalld.service';
const running = { '/run/systemd/units': true, [LINK]: true };
const node = (files: readonly ConfigFile[], paths: Record<string, boolean> = running): RuleCase['node'] => ({
  files,
  paths,
});
const zone = (name: string, target: string, ...lines: string[]) =>
  file(`/etc/firewalld/zones/${name}.xml`, `<zone${target && ` target="${target}"`}>`, ...lines, '</zone>');
const PUBLIC = zone('public', '', '<interface name="eth0"/>');
const CNI0 = '<interface name="cni0"/>';

const untrusted = { verdict: 'warn', severity: 'recommended', now: { verdict: 'fail' } } as const;
const trusted = { verdict: 'pass', severity: 'recommended', now: { verdict: 'pass' } } as const;

ruleTester(firewalldZones, [
  {
    name: 'warns with the zones that firewalld comes with',
    node: node([]),
    expected: { ...untrusted, now: { cause: 'unset' } },
  },
  { name: 'warns where only the uplink has a zone', node: node([PUBLIC]), expected: untrusted },
  {
    name: 'passes with the range of the pods in the zone trusted, and names the line',
    node: node([PUBLIC, zone('trusted', 'ACCEPT', '<source address="10.42.0.0/16"/>')]),
    expected: { ...trusted, now: { source: { file: '/etc/firewalld/zones/trusted.xml', line: 2 } } },
  },
  ...[
    ['an interface of the CNI', CNI0],
    ['a pattern of interfaces', '<interface name="cali+"/>'],
    ['a range of IPv6', '<source address="fd00:42::/56"/>'],
    ['a set of addresses', '<source ipset="pods"/>'],
  ].map(([what, line = '']) => ({
    name: `passes with ${what} in a zone that accepts all, whatever it is called`,
    node: node([zone('k8s', 'ACCEPT', line)]),
    expected: trusted,
  })),
  {
    name: 'is not misled by the interface in a zone that does not accept all',
    node: node([zone('internal', '', CNI0)]),
    expected: untrusted,
  },
  {
    name: 'is not misled by one address of a person in the zone trusted',
    node: node([zone('trusted', 'ACCEPT', '<source address="192.0.2.7"/>', '<interface name="wg0"/>')]),
    expected: untrusted,
  },
  {
    name: 'passes where the default zone is trusted',
    misleads: 'firewall-cmd --zone=trusted --list-all',
    node: node([file('/etc/firewalld/firewalld.conf', 'DefaultZone=trusted')]),
    expected: trusted,
  },
  {
    name: 'is not misled by a default zone trusted that was made to reject',
    node: node([file('/etc/firewalld/firewalld.conf', 'DefaultZone=trusted'), zone('trusted', 'DROP')]),
    expected: untrusted,
  },
  {
    name: 'is unknown where the zones could not be read',
    node: node([{ path: '/etc/firewalld/zones', kind: 'unreadable', lines: [] }]),
    expected: { now: { verdict: 'unknown' } },
  },
  {
    name: 'does not concern a node on which it is installed and does not run',
    node: node([PUBLIC], { '/run/systemd/units': true, [LINK]: false }),
    expected: { verdict: 'skip' },
  },
  {
    name: 'only shows it where it is installed and it cannot be told whether it runs',
    node: node([PUBLIC], {}),
    expected: { severity: 'info', now: { verdict: 'fail' } },
  },
  {
    name: 'does not concern a node on which nothing shows that it is there',
    node: node([], {}),
    expected: { verdict: 'skip', message: 'nothing shows that firewalld is on this node' },
  },
  ...(['cilium', 'ovn-kubernetes', undefined] as const).map((cni) => ({
    name: `only shows it with ${cni ?? 'a CNI that is not known'}`,
    node: node([]),
    profile: { cni },
    expected: { verdict: 'pass' as const, severity: 'info' as const },
  })),
]);
