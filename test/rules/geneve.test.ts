import { geneve } from '../../src/rules/geneve.ts';
import { file, notShipped, onDisk } from './facts.ts';
import { ruleTester } from './rule-tester.ts';

const OVS = '/sys/class/net/genev_sys_6081';
const missing = { modules: { geneve: notShipped } };
const inUse = { modules: { geneve: { ...onDisk, loaded: true } }, paths: { [OVS]: true } };
const line = (text: string) => ({ modprobe: [file('/etc/modprobe.d/x.conf', text)] });

ruleTester(geneve, [
  {
    name: 'passes where it is on disk and a deny list names it, since vport_geneve brings it all the same',
    misleads: 'lsmod',
    node: { modules: { geneve: onDisk }, boot: line('blacklist geneve') },
    profile: { cni: 'ovn-kubernetes' },
    expected: { verdict: 'pass', boot: { verdict: 'pass' } },
  },
  {
    name: 'fails where the back-end is known and the kernel comes without it',
    node: missing,
    profile: { cni: 'cilium', cniBackend: 'geneve' },
    expected: { verdict: 'fail', severity: 'required', now: { cause: 'not-shipped' } },
  },
  ...(['antrea', 'ovn-kubernetes'] as const).map((cni) => ({
    name: `only warns of ${cni}, which can run without an overlay`,
    node: missing,
    profile: { cni },
    expected: { verdict: 'warn' as const },
  })),
  {
    name: 'warns where the node has the interface and the next boot denies the module, whatever the CNI',
    node: { ...inUse, boot: line('install geneve /bin/false') },
    profile: { cni: undefined },
    expected: { verdict: 'warn', now: { verdict: 'pass' }, boot: { verdict: 'fail', cause: 'deny-listed' } },
  },
  {
    name: 'does not concern a Cilium with VXLAN',
    node: { ...missing, paths: { [OVS]: false } },
    profile: { cni: 'cilium', cniBackend: 'vxlan' },
    expected: { verdict: 'skip' },
  },
  ...(['flannel', 'calico', 'cilium', undefined] as const).map((cni) => ({
    name: `does not concern ${cni ?? 'a CNI that is not known'} while nothing says that it uses Geneve`,
    node: missing,
    profile: { cni },
    expected: { verdict: 'skip' as const },
  })),
  {
    name: 'only warns where neither modules nor interfaces were read',
    node: { modules: {} },
    profile: { cni: 'antrea' },
    expected: { verdict: 'warn', now: { verdict: 'unknown' } },
  },
]);
