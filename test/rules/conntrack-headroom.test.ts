import { expect } from 'vitest';
import { conntrackHeadroom } from '../../src/rules/conntrack-headroom.ts';
import { absent, unreadable, value } from './facts.ts';
import { ruleTester } from './rule-tester.ts';

const COUNT = 'net.netfilter.nf_conntrack_count';
const MAX = 'net.netfilter.nf_conntrack_max';
const use = (count: string, max = '1000') => ({ sysctls: { [COUNT]: value(count), [MAX]: value(max) } });
const withoutProxy = { kubeProxyMode: 'none' } as const;

ruleTester(conntrackHeadroom, [
  {
    name: 'passes below 80 per cent',
    node: use('799'),
    profile: withoutProxy,
    expected: { verdict: 'pass', now: { actual: '799', expected: `below 800 (80 % of ${MAX})` } },
  },
  {
    name: 'warns from 80 per cent on, with nothing for a program to do',
    node: use('800'),
    profile: withoutProxy,
    expected: { verdict: 'warn', now: { verdict: 'fail', cause: 'value' }, remedy: [] },
  },
  {
    name: 'only notes it where kube-proxy sets the size',
    node: use('999'),
    expected: { verdict: 'pass', severity: 'info', message: `${COUNT} is 999` },
  },
  {
    name: 'has no limit where the maximum is 0',
    node: use('999', '0'),
    profile: withoutProxy,
    expected: { verdict: 'pass', now: { verdict: 'pass' } },
  },
  {
    name: 'is unknown where it could not be read',
    node: { sysctls: { [COUNT]: unreadable, [MAX]: value('1000') } },
    profile: withoutProxy,
    expected: { verdict: 'warn', now: { verdict: 'unknown', cause: 'undetermined' } },
  },
  {
    name: 'does not concern a node on which nothing tracks connections',
    node: { sysctls: { [COUNT]: absent, [MAX]: absent } },
    profile: withoutProxy,
    expected: { verdict: 'skip', message: expect.stringContaining('not active') },
  },
]);
