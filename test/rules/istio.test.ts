import { istio } from '../../src/rules/istio.ts';
import { notShipped, onDisk } from './facts.ts';
import { ruleTester } from './rule-tester.ts';

const NAMES = ['xt_REDIRECT', 'xt_owner', 'xt_conntrack', 'xt_multiport', 'xt_connmark', 'xt_mark'];
const each = (...without: string[]) =>
  Object.fromEntries(NAMES.map((name) => [name, without.includes(name) ? notShipped : onDisk]));
const cni = { file: '/etc/cni/net.d/10-flannel.conflist', plugins: ['flannel', 'portmap', 'istio-cni'] };

ruleTester(istio, [
  {
    name: 'passes where all are on disk and none is loaded',
    misleads: 'lsmod',
    node: { cni, modules: each() },
    expected: { verdict: 'pass', severity: 'info', now: { verdict: 'pass' } },
  },
  {
    name: 'only tells of what is missing: Istio may use nftables',
    node: { cni, modules: each('xt_REDIRECT', 'xt_owner') },
    expected: {
      verdict: 'pass',
      severity: 'info',
      now: { verdict: 'fail', cause: 'not-shipped' },
      message: 'xt_REDIRECT, xt_owner are not available',
    },
  },
  {
    name: 'does not concern a node whose CNI configuration does not name it',
    node: { cni: { ...cni, plugins: ['flannel', 'portmap'] }, modules: each(...NAMES) },
    expected: { verdict: 'skip' },
  },
  {
    name: 'does not concern a node without a CNI configuration',
    node: { cni: null, modules: each() },
    expected: { verdict: 'skip' },
  },
]);
