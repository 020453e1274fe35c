import { expect, test } from 'vitest';
import { conntrackHeadroom } from '../../src/rules/conntrack-headroom.ts';
import { absent, CONNTRACK, nodeFacts, unreadable, value } from './facts.ts';
import { ruleTester } from './rule-tester.ts';

const COUNT = 'net.netfilter.nf_conntrack_count';
const profile = { kubeProxyMode: 'none' } as const;
const table = (count: string, max = '100000') => ({ sysctls: { [COUNT]: value(count), [CONNTRACK]: value(max) } });

ruleTester(conntrackHeadroom, [
  {
    name: 'passes just below 80 %',
    node: table('79999'),
    profile,
    expected: { verdict: 'pass', now: { expected: `below 80000 (80 % of ${CONNTRACK})` } },
  },
  {
    name: 'warns at 80 %, and sets nothing',
    node: table('80000'),
    profile,
    expected: {
      verdict: 'warn',
      severity: 'recommended',
      now: { actual: '80000', cause: 'value' },
      message: `${COUNT} is 80000`,
      why: expect.stringContaining('drops new connections'),
      remedy: [],
    },
  },
  ...(['iptables', 'ipvs', 'nftables'] as const).map((kubeProxyMode) => ({
    name: `only tells where kube-proxy sets the size in mode ${kubeProxyMode}`,
    node: table('99000'),
    profile: { kubeProxyMode },
    expected: { verdict: 'pass' as const, severity: 'info' as const, now: { actual: '99000' } },
  })),
  {
    name: 'does not concern a node on which connection tracking is not active',
    node: { sysctls: { [COUNT]: absent, [CONNTRACK]: absent } },
    profile,
    expected: { verdict: 'skip', message: 'connection tracking is not active on this node' },
  },
  {
    name: 'does not concern a table without a limit',
    misleads: 'conntrack -C',
    node: table('5', '0'),
    profile,
    expected: { verdict: 'skip' },
  },
  {
    name: 'only warns where the count could not be read',
    node: { sysctls: { [COUNT]: unreadable, [CONNTRACK]: value('100000') } },
    profile,
    expected: { verdict: 'warn', now: { verdict: 'unknown' } },
  },
  {
    name: 'only warns where the size could not be read',
    node: { sysctls: { [COUNT]: value('5'), [CONNTRACK]: unreadable } },
    profile,
    expected: { verdict: 'warn', now: { verdict: 'unknown' } },
  },
]);

test('conntrack-headroom is recommended while nobody knows who sets the size', () => {
  expect(conntrackHeadroom.applies({ assumptions: [] }, nodeFacts(table('5')))).toMatchObject({
    severity: 'recommended',
  });
});

test('conntrack-headroom says nothing of the next boot', () => {
  expect(conntrackHeadroom.requires).not.toHaveProperty('atBoot');
});
