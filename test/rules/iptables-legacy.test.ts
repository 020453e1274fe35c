import { iptablesLegacy } from '../../src/rules/iptables-legacy.ts';
import { file, notShipped, onDisk } from './facts.ts';
import { ruleTester } from './rule-tester.ts';

const names = (...lines: string[]) => [file('/proc/net/ip_tables_names', ...lines)];
const each = (module: typeof onDisk) =>
  Object.fromEntries(['ip_tables', 'iptable_filter', 'iptable_nat', 'iptable_mangle'].map((name) => [name, module]));
const loaded = each({ ...onDisk, loaded: true });
const NEXT = '6.18.2-amd64';
const next = {
  installed: [NEXT, '6.1.0-56-cloud-amd64'],
  images: [NEXT, '6.1.0-56-cloud-amd64'],
  others: [{ release: NEXT, modules: each(notShipped) }],
};

ruleTester(iptablesLegacy, [
  {
    name: 'passes where tables are in use and the next boot has them',
    node: { files: names('nat', 'filter'), modules: loaded },
    expected: { verdict: 'pass', severity: 'recommended', boot: { verdict: 'pass' } },
  },
  {
    name: 'warns of tables in use that the next boot denies',
    node: {
      files: names('nat'),
      modules: loaded,
      boot: { modprobe: [file('/etc/modprobe.d/x.conf', 'install iptable_nat /bin/false')] },
    },
    expected: { verdict: 'warn', boot: { verdict: 'fail', source: { file: '/etc/modprobe.d/x.conf', line: 1 } } },
  },
  {
    name: 'passes where only a table that is not in use will be denied',
    node: {
      files: names('filter'),
      modules: loaded,
      boot: { modprobe: [file('/etc/modprobe.d/x.conf', 'install iptable_nat /bin/false')] },
    },
    expected: { verdict: 'pass' },
  },
  {
    name: 'tells of a kernel without them that the next boot may start',
    node: { files: names('nat'), modules: loaded, kernel: next },
    expected: { now: { verdict: 'pass' }, boot: { verdict: 'unknown' } },
  },
  {
    name: 'passes where they are in use and built in, though no list names them',
    misleads: 'lsmod',
    node: { files: names('nat'), modules: each(notShipped) },
    expected: { verdict: 'pass', boot: { verdict: 'pass' } },
  },
  ...[
    { name: 'a kernel without legacy tables', files: [], modules: each(notShipped) },
    { name: 'a kernel that has loaded the modules and has no table', files: names(), modules: loaded },
  ].map(({ name, ...node }) => ({ name: `does not concern ${name}`, node, expected: { verdict: 'skip' as const } })),
  {
    name: 'only tells that it was not read',
    node: { files: [{ path: '/proc/net/ip_tables_names', kind: 'unreadable', lines: [] }], modules: each(onDisk) },
    expected: { verdict: 'pass', severity: 'info' },
  },
]);
