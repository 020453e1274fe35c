import { describe, expect, test } from 'vitest';
import { moduleAgents } from '../../src/boot/agents.ts';
import { sysctlAgents } from '../../src/boot/sysctl-agents.ts';
import { findAgents } from '../../src/cnis/agents.ts';
import { podsOnBridge } from '../../src/cnis/cni.ts';
import { CNIS } from '../../src/cnis/index.ts';
import { CNI_BRIDGES, cniOf, cniOfPlugin, isPodLink } from '../../src/cnis/lookup.ts';
import type { DaemonSet } from '../../src/kube/cluster.ts';

const FORWARD = 'net.ipv4.ip_forward';
const FORWARD6 = 'net.ipv6.conf.all.forwarding';
const BRIDGE = 'net.bridge.bridge-nf-call-iptables';

describe('a CNI', () => {
  test.for([
    ['flannel', true],
    ['kube-router', true],
    ['kubenet', true],
    ['canal', false],
    ['cilium', false],
    ['antrea', false],
    ['aws-vpc', false],
    ['none', false],
    ['azure', false],
    ['gke', false],
    ['kube-ovn', false],
    ['docker0', true],
  ] as const)('%s has its pods on a Linux bridge: %s', ([id, expected]) => {
    expect(podsOnBridge(cniOf(id))).toBe(expected);
  });

  test.for([
    ['flannel', 'flannel'],
    ['bridge', 'bridge'],
    ['calico', 'calico'],
    ['ptp', 'ptp'],
    ['kube-ovn', 'kube-ovn'],
    ['azure-vnet', 'azure'],
    ['multus', undefined],
    ['toString', undefined],
  ] as const)('shows on the node by its plug-in: %s is of %s', ([type, expected]) => {
    expect(cniOfPlugin(type)).toBe(expected);
  });

  test('shows on the node by its bridge', () => {
    expect([...CNI_BRIDGES].sort()).toEqual(['cbr0', 'cni0', 'kube-bridge', 'weave']);
  });

  test.for([
    ['flannel.1', 'flannel', true],
    ['flannel.1', 'calico', false],
    ['cali0123456789a', 'canal', true],
    ['flannel.1', undefined, true],
    ['eni0123456789a', undefined, true],
    // Others give these names, too.
    ['tunl0', undefined, false],
    ['veth1', undefined, false],
    ['veth1', 'kindnet', true],
    ['lo', 'none', false],
  ] as const)("gets pods' packets by the link %s: %s, %s", ([name, cni, expected]) => {
    expect(isPodLink(name, cni)).toBe(expected);
  });

  test('is found by its agent, two of them in the order of the list', () => {
    const daemonSet = (name: string): DaemonSet => ({ name, namespace: 'kube-system', labels: {}, containers: [] });
    const found = findAgents(['antrea-agent', 'kube-flannel-ds', 'kube-flannel-ds-windows-amd64'].map(daemonSet));
    expect(found.map(({ id }) => id)).toEqual(['flannel', 'antrea']);
  });

  test('has no plug-in and no bridge that another one has', () => {
    const of = (field: 'plugins' | 'bridges') => CNIS.flatMap(({ id }) => cniOf(id)[field] ?? []);
    for (const names of [of('plugins'), of('bridges')]) expect(new Set(names).size).toBe(names.length);
  });
});

describe('what agents set each time they start', () => {
  test.for<[profile: Parameters<typeof sysctlAgents>[0], expected: Record<string, readonly string[]>]>([
    [{}, {}],
    [{ cni: 'calico' }, { felix: [FORWARD] }],
    [{ cni: 'canal', ipFamilies: ['IPv4', 'IPv6'] }, { felix: [FORWARD, FORWARD6] }],
    [{ cni: 'kube-router' }, { 'kube-router': [BRIDGE] }],
    [{ cni: 'cilium' }, {}],
    // canonical/microk8s run-kubelite-with-args
    [{ distribution: 'microk8s' }, { kubelite: [FORWARD, FORWARD6, BRIDGE] }],
    // kubeovn/kube-ovn dist/images/install-cni.sh
    [{ cni: 'kube-ovn', ipFamilies: ['IPv4'] }, { 'kube-ovn-cni': [FORWARD] }],
    [{ cni: 'kube-ovn', ipFamilies: ['IPv4', 'IPv6'] }, { 'kube-ovn-cni': [FORWARD, FORWARD6] }],
    // aws/amazon-vpc-cni-k8s cmd/aws-vpc-cni-init
    [{ cni: 'aws-vpc', ipFamilies: ['IPv6'] }, { 'aws-vpc-cni-init': [FORWARD6] }],
    [{ cni: 'aws-vpc', ipFamilies: ['IPv4'] }, { 'aws-vpc-cni-init': [] }],
    [{ cni: 'antrea' }, { 'antrea-agent': [FORWARD] }],
    [{ cni: 'ovn-kubernetes', ipFamilies: ['IPv4', 'IPv6'] }, { ovnkube: [FORWARD6] }],
    // weaveworks/weave prog/weave-kube/init.sh
    [{ cni: 'weave' }, { weave: [BRIDGE] }],
    // A stranger's agent vouches for nothing.
    [{ cni: 'kube-router', cniUnconfirmed: true }, {}],
    [{ kubeProxyMode: 'ipvs' }, { 'kube-proxy (ipvs)': [FORWARD] }],
    [{ distribution: 'k3s' }, { k3s: [FORWARD, 'net.ipv4.conf.default.forwarding', BRIDGE] }],
    [
      { distribution: 'rke2', kubeProxyMode: 'none', cni: 'cilium' },
      { rke2: [FORWARD, 'net.ipv4.conf.default.forwarding'] },
    ],
    [
      { distribution: 'talos' },
      { Talos: [FORWARD, 'net.ipv6.conf.default.forwarding', BRIDGE, 'net.bridge.bridge-nf-call-ip6tables'] },
    ],
    [{ distribution: 'eks' }, {}],
  ])('%j: %j', ([profile, expected]) => {
    expect(Object.fromEntries(sysctlAgents(profile).map(({ agent, enables }) => [agent, enables]))).toEqual(expected);
  });

  test.for<[profile: Parameters<typeof sysctlAgents>[0], module: string, agents: string[]]>([
    [{ distribution: 'k0s' }, 'br_netfilter', ['k0s']],
    [{ cni: 'kube-router' }, 'br_netfilter', ['kube-router']],
    [{ cni: 'kube-router', cniUnconfirmed: true }, 'br_netfilter', []],
    [{ cni: 'weave' }, 'br_netfilter', ['weave']],
    [{ distribution: 'microk8s' }, 'br_netfilter', ['kubelite']],
    // kubernetes/kops upup/pkg/fi/nodeup/command.go
    [{ distribution: 'kops', cni: 'calico' }, 'br_netfilter', ['nodeup']],
    [{ distribution: 'talos' }, 'br_netfilter', []],
    [{ distribution: 'k3s' }, 'vxlan', []],
  ])('%j loads %s by %j', ([profile, module, agents]) => {
    const found = moduleAgents(module, { loads: [], doubts: [] }, {}, profile);
    expect(found.map(({ agent }) => agent)).toEqual(agents);
  });
});
