import { expect } from 'vitest';
import type { PatternReading } from '../../src/facts/facts.ts';
import { rpFilter } from '../../src/rules/rp-filter.ts';
import { file, value } from './facts.ts';
import { ruleTester } from './rule-tester.ts';

const ALL = 'net.ipv4.conf.all.rp_filter';
const none: PatternReading = { is: 'values', count: 0, values: [], rest: 0, unreadable: 0 };
const links = (text: string, ...interfaces: string[]): PatternReading => ({
  ...none,
  is: 'values',
  count: interfaces.length,
  values: [{ value: text, count: interfaces.length, interfaces }],
});
const node = (all: string, pods: PatternReading, ...lines: string[]) => ({
  sysctls: { [ALL]: value(all), 'net.ipv4.conf.default.rp_filter': value('0') },
  patterns: { 'net.ipv4.conf.lxc*.rp_filter': pods, 'net.ipv4.conf.cilium_*.rp_filter': links('0', 'cilium_host') },
  boot: { sysctl: [file('/etc/sysctl.d/50-default.conf', ...lines)] },
});
const cilium = { cni: 'cilium', podsOnBridge: false } as const;

ruleTester(rpFilter, [
  {
    name: 'passes where it is off everywhere',
    node: node('0', links('0', 'lxc1', 'lxc2')),
    profile: cilium,
    expected: { verdict: 'pass', now: { actual: '0' }, boot: { verdict: 'pass' } },
  },
  {
    name: 'fails where it is on for all interfaces, whatever those of pods have',
    node: node('1', links('0', 'lxc1')),
    profile: cilium,
    expected: {
      verdict: 'fail',
      now: { actual: '1', cause: 'value' },
      message: expect.stringContaining(`${ALL} is 1`),
    },
  },
  {
    name: 'fails where one interface has it on, which is named',
    node: node('0', links('2', 'lxc1')),
    profile: cilium,
    expected: { verdict: 'fail', message: 'rp_filter is 2 in effect on 1 of 2 interfaces: lxc1' },
  },
  {
    name: 'warns where a pattern will set it on new interfaces, and names the line',
    node: node('0', links('0', 'lxc1'), 'net.ipv4.conf.*.rp_filter = 2'),
    profile: cilium,
    expected: {
      verdict: 'warn',
      boot: { verdict: 'fail', actual: '2', source: { file: '/etc/sysctl.d/50-default.conf', line: 1 } },
    },
  },
  {
    name: "passes where Cilium's own file takes that back",
    node: node(
      '0',
      links('0', 'lxc1'),
      'net.ipv4.conf.*.rp_filter = 2',
      'net.ipv4.conf.lxc*.rp_filter = 0',
      'net.ipv4.conf.cilium_*.rp_filter = 0',
      'net.ipv4.conf.all.rp_filter = 0',
    ),
    profile: cilium,
    expected: { verdict: 'pass' },
  },
  {
    name: 'judges the boot alone on a node without pods',
    node: {
      ...node('0', none),
      patterns: { 'net.ipv4.conf.lxc*.rp_filter': none, 'net.ipv4.conf.cilium_*.rp_filter': none },
    },
    profile: cilium,
    expected: { verdict: 'pass', now: { verdict: 'skip' } },
  },
  {
    name: 'is unknown where the interfaces could not be read',
    node: node('0', { is: 'unreadable' }),
    profile: cilium,
    expected: { verdict: 'unknown' },
  },
  {
    name: 'does not concern Calico',
    node: node('1', links('1', 'lxc1')),
    profile: { cni: 'calico', podsOnBridge: false },
    expected: { verdict: 'skip' },
  },
]);
