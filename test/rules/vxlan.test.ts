import { expect } from 'vitest';
import { vxlan } from '../../src/rules/vxlan.ts';
import { file, notShipped, onDisk } from './facts.ts';
import { ruleTester } from './rule-tester.ts';

const missing = { modules: { vxlan: notShipped } };
const cniBackend = 'vxlan';

ruleTester(vxlan, [
  {
    name: 'passes where the module is on disk and not loaded',
    misleads: 'lsmod',
    node: { modules: { vxlan: onDisk } },
    profile: { cniBackend },
    expected: { verdict: 'pass', message: 'vxlan is available' },
  },
  {
    name: 'fails where the kernel comes without it, and names the package',
    node: { ...missing, os: { id: 'ubuntu', versionId: '22.04' }, kernel: { release: '5.15.0-1034-raspi' } },
    profile: { cniBackend },
    expected: {
      verdict: 'fail',
      severity: 'required',
      now: { cause: 'not-shipped', actual: 'absent: vxlan' },
      why: expect.stringContaining('flannel connects nodes by VXLAN'),
      remedy: expect.arrayContaining([expect.stringContaining('linux-modules-extra')]),
    },
  },
  {
    name: 'fails where modprobe.d denies it, and names the line',
    node: {
      modules: { vxlan: onDisk },
      boot: { modprobe: [file('/etc/modprobe.d/cis.conf', 'install vxlan /bin/false')] },
    },
    profile: { cniBackend },
    expected: {
      verdict: 'fail',
      now: { cause: 'deny-listed', source: { file: '/etc/modprobe.d/cis.conf', line: 1 } },
      boot: { verdict: 'fail' },
    },
  },
  {
    name: 'is required of Calico that is known to use it',
    node: missing,
    profile: { cni: 'calico', cniBackend },
    expected: { verdict: 'fail' },
  },
  { name: 'only warns while the back-end of flannel is not known', node: missing, expected: { verdict: 'warn' } },
  {
    name: 'only warns while the back-end of Cilium is not known',
    node: missing,
    profile: { cni: 'cilium' },
    expected: { verdict: 'warn' },
  },
  ...(['host-gw', 'wireguard', 'extension'] as const).map((cniBackend) => ({
    name: `does not concern the back-end ${cniBackend}`,
    node: missing,
    profile: { cniBackend },
    expected: { verdict: 'skip' as const },
  })),
  ...(['calico', 'antrea', 'kindnet', 'none'] as const).map((cni) => ({
    name: `does not concern ${cni} while nothing says that it uses VXLAN`,
    node: missing,
    profile: { cni },
    expected: { verdict: 'skip' as const, message: `nothing says that ${cni} uses VXLAN` },
  })),
  {
    name: 'is unknown where modules were not read',
    node: { modules: {} },
    profile: { cniBackend },
    expected: { verdict: 'unknown' },
  },
]);
