import { expect } from 'vitest';
import { vxlan } from '../../src/rules/vxlan.ts';
import { file, notShipped, onDisk } from './facts.ts';
import { ruleTester } from './rule-tester.ts';

const backend = { cniBackend: 'vxlan' };

ruleTester(vxlan, [
  {
    name: 'passes where it is on disk, though nothing has loaded it',
    node: { modules: { vxlan: onDisk } },
    profile: backend,
    expected: { verdict: 'pass', now: { verdict: 'pass', actual: 'available' }, boot: { verdict: 'pass' } },
  },
  {
    name: 'passes where the kernel has it built in, by its configuration',
    node: { modules: { vxlan: { loaded: false } }, kernel: { config: { CONFIG_VXLAN: 'y' } } },
    profile: backend,
    expected: { verdict: 'pass', module: { name: 'vxlan', state: 'built-in' } },
  },
  {
    name: 'fails where the kernel comes without it, and names the package',
    node: { modules: { vxlan: notShipped }, os: { id: 'ubuntu', versionId: '22.04' } },
    profile: backend,
    expected: {
      verdict: 'fail',
      now: { cause: 'not-shipped' },
      message: 'vxlan is not available',
      remedy: ['apt-get install -y "linux-modules-extra-6.1.0-56-cloud-amd64"'],
    },
  },
  {
    name: 'fails where a line denies it',
    node: { modules: { vxlan: onDisk }, boot: { modprobe: [file('/etc/modprobe.d/cis.conf', 'blacklist vxlan')] } },
    profile: backend,
    expected: { verdict: 'fail', now: { cause: 'deny-listed', source: { file: '/etc/modprobe.d/cis.conf', line: 1 } } },
  },
  {
    name: 'is unknown where the lists of modules could not be read',
    node: { modules: { vxlan: {} } },
    profile: backend,
    expected: { verdict: 'unknown', now: { cause: 'undetermined' } },
  },
  {
    name: 'only warns where the back-end of flannel is not known',
    node: { modules: { vxlan: notShipped } },
    expected: { verdict: 'warn', severity: 'recommended' },
  },
  {
    name: 'does not concern another back-end',
    node: { modules: { vxlan: notShipped } },
    profile: { cniBackend: 'host-gw' },
    expected: { verdict: 'skip', message: 'flannel uses the back-end host-gw, not vxlan' },
  },
  {
    name: 'does not concern a CNI that is not known to use it',
    node: { modules: { vxlan: notShipped } },
    profile: { cni: 'calico' },
    expected: { verdict: 'skip', message: expect.stringContaining('not known to use VXLAN') },
  },
]);
