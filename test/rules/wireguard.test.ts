import { expect } from 'vitest';
import { wireguard } from '../../src/rules/wireguard.ts';
import { file, notShipped, onDisk } from './facts.ts';
import { ruleTester } from './rule-tester.ts';

const profile = { cniBackend: 'wireguard' };
const modules = { wireguard: onDisk };
const missing = { modules: { wireguard: notShipped } };
const denied = { modprobe: [file('/etc/modprobe.d/cis.conf', 'blacklist wireguard')] };

ruleTester(wireguard, [
  {
    name: 'passes on a kernel before 5.6 to which a package has brought it',
    misleads: 'uname -r',
    node: {
      modules: { wireguard: { ...onDisk, file: 'updates/dkms/wireguard.ko' } },
      kernel: { release: '5.4.0-187-generic', installed: ['5.4.0-187-generic'] },
    },
    profile,
    expected: { verdict: 'pass' },
  },
  {
    name: 'fails where the kernel comes without it',
    node: { ...missing, kernel: { release: '4.18.0-553.el8_10.x86_64' } },
    profile,
    expected: { verdict: 'fail', severity: 'required', now: { cause: 'not-shipped' } },
  },
  {
    name: 'fails where a deny list stops the alias, and names the line',
    node: { modules, boot: denied },
    profile,
    expected: { verdict: 'fail', now: { source: { file: '/etc/modprobe.d/cis.conf', line: 1 } } },
  },
  {
    name: 'warns where Cilium encrypts now and the next boot denies the module',
    node: {
      modules: { wireguard: { ...onDisk, loaded: true } },
      paths: { '/sys/class/net/cilium_wg0': true },
      boot: denied,
    },
    profile: { cni: 'cilium' },
    expected: { verdict: 'warn', now: { verdict: 'pass' }, boot: { verdict: 'fail' } },
  },
  { name: 'is unknown where modules were not read', node: { modules: {} }, profile, expected: { verdict: 'unknown' } },
  ...(['flannel', 'calico', 'cilium', undefined] as const).map((cni) => ({
    name: `does not concern ${cni ?? 'a CNI that is not known'} while nothing says that it uses WireGuard`,
    node: missing,
    profile: { cni },
    expected: { verdict: 'skip' as const, message: expect.stringContaining('nothing says') },
  })),
]);
