import { expect, test } from 'vitest';
import { ipvs } from '../../src/rules/ipvs.ts';
import { file, nodeFacts, notShipped, onDisk } from './facts.ts';
import { ruleTester } from './rule-tester.ts';

const profile = { kubeProxyMode: 'ipvs' } as const;
const both = { ip_vs: onDisk, ip_vs_rr: onDisk };

ruleTester(ipvs, [
  {
    name: 'passes where a deny list names the scheduler, which the kernel asks for by its own name',
    node: { modules: both, boot: { modprobe: [file('/etc/modprobe.d/x.conf', 'blacklist ip_vs_rr')] } },
    profile,
    expected: { verdict: 'pass', boot: { verdict: 'pass' } },
  },
  {
    name: 'passes where both are on disk and none is loaded',
    misleads: 'lsmod',
    node: { modules: both },
    profile,
    expected: { verdict: 'pass', message: 'ip_vs, ip_vs_rr are available' },
  },
  {
    name: 'fails where the kernel comes without the scheduler',
    node: { modules: { ...both, ip_vs_rr: notShipped } },
    profile,
    expected: {
      verdict: 'fail',
      severity: 'required',
      now: { cause: 'not-shipped' },
      message: 'ip_vs_rr is not available',
    },
  },
  {
    name: 'fails where the kernel comes without both',
    node: { modules: { ip_vs: notShipped, ip_vs_rr: notShipped } },
    profile,
    expected: { verdict: 'fail', message: 'ip_vs, ip_vs_rr are not available' },
  },
  {
    name: 'fails where modprobe.d denies ip_vs, and names the line',
    node: { modules: both, boot: { modprobe: [file('/etc/modprobe.d/cis.conf', 'install ip_vs /bin/false')] } },
    profile,
    expected: {
      verdict: 'fail',
      now: { cause: 'deny-listed', source: { file: '/etc/modprobe.d/cis.conf', line: 1 } },
      boot: { verdict: 'fail' },
    },
  },
  { name: 'is unknown where modules were not read', node: { modules: {} }, profile, expected: { verdict: 'unknown' } },
  ...(['iptables', 'nftables', 'none'] as const).map((kubeProxyMode) => ({
    name: `does not concern kube-proxy in mode ${kubeProxyMode}`,
    node: { modules: { ip_vs: notShipped, ip_vs_rr: notShipped } },
    profile: { kubeProxyMode },
    expected: { verdict: 'skip' as const },
  })),
]);

test('ipvs is skipped while the mode of kube-proxy is not known', () => {
  expect(ipvs.applies({ assumptions: [] }, nodeFacts())).toEqual({
    skip: expect.stringContaining('--kube-proxy-mode'),
  });
});
