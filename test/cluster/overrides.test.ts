import { expect, test } from 'vitest';
import { detectProfile } from '../../src/cluster/detect.ts';
import { localProfile, withOverrides } from '../../src/cluster/overrides.ts';
import { calicoDaemonSet, daemonSet, evidence } from './evidence.ts';

test('without overrides the profile is what was detected', () => {
  const profile = detectProfile(evidence());
  expect(withOverrides(profile, {})).toEqual(profile);
});

test('an override holds against what was detected, and takes along what belonged to that', () => {
  const profile = withOverrides(detectProfile(evidence()), {
    cni: 'calico',
    kubeProxyMode: 'ipvs',
    ipFamilies: ['IPv6'],
  });
  expect(profile).toEqual({
    cni: 'calico',
    podsOnBridge: false,
    kubeProxyMode: 'ipvs',
    ipFamilies: ['IPv6'],
    podCIDRs: ['10.244.0.0/24'],
    given: ['--cni', '--kube-proxy-mode', '--ip-families'],
    assumptions: [],
  });
});

test('naming the CNI that was detected keeps what is known of it', () => {
  const profile = detectProfile(evidence());
  expect(withOverrides(profile, { cni: 'flannel' })).toEqual({ ...profile, given: ['--cni'] });
});

test('an override settles its own assumption only', () => {
  const unknown = detectProfile({ nodes: [], configMaps: {} });
  expect(unknown.assumptions).toHaveLength(3);
  const { assumptions } = withOverrides(unknown, { cni: 'flannel' });
  expect(assumptions.map(({ flag }) => flag)).toEqual(['--kube-proxy-mode', '--ip-families']);
  expect(withOverrides(unknown, { kubeProxyMode: 'none', ipFamilies: ['IPv4'] }).assumptions).toHaveLength(1);
});

test('an override settles which of two CNIs it is', () => {
  const both = detectProfile(evidence({ daemonSets: [daemonSet('kube-flannel-ds'), calicoDaemonSet()] }));
  expect(withOverrides(both, { cni: 'flannel' })).toMatchObject({
    cni: 'flannel',
    podsOnBridge: true,
    assumptions: [],
  });
});

test('a host without a cluster is assumed to need everything that IPv4 pods on a bridge need', () => {
  const profile = localProfile({});
  expect(profile).toMatchObject({ cni: 'bridge', podsOnBridge: true, kubeProxyMode: 'iptables', ipFamilies: ['IPv4'] });
  for (const flag of ['--cni', '--kube-proxy-mode', '--ip-families']) {
    expect(profile.assumptions.filter(({ text }) => text.includes(flag))).toHaveLength(1);
  }
  expect(localProfile({ cni: 'cilium', kubeProxyMode: 'none', ipFamilies: ['IPv4', 'IPv6'] })).toEqual({
    cni: 'cilium',
    podsOnBridge: false,
    kubeProxyMode: 'none',
    ipFamilies: ['IPv4', 'IPv6'],
    given: ['--cni', '--kube-proxy-mode', '--ip-families'],
    assumed: [],
    assumptions: [],
  });
});
