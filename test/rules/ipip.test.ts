import { ipip } from '../../src/rules/ipip.ts';
import { file, notShipped, onDisk } from './facts.ts';
import { ruleTester } from './rule-tester.ts';

const TUNNEL = '/sys/class/net/tunl0';
const missing = { modules: { ipip: notShipped }, paths: { [TUNNEL]: false } };
const inUse = { modules: { ipip: { ...onDisk, loaded: true } }, paths: { [TUNNEL]: true } };
const denied = { modprobe: [file('/etc/modprobe.d/cis.conf', 'blacklist ipip')] };

ruleTester(ipip, [
  {
    name: 'passes where tunl0 is there',
    node: inUse,
    profile: { cni: 'calico' },
    expected: { verdict: 'pass', severity: 'recommended' },
  },
  {
    name: 'warns where tunl0 is there and a deny list stops the alias at the next boot',
    node: { ...inUse, boot: denied },
    profile: { cni: 'calico' },
    expected: {
      verdict: 'warn',
      boot: { verdict: 'fail', cause: 'deny-listed', source: { file: '/etc/modprobe.d/cis.conf', line: 1 } },
    },
  },
  {
    name: 'fails where the back-end is known and the kernel comes without it',
    node: missing,
    profile: { cni: 'calico', cniBackend: 'ipip' },
    expected: { verdict: 'fail', severity: 'required', now: { cause: 'not-shipped' } },
  },
  {
    name: 'does not concern a Calico with VXLAN, whose kernel need not have it',
    misleads: 'modinfo',
    node: missing,
    profile: { cni: 'calico' },
    expected: { verdict: 'skip', message: 'nothing says that calico uses IP in IP: this node has no tunl0' },
  },
  {
    name: 'does not concern flannel with VXLAN on a node where tunl0 is a leftover',
    node: { ...inUse, boot: denied },
    profile: { cniBackend: 'vxlan' },
    expected: { verdict: 'skip' },
  },
  ...(['flannel', 'cilium', 'antrea', undefined] as const).map((cni) => ({
    name: `does not concern ${cni ?? 'a CNI that is not known'}`,
    node: inUse,
    profile: { cni },
    expected: { verdict: 'skip' as const },
  })),
  {
    name: 'does not concern a node of which it was not read whether it has tunl0',
    node: { modules: {} },
    profile: { cni: 'calico' },
    expected: { verdict: 'skip' },
  },
]);
