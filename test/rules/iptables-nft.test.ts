import { describe, expect, test } from 'vitest';
import type { NodeFacts } from '../../src/facts/facts.ts';
import { nodeContext } from '../../src/judge/node-context.ts';
import { requestOf } from '../../src/judge/request.ts';
import { iptablesNft } from '../../src/rules/iptables-nft.ts';
import { file, flannel, nodeFacts, notShipped, onDisk } from './facts.ts';
import { ruleTester } from './rule-tester.ts';

const NAMES = [
  'nft_compat',
  'xt_comment',
  'xt_mark',
  'xt_MASQUERADE',
  'xt_addrtype',
  'xt_statistic',
  'ip_set',
  'xt_set',
];
const GONE = Object.fromEntries([...NAMES, 'ipt_MASQUERADE', 'iptable_nat'].map((name) => [name, notShipped]));

/** A node whose kernel ships these and no others. */
const ships = (...names: string[]) => ({
  modules: { ...GONE, ...Object.fromEntries(names.map((name) => [name, onDisk])) },
});
const all = (...without: string[]) => ships(...NAMES.filter((name) => !without.includes(name)));
const nftables = 'nftables';

ruleTester(iptablesNft, [
  {
    name: 'passes where all are on disk and none is loaded',
    misleads: 'lsmod',
    node: all(),
    expected: { verdict: 'pass' },
  },
  {
    name: 'fails on a minimal RHEL 10, names what is missing, and the package of the running kernel',
    node: {
      ...ships('xt_mark', 'xt_statistic'),
      os: { id: 'rocky', versionId: '10.1' },
      kernel: { release: '6.12.0-55.el10.x86_64' },
    },
    expected: {
      verdict: 'fail',
      severity: 'required',
      now: { cause: 'not-shipped' },
      message: 'nft_compat, xt_comment, xt_MASQUERADE, xt_addrtype are not available',
      why: expect.stringContaining('kube-proxy (iptables) programs iptables rules'),
      remedy: expect.arrayContaining(['dnf install -y "kernel-modules-extra-6.12.0-55.el10.x86_64"']),
    },
  },
  {
    name: 'fails where modprobe.d denies one, and names the line',
    node: { ...all(), boot: { modprobe: [file('/etc/modprobe.d/cis.conf', 'install xt_comment /bin/false')] } },
    expected: { verdict: 'fail', now: { cause: 'deny-listed', source: { file: '/etc/modprobe.d/cis.conf', line: 1 } } },
  },
  {
    name: 'passes on a kernel before 5.2, where MASQUERADE has its former name',
    node: ships('nft_compat', 'xt_comment', 'xt_mark', 'ipt_MASQUERADE', 'xt_addrtype', 'xt_statistic'),
    expected: { verdict: 'pass' },
  },
  {
    name: 'passes without nft_compat where iptables in legacy mode can work',
    node: ships('iptable_nat', ...NAMES.filter((name) => name !== 'nft_compat')),
    expected: { verdict: 'pass' },
  },
  {
    name: 'fails without nft_compat where it cannot',
    node: all('nft_compat'),
    expected: { verdict: 'fail', now: { actual: 'absent: nft_compat' } },
  },
  {
    name: 'needs no sets for kube-proxy in mode iptables with flannel',
    node: all('ip_set', 'xt_set'),
    expected: { verdict: 'pass' },
  },
  {
    name: 'needs sets for kube-proxy in mode ipvs, and no statistic',
    node: all('ip_set', 'xt_set', 'xt_statistic'),
    profile: { kubeProxyMode: 'ipvs' },
    expected: { verdict: 'fail', message: 'ip_set, xt_set are not available' },
  },
  ...(['calico', 'canal'] as const).map((cni) => ({
    name: `needs sets for ${cni}`,
    node: all('xt_set'),
    profile: { cni },
    expected: { verdict: 'fail' as const, message: 'xt_set is not available' },
  })),
  {
    name: 'needs sets for kube-router, whatever kube-proxy does',
    node: all('xt_set', 'xt_statistic'),
    profile: { cni: 'kube-router', kubeProxyMode: 'none' },
    expected: { verdict: 'fail', message: 'xt_set is not available' },
  },
  {
    name: 'is required of a flannel that does not use nftables',
    node: all('xt_comment'),
    profile: { kubeProxyMode: nftables, agentNeedsBridgeNetfilter: true },
    expected: { verdict: 'fail', message: 'xt_comment is not available' },
  },
  ...[
    { cni: 'flannel', kubeProxyMode: nftables },
    { cni: 'flannel', kubeProxyMode: nftables, agentNeedsBridgeNetfilter: false },
    { cni: 'calico', kubeProxyMode: nftables },
    { cni: 'calico', kubeProxyMode: 'none' },
  ].map((profile) => ({
    name: `only tells with ${Object.values(profile).join(', ')}`,
    node: all('xt_comment'),
    profile: profile as object,
    expected: { verdict: 'pass' as const, severity: 'info' as const, message: 'xt_comment is not available' },
  })),
  ...[
    { cni: 'cilium', kubeProxyMode: 'none' },
    { cni: 'ovn-kubernetes', kubeProxyMode: 'none' },
    { cni: 'kindnet', kubeProxyMode: nftables },
  ].map((profile) => ({
    name: `does not concern ${Object.values(profile).join(', ')}`,
    node: ships(),
    profile: profile as object,
    expected: { verdict: 'skip' as const },
  })),
  { name: 'is unknown where modules were not read', node: { modules: {} }, expected: { verdict: 'unknown' } },
  {
    name: 'is unknown on a node that is a container and does not show its host',
    node: { ...ships(), container: 'docker' },
    expected: { verdict: 'unknown', now: { cause: 'container-node' } },
  },
]);

test('iptables-nft is recommended while the mode of kube-proxy is not known', () => {
  expect(iptablesNft.applies({ cni: 'cilium', assumptions: [] }, nodeFacts())).toMatchObject({
    severity: 'recommended',
  });
});

describe('the next boot is judged by what the kernel has that it starts', () => {
  const OLD = ships('iptable_nat', 'xt_comment', 'xt_mark', 'ipt_MASQUERADE', 'xt_addrtype', 'xt_statistic').modules;
  const NEW = all().modules;
  const [before, after] = ['4.15.0-213-generic', '5.4.0-216-generic'];
  const installed = (...releases: string[]) => ({ installed: releases, images: releases });
  const atBootOf = (facts: NodeFacts) => iptablesNft.requires.atBoot?.(nodeContext(facts, flannel)).boot.verdict;

  test.for([
    ['with modules of their former names', { release: before, modules: OLD }, 'pass'],
    ['with those of today', { release: after, modules: NEW }, 'pass'],
    ['without any', { release: after, modules: GONE }, 'fail'],
  ] as const)('of an image whose kernel comes %s', ([_name, kernel, expected]) => {
    const facts = nodeFacts({ asked: requestOf([iptablesNft]), modules: {}, boot: { image: true } });
    const { release: _, ...rest } = facts.kernel;
    const image = { ...facts, kernel: { ...rest, ...installed(kernel.release), others: [kernel] } };
    expect(atBootOf(image)).toBe(expected);
  });

  test.for([
    ['has modules of today', NEW, 'pass'],
    ['lacks them', ships('xt_comment', 'xt_mark').modules, 'fail'],
  ] as const)('of a node that runs an old kernel, where the new one %s', ([_name, modules, expected]) => {
    const kernel = { release: before, ...installed(after, before), others: [{ release: after, modules }] };
    expect(atBootOf(nodeFacts({ modules: OLD, kernel }))).toBe(expected);
  });
});
