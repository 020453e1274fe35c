import { expect } from 'vitest';
import { acceptRa } from '../../src/rules/accept-ra.ts';
import { FORWARD6, file, value } from './facts.ts';
import { type RuleCase, ruleTester } from './rule-tester.ts';

const ETH0 = 'net.ipv6.conf.eth0.accept_ra';
const VLAN = 'net.ipv6.conf.eth0/100.accept_ra';
const FORWARDS = 'net.ipv6.conf.all.forwarding = 1';

/** A node with a default route by eth0 from a router, and these lines in a sysctl file. */
const node = (accept: string, forwarding: string, ...lines: string[]): NonNullable<RuleCase['node']> => ({
  advertisedRoutes: ['eth0'],
  sysctls: { [ETH0]: value(accept), [FORWARD6]: value(forwarding) },
  boot: { sysctl: [file('/etc/sysctl.d/k8s.conf', ...lines)] },
});

ruleTester(acceptRa, [
  {
    name: 'passes with 2, which a line keeps',
    node: node('2', '1', FORWARDS, `${ETH0} = 2`),
    expected: { verdict: 'pass', severity: 'recommended', boot: { verdict: 'pass', actual: '2' } },
  },
  {
    name: 'warns with 1 while the node forwards, and says what to type',
    node: node('1', '1', FORWARDS),
    expected: {
      verdict: 'warn',
      now: { verdict: 'fail', expected: '2', actual: '1' },
      message: `${ETH0} is 1`,
      why: expect.stringContaining('the default route of eth0 comes from a router advertisement'),
      remedy: expect.arrayContaining([`sysctl -w ${ETH0}=2`]),
    },
  },
  {
    name: 'warns with 1 of a node that forwards after its next boot only',
    node: node('1', '0', FORWARDS),
    expected: { verdict: 'warn', now: { verdict: 'pass' }, boot: { verdict: 'fail', actual: '1' } },
  },
  {
    name: 'passes with 1 where the node does not forward and will not',
    misleads: 'sysctl',
    node: node('1', '0'),
    expected: { verdict: 'pass', boot: { verdict: 'pass' } },
  },
  {
    name: 'warns of a hardening file that takes no advertisements, and names the line',
    node: node('2', '1', FORWARDS, 'net.ipv6.conf.eth0.accept_ra = 0'),
    expected: {
      verdict: 'warn',
      boot: { verdict: 'fail', actual: '0', source: { file: '/etc/sysctl.d/k8s.conf', line: 2 } },
    },
  },
  {
    name: 'passes with 2 that no sysctl file sets: ifupdown does, each time',
    node: node('2', '1', FORWARDS),
    expected: { verdict: 'pass', now: { verdict: 'pass' }, boot: { verdict: 'unknown' } },
  },
  {
    name: 'reads the link of a VLAN, whose name has a dot',
    node: {
      ...node('2', '1', FORWARDS),
      advertisedRoutes: ['eth0.100'],
      sysctls: { [VLAN]: value('1'), [FORWARD6]: value('1') },
    },
    expected: { verdict: 'warn', message: `${VLAN} is 1` },
  },
  {
    name: 'does not concern a node without such a route, as with systemd-networkd',
    node: { ...node('0', '1', FORWARDS), advertisedRoutes: [] },
    expected: { verdict: 'skip' },
  },
  {
    name: 'does not concern an IPv4 cluster',
    node: node('1', '1', FORWARDS),
    profile: { ipFamilies: ['IPv4'] },
    expected: { verdict: 'skip' },
  },
  {
    name: 'only tells where the IP families are not known',
    node: node('1', '1', FORWARDS),
    profile: { ipFamilies: undefined },
    expected: { verdict: 'pass', severity: 'info', now: { verdict: 'fail' } },
  },
  {
    name: 'only tells where routes were not read',
    node: { sysctls: { [FORWARD6]: value('1') } },
    expected: { verdict: 'pass', severity: 'info', now: { verdict: 'unknown' } },
  },
  {
    name: 'only warns where accept_ra was not read',
    node: { advertisedRoutes: ['eth0'], sysctls: { [FORWARD6]: value('1') } },
    expected: { verdict: 'warn', now: { verdict: 'unknown' } },
  },
]);
