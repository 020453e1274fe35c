import { expect } from 'vitest';
import { rpFilter } from '../../src/rules/rp-filter.ts';
import { file, value } from './facts.ts';
import { type RuleCase, ruleTester } from './rule-tester.ts';

const ALL = 'net.ipv4.conf.all.rp_filter';
const DEFAULT = 'net.ipv4.conf.default.rp_filter';
const SYSTEMD = file('/usr/lib/sysctl.d/50-default.conf', 'net.ipv4.conf.*.rp_filter = 2');
const CILIUM = file(
  '/etc/sysctl.d/99-zzz-override_cilium.conf',
  '-net.ipv4.conf.lxc*.rp_filter = 0',
  '-net.ipv4.conf.cilium_*.rp_filter = 0',
  'net.ipv4.conf.all.rp_filter = 0',
);

/** A node with the interfaces lxc1, lxc2 and cilium_host, whose filters have these values. */
function node(lxc1 = '0', all = '0', sysctl = [SYSTEMD, CILIUM]): NonNullable<RuleCase['node']> {
  const one = (text: string, name: string) => ({ value: text, count: 1, interfaces: [name] });
  return {
    sysctls: { [ALL]: value(all), [DEFAULT]: value('0') },
    patterns: {
      'net.ipv4.conf.lxc*.rp_filter': {
        is: 'values',
        count: 2,
        values: [one(lxc1, 'lxc1'), one('0', 'lxc2')],
        rest: 0,
        unreadable: 0,
      },
      'net.ipv4.conf.cilium_*.rp_filter': {
        is: 'values',
        count: 1,
        values: [one('0', 'cilium_host')],
        rest: 0,
        unreadable: 0,
      },
    },
    boot: { sysctl },
  };
}
const none = { is: 'values', count: 0, values: [], rest: 0, unreadable: 0 } as const;
const fresh: RuleCase['node'] = {
  ...node('0', '2', [SYSTEMD]),
  patterns: { 'net.ipv4.conf.lxc*.rp_filter': none, 'net.ipv4.conf.cilium_*.rp_filter': none },
};
const profile = { cni: 'cilium' } as const;

ruleTester(rpFilter, [
  {
    name: "passes with the file of Cilium after systemd's pattern",
    node: node(),
    profile,
    expected: { verdict: 'pass', boot: { verdict: 'pass' } },
  },
  {
    name: 'fails where a loose filter is on one interface of a pod, which is named',
    node: node('2'),
    profile,
    expected: { verdict: 'fail', severity: 'required', message: 'rp_filter is 2 in effect on 1 of 3 interfaces: lxc1' },
  },
  {
    name: 'fails where conf.all outweighs the interfaces',
    misleads: 'sysctl net.ipv4.conf.lxc1.rp_filter',
    node: node('0', '1'),
    profile,
    expected: { verdict: 'fail', message: expect.stringContaining(`(${ALL} is 1)`) },
  },
  {
    name: "warns where systemd's pattern will reach interfaces that come later, and names the line",
    node: node('0', '0', [SYSTEMD]),
    profile,
    expected: {
      verdict: 'warn',
      now: { verdict: 'pass' },
      boot: {
        verdict: 'fail',
        actual: '2',
        cause: 'overridden',
        source: { file: '/usr/lib/sysctl.d/50-default.conf', line: 1 },
      },
    },
  },
  {
    name: 'warns where a line for conf.all comes after the file of Cilium',
    node: node('0', '0', [CILIUM, file('/etc/sysctl.d/99-zzzz.conf', `${ALL} = 1`)]),
    profile,
    expected: {
      verdict: 'warn',
      boot: { verdict: 'fail', actual: '1', source: { file: '/etc/sysctl.d/99-zzzz.conf', line: 1 } },
    },
  },
  {
    name: 'passes where conf.default is strict: Cilium switches the filter off on each interface that it makes',
    node: node('0', '0', [file('/etc/sysctl.d/60-cis.conf', `${DEFAULT} = 1`)]),
    profile,
    expected: { verdict: 'pass', boot: { verdict: 'pass' } },
  },
  {
    name: 'passes on Alpine, where nothing applies files to new interfaces, and Cilium sets conf.all',
    node: {
      ...node('0', '0', [file('/usr/lib/sysctl.d/00-alpine.conf', `${DEFAULT} = 1`, `${ALL} = 1`), CILIUM]),
      os: { id: 'alpine' },
      boot: {
        init: 'init',
        runlevels: ['boot/sysctl'],
        sysctl: [file('/usr/lib/sysctl.d/00-alpine.conf', `${DEFAULT} = 1`, `${ALL} = 1`), CILIUM],
      },
    },
    profile,
    expected: { verdict: 'pass', boot: { verdict: 'pass' } },
  },
  { name: 'passes with no file at all', node: node('0', '0', []), profile, expected: { verdict: 'pass' } },
  {
    name: 'does not concern a node on which Cilium has not started yet',
    node: fresh,
    profile,
    expected: { verdict: 'skip' },
  },
  {
    name: 'does not concern an image, whose systemd would set the filter on every interface: Cilium writes its file before',
    misleads: 'systemd-analyze cat-config sysctl.d',
    node: { ...node('0', '0', [SYSTEMD]), patterns: {}, boot: { image: true, sysctl: [SYSTEMD] } },
    profile,
    expected: { verdict: 'skip' },
  },
  {
    name: 'is unknown where the interfaces could not be read',
    node: { ...node(), patterns: {} },
    profile,
    expected: { verdict: 'unknown' },
  },
  {
    name: 'does not concern an IPv6 cluster',
    node: node('2'),
    profile: { cni: 'cilium', ipFamilies: ['IPv6'] },
    expected: { verdict: 'skip' },
  },
  ...(['calico', 'flannel', 'aws-vpc', 'antrea', 'ovn-kubernetes'] as const).map((cni) => ({
    name: `does not concern ${cni}`,
    node: node('2'),
    profile: { cni },
    expected: { verdict: 'skip' as const },
  })),
]);
