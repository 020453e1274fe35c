import { iptablesNft } from '../../src/rules/iptables-nft.ts';
import { notShipped, onDisk } from './facts.ts';
import { ruleTester } from './rule-tester.ts';

const NAMES = [
  'xt_comment',
  'xt_addrtype',
  'xt_mark',
  'xt_statistic',
  'xt_MASQUERADE',
  'ip_set',
  'xt_set',
  'nft_compat',
  'ip_tables',
];
const modules = (missing: string[] = [], more = {}) => ({
  modules: {
    ...Object.fromEntries(NAMES.map((name) => [name, missing.includes(name) ? notShipped : onDisk])),
    ...more,
  },
});
const ROCKY = { id: 'rocky', versionId: '10.0' };

ruleTester(iptablesNft, [
  {
    name: 'passes where all are on disk',
    node: modules(),
    expected: { verdict: 'pass', severity: 'required', now: { actual: 'available' }, boot: { verdict: 'pass' } },
  },
  {
    name: 'fails where some are in a package that is not installed, and names it once',
    node: { ...modules(['xt_comment', 'xt_MASQUERADE', 'nft_compat']), os: ROCKY },
    expected: {
      verdict: 'fail',
      now: { cause: 'not-shipped', actual: 'absent: xt_comment, xt_MASQUERADE, nft_compat' },
      remedy: ['dnf install -y "kernel-modules-extra-6.1.0-56-cloud-amd64"'],
    },
  },
  {
    name: 'needs no nft_compat where the older iptables is in use',
    node: modules(['nft_compat'], { ip_tables: { ...onDisk, loaded: true } }),
    expected: { verdict: 'pass' },
  },
  {
    name: 'needs no xt_MASQUERADE of a kernel that has one for each family',
    node: { ...modules(['xt_MASQUERADE']), kernel: { release: '4.18.0-553.el8', installed: ['4.18.0-553.el8'] } },
    expected: { now: { verdict: 'pass' } },
  },
  {
    name: 'needs sets in ipvs mode only',
    node: modules(['ip_set', 'xt_set']),
    profile: { kubeProxyMode: 'ipvs' },
    expected: { verdict: 'fail', now: { actual: 'absent: ip_set, xt_set' } },
  },
  { name: 'needs no sets in iptables mode', node: modules(['ip_set', 'xt_set']), expected: { verdict: 'pass' } },
  {
    name: 'is unknown where nothing could be read of one',
    node: modules([], { xt_mark: {} }),
    expected: { verdict: 'unknown', message: 'whether xt_mark is available is not known' },
  },
  {
    name: 'only warns where the mode of kube-proxy is not known',
    node: modules(['xt_mark']),
    profile: { cni: 'flannel', kubeProxyMode: undefined as never },
    expected: { verdict: 'warn', severity: 'recommended' },
  },
  {
    name: 'does not concern nftables mode with a CNI that writes no iptables',
    node: modules(NAMES),
    profile: { cni: 'kindnet', kubeProxyMode: 'nftables' },
    expected: { verdict: 'skip' },
  },
]);
