import { longhorn } from '../../src/rules/longhorn.ts';
import { notShipped, onDisk } from './facts.ts';
import { ruleTester } from './rule-tester.ts';

const paths = { '/var/lib/longhorn': true, '/dev/longhorn': false };

ruleTester(longhorn, [
  {
    name: 'passes where both are on disk and none is loaded, as before the first volume',
    node: { paths, modules: { iscsi_tcp: onDisk, dm_crypt: onDisk } },
    expected: { verdict: 'pass', severity: 'info', now: { verdict: 'pass' } },
  },
  {
    name: 'passes where dm_crypt is built in, which longhornctl took for missing once',
    misleads: 'lsmod',
    node: { paths, modules: { iscsi_tcp: onDisk, dm_crypt: { ...notShipped, builtin: true } } },
    expected: { verdict: 'pass', now: { verdict: 'pass' } },
  },
  {
    name: 'only tells of a kernel without iSCSI',
    node: { paths, modules: { iscsi_tcp: notShipped, dm_crypt: onDisk } },
    expected: { verdict: 'pass', severity: 'info', now: { verdict: 'fail' }, message: 'iscsi_tcp is not available' },
  },
  ...[{ '/var/lib/longhorn': false, '/dev/longhorn': false }, undefined].map((paths) => ({
    name: `does not concern a node ${paths ? 'without Longhorn' : 'whose paths were not read'}`,
    node: { ...(paths && { paths }), modules: { iscsi_tcp: notShipped, dm_crypt: notShipped } },
    expected: { verdict: 'skip' as const },
  })),
]);
