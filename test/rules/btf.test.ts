import { btf } from '../../src/rules/btf.ts';
import { ruleTester } from './rule-tester.ts';

const PATH = '/sys/kernel/btf/vmlinux';
const profile = { cni: 'cilium' } as const;

ruleTester(btf, [
  {
    name: 'passes where the kernel shows it, though no configuration of it is on the node',
    misleads: 'grep CONFIG_DEBUG_INFO_BTF',
    node: { paths: { [PATH]: true }, kernel: { config: {} } },
    profile,
    expected: { verdict: 'pass', now: { verdict: 'pass', actual: 'present' } },
  },
  {
    name: 'only tells where it does not: older releases of Cilium work without',
    node: { paths: { [PATH]: false }, kernel: { release: '6.18.39+rpt-rpi-2712' } },
    profile,
    expected: { verdict: 'pass', severity: 'info', now: { verdict: 'fail', actual: 'absent' } },
  },
  {
    name: 'only tells that it is unknown',
    node: {},
    profile,
    expected: { verdict: 'pass', now: { verdict: 'unknown' } },
  },
  ...(['flannel', 'calico', undefined] as const).map((cni) => ({
    name: `does not concern ${cni ?? 'a CNI that is not known'}`,
    node: { paths: { [PATH]: false } },
    profile: { cni },
    expected: { verdict: 'skip' as const },
  })),
]);
