import { openvswitch } from '../../src/rules/openvswitch.ts';
import { file, notShipped, onDisk } from './facts.ts';
import { ruleTester } from './rule-tester.ts';

const modules = { openvswitch: onDisk };
const profile = { cni: 'antrea' } as const;
const line = (text: string) => ({ modprobe: [file('/etc/modprobe.d/x.conf', text)] });

ruleTester(openvswitch, [
  {
    name: 'passes where the module is on disk and not loaded',
    misleads: 'lsmod',
    node: { modules },
    profile,
    expected: { verdict: 'pass' },
  },
  {
    name: 'passes where a deny list names it, because agents ask for it by its own name',
    node: { modules, boot: line('blacklist openvswitch') },
    profile,
    expected: { verdict: 'pass', boot: { verdict: 'pass' } },
  },
  {
    name: 'fails where modprobe.d denies it, and names the line',
    node: { modules, boot: line('install openvswitch /bin/true') },
    profile,
    expected: { verdict: 'fail', now: { cause: 'deny-listed', source: { file: '/etc/modprobe.d/x.conf', line: 1 } } },
  },
  ...(['antrea', 'ovn-kubernetes'] as const).map((cni) => ({
    name: `fails where the kernel comes without it and ${cni} needs it`,
    node: { modules: { openvswitch: notShipped } },
    profile: { cni },
    expected: { verdict: 'fail' as const, severity: 'required' as const, now: { cause: 'not-shipped' as const } },
  })),
  { name: 'is unknown where modules were not read', node: { modules: {} }, profile, expected: { verdict: 'unknown' } },
  ...(['flannel', 'calico', 'cilium', undefined] as const).map((cni) => ({
    name: `does not concern ${cni ?? 'a CNI that is not known'}`,
    node: { modules: { openvswitch: notShipped } },
    profile: { cni },
    expected: { verdict: 'skip' as const },
  })),
]);
