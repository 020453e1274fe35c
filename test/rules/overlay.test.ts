import { overlay } from '../../src/rules/overlay.ts';
import { file, notShipped, onDisk } from './facts.ts';
import { ruleTester } from './rule-tester.ts';

const inUse = { overlay: { ...onDisk, loaded: true, file: 'kernel/fs/overlayfs/overlay.ko', dependencies: [] } };
const denied = (...lines: string[]) => ({ modprobe: [file('/etc/modprobe.d/cis.conf', ...lines)] });

ruleTester(overlay, [
  {
    name: 'passes where it is loaded',
    node: { modules: inUse },
    expected: { verdict: 'pass', severity: 'recommended' },
  },
  {
    name: 'warns where it is loaded and denied at the next boot, and names the line',
    node: { modules: inUse, boot: denied('blacklist overlay', 'install overlay /bin/false') },
    expected: {
      verdict: 'warn',
      now: { verdict: 'pass' },
      boot: { verdict: 'fail', cause: 'deny-listed', source: { file: '/etc/modprobe.d/cis.conf', line: 2 } },
      message: 'overlay will not be available after a reboot (now: overlay is available)',
    },
  },
  {
    name: 'passes where only a deny list names it, which does not stop modprobe by name',
    node: { modules: inUse, boot: denied('blacklist overlay') },
    expected: { verdict: 'pass', boot: { verdict: 'pass' } },
  },
  {
    name: 'passes where it is built in, whatever modprobe.d says',
    misleads: 'grep install /etc/modprobe.d',
    node: { modules: { overlay: { ...notShipped, builtin: true } }, boot: denied('install overlay /bin/false') },
    expected: { verdict: 'pass', boot: { verdict: 'pass' } },
  },
  {
    name: 'only tells where it is denied and the runtime works without it',
    node: { modules: { overlay: onDisk }, boot: denied('install overlay /bin/true') },
    expected: { verdict: 'pass', severity: 'info', now: { verdict: 'fail', cause: 'deny-listed' } },
  },
  {
    name: 'only tells where the kernel comes without it',
    node: { modules: { overlay: notShipped } },
    expected: { verdict: 'pass', severity: 'info', now: { verdict: 'fail', cause: 'not-shipped' } },
  },
  {
    name: 'only tells that it is unknown where modules were not read',
    node: { modules: {} },
    expected: { verdict: 'pass', severity: 'info', now: { verdict: 'unknown' } },
  },
]);
