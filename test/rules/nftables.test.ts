import { expect } from 'vitest';
import { nftables } from '../../src/rules/nftables.ts';
import { file, notShipped, onDisk } from './facts.ts';
import { ruleTester } from './rule-tester.ts';

const NAMES = [
  'nf_tables',
  'nft_chain_nat',
  'nft_nat',
  'nft_masq',
  'nft_ct',
  'nft_numgen',
  'nft_fib_ipv4',
  'nft_reject_ipv4',
];
const IPV6 = ['nft_fib_ipv6', 'nft_reject_ipv6'];
const each = (names: readonly string[], value: typeof onDisk) => Object.fromEntries(names.map((name) => [name, value]));
const all = (...without: string[]) => ({
  modules: { ...each([...NAMES, ...IPV6], onDisk), ...each(without, notShipped) },
});
const profile = { kubeProxyMode: 'nftables' } as const;

ruleTester(nftables, [
  { name: 'passes where all are on disk and none is loaded', node: all(), profile, expected: { verdict: 'pass' } },
  {
    name: 'passes on a kernel that has them built in and no list of modules says so',
    misleads: 'lsmod',
    node: {
      modules: each([...NAMES, ...IPV6], { loaded: false, inSysfs: true, builtin: false, file: null }),
      kernel: { loadable: false },
    },
    profile,
    expected: { verdict: 'pass' },
  },
  {
    name: 'fails where the kernel comes without two of them, whatever its version, and names them',
    node: { ...all('nft_fib_ipv4', 'nft_numgen'), kernel: { release: '6.12.1-talos' } },
    profile,
    expected: {
      verdict: 'fail',
      severity: 'required',
      message: 'nft_numgen, nft_fib_ipv4 are not available',
      now: { cause: 'not-shipped' },
    },
  },
  {
    name: 'needs nothing for IPv6 on an IPv4 cluster',
    node: all(...IPV6),
    profile: { ...profile, ipFamilies: ['IPv4'] },
    expected: { verdict: 'pass' },
  },
  {
    name: 'needs both families on a dual-stack cluster',
    node: all('nft_fib_ipv6'),
    profile: { ...profile, ipFamilies: ['IPv4', 'IPv6'] },
    expected: { verdict: 'fail', message: 'nft_fib_ipv6 is not available' },
  },
  {
    name: 'fails where a deny list stops nf_tables, and names the line',
    node: { ...all(), boot: { modprobe: [file('/etc/modprobe.d/x.conf', 'blacklist nf_tables')] } },
    profile,
    expected: { verdict: 'fail', now: { cause: 'deny-listed', source: { file: '/etc/modprobe.d/x.conf', line: 1 } } },
  },
  { name: 'is unknown where modules were not read', node: { modules: {} }, profile, expected: { verdict: 'unknown' } },
  ...(['iptables', 'ipvs', 'none', undefined] as const).map((kubeProxyMode) => ({
    name: `does not concern kube-proxy in mode ${kubeProxyMode ?? 'that is not known'}`,
    node: all(...NAMES),
    profile: { kubeProxyMode },
    expected: { verdict: 'skip' as const, message: expect.stringContaining('kube-proxy') },
  })),
]);
