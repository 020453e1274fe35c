import { describe, expect, test } from 'vitest';
import { otherBridgesInUse } from '../../src/boot/pod-bridges.ts';
import { localProfile } from '../../src/cluster/overrides.ts';
import type { ClusterProfile } from '../../src/cluster/profile.ts';
import type { Bridge, ConnectedNetwork, NodeFacts } from '../../src/facts/facts.ts';
import { asNodesShow } from '../../src/judge/as-nodes-show.ts';
import { nodeProfile } from '../../src/judge/node-profile.ts';
import { nodeFacts } from '../rules/facts.ts';

const UNKNOWN: ClusterProfile = { podCIDRs: ['10.244.3.0/24', 'fd00:10:244:3::/64'], assumptions: [] };
const CALICO: ClusterProfile = { ...UNKNOWN, cni: 'calico', podsOnBridge: false, kubeProxyMode: 'iptables' };
const KUBE_OVN: ClusterProfile = { ...UNKNOWN, cni: 'kube-ovn', podsOnBridge: false };
const FLANNEL: ClusterProfile = { ...UNKNOWN, cni: 'flannel', podsOnBridge: true };

const used = (name: string): Bridge => ({ name, portCount: 2 });
const network = (link: string, is: ConnectedNetwork['is'], ...cidrs: string[]): ConnectedNetwork => ({
  link,
  is,
  cidrs,
});
const OF_PODS = '0af40300/24';
const conflist = (name: string, ...plugins: string[]) => ({ file: `/etc/cni/net.d/${name}`, plugins });

/** A node of which nothing is known of its pods' network but these. */
const shows = (parts: Partial<NodeFacts>): NodeFacts =>
  nodeFacts({ bridges: [], cni: null, networks: [], programs: ['containerd'], ...parts });

interface Expected {
  onBridge: boolean | undefined;
  cni?: string;
  /** Bridges in use that carry no pods. */
  others?: string[];
  notes?: number;
}

describe('how pods are connected', () => {
  test.for<[name: string, profile: ClusterProfile, parts: Partial<NodeFacts>, expected: Expected]>([
    [
      "the bridge whose route is the podCIDR, whatever its name (kubernetes-the-hard-way's cnio0)",
      UNKNOWN,
      { bridges: [used('cnio0')], networks: [network('cnio0', 'bridge', OF_PODS)] },
      { onBridge: true, others: [] },
    ],
    [
      'the same by IPv6 alone',
      UNKNOWN,
      { bridges: [used('cnio0')], networks: [network('cnio0', 'bridge', 'fd000010024400030000000000000000/64')] },
      { onBridge: true },
    ],
    [
      "KubeVirt's second network on br100, beside kube-ovn (kubeovn/kube-ovn docs: Multus)",
      KUBE_OVN,
      { bridges: [used('br100')], cni: conflist('00-multus.conf', 'multus-shim') },
      { onBridge: false, others: ['br100'] },
    ],
    [
      'br100 where the CNI is not known',
      UNKNOWN,
      { bridges: [used('br100')], cni: conflist('00-multus.conf', 'multus') },
      { onBridge: undefined, others: ['br100'] },
    ],
    [
      "nerdctl's bridge on a node of Calico",
      CALICO,
      { bridges: [used('nerdctl0')] },
      { onBridge: false, others: ['nerdctl0'] },
    ],
    [
      "Proxmox' firewall bridge, Home Assistant's bridge",
      CALICO,
      { bridges: [used('fwbr101i0'), used('hassio')] },
      { onBridge: false, others: ['fwbr101i0', 'hassio'] },
    ],
    [
      'a second network on cni0, the name that the bridge plug-in takes by default, on a node of Calico',
      CALICO,
      { bridges: [used('cni0')], networks: [network('cni0', 'bridge', '0a0a0000/24')] },
      { onBridge: false, others: ['cni0'] },
    ],
    [
      'cni0 left over without ports',
      KUBE_OVN,
      { bridges: [{ name: 'cni0', portCount: 0 }], networks: [network('cni0', 'bridge', OF_PODS)] },
      { onBridge: false },
    ],
    [
      'pods that are still on the bridge of the flannel before Calico',
      CALICO,
      { bridges: [used('cni0')], networks: [network('cni0', 'bridge', OF_PODS)] },
      { onBridge: true, notes: 1 },
    ],
    [
      'routed pods where the cluster says flannel: a delegate of ptp that nobody could read',
      FLANNEL,
      { networks: [network('veth77', 'veth', '0af40307/32')] },
      { onBridge: false, notes: 1 },
    ],
    [
      'routed pods of a CNI that nobody knows',
      UNKNOWN,
      { networks: [network('eni5', 'veth', '0af40307/32')], cni: conflist('10-x.conflist', 'novel') },
      { onBridge: false },
    ],
    [
      "a container's link that is no pod's says nothing (systemd-nspawn)",
      FLANNEL,
      { networks: [network('ve-web', 'veth', 'c0a80900/28')] },
      { onBridge: true },
    ],
    [
      "Weave's bridge, whose pods are not in any podCIDR",
      UNKNOWN,
      { bridges: [used('weave')], networks: [network('weave', 'bridge', '0a200000/12')] },
      { onBridge: true, cni: 'weave' },
    ],
    [
      'AKS kubenet (Azure/AgentBaker#546)',
      UNKNOWN,
      {
        bridges: [used('cbr0')],
        networks: [network('cbr0', 'bridge', OF_PODS)],
        cni: conflist('10-containerd-net.conflist', 'bridge'),
      },
      { onBridge: true, cni: 'kubenet' },
    ],
    [
      'cri-dockerd without a CNI (Mirantis/cri-dockerd#73)',
      UNKNOWN,
      { bridges: [used('docker0')], programs: ['cri-dockerd', 'containerd'] },
      { onBridge: true, cni: 'docker0', others: [] },
    ],
    [
      'Docker for other purposes, before any CNI',
      UNKNOWN,
      { bridges: [used('docker0')] },
      { onBridge: undefined, others: ['docker0'] },
    ],
    [
      "CRI-O's own file beside the network of OpenShift (cri-o.spec)",
      { ...UNKNOWN, cni: 'ovn-kubernetes', podsOnBridge: false },
      { cni: conflist('100-crio-bridge.conflist', 'bridge') },
      { onBridge: false, notes: 0 },
    ],
    [
      "CRI-O's own file, and nothing else",
      UNKNOWN,
      { cni: conflist('100-crio-bridge.conflist', 'bridge') },
      { onBridge: true, cni: 'crio-bridge' },
    ],
    ["Podman's file", UNKNOWN, { cni: conflist('87-podman-bridge.conflist', 'bridge') }, { onBridge: undefined }],
    [
      'a file against what the API says stays open',
      CALICO,
      { cni: conflist('10-flannel.conflist', 'flannel') },
      { onBridge: undefined },
    ],
    [
      "a file against what a tenant's DaemonSet says stays open, too",
      { ...FLANNEL, cniUnconfirmed: true },
      { cni: conflist('10-calico.conflist', 'calico') },
      { onBridge: undefined },
    ],
    [
      'flannel that delegates to ptp',
      FLANNEL,
      { cni: { ...conflist('10-flannel.conflist', 'flannel'), delegate: 'ptp' } },
      { onBridge: false, notes: 1 },
    ],
    [
      'azure-vnet, transparent (azure-linux-swift-overlay.conflist)',
      UNKNOWN,
      { cni: { ...conflist('15-azure.conflist', 'azure-vnet', 'portmap'), mode: 'transparent' } },
      { onBridge: false, cni: 'azure' },
    ],
    [
      'azure-vnet in its old mode bridge (aks-engine)',
      { ...UNKNOWN, cni: 'azure', podsOnBridge: false },
      { cni: { ...conflist('10-azure.conflist', 'azure-vnet'), mode: 'bridge' } },
      { onBridge: true },
    ],
    [
      'Cilium chained on the bridge plug-in (docs.cilium.io cni-chaining-generic-veth)',
      { ...UNKNOWN, cni: 'cilium' },
      {
        bridges: [used('cni0')],
        networks: [network('cni0', 'bridge', OF_PODS)],
        cni: conflist('05-cilium.conflist', 'bridge', 'cilium-cni'),
      },
      { onBridge: true, cni: 'cilium' },
    ],
    [
      'Cilium chained on ptp',
      { ...UNKNOWN, cni: 'cilium' },
      { cni: conflist('05-cilium.conflist', 'ptp', 'portmap', 'cilium-cni') },
      { onBridge: false, cni: 'cilium' },
    ],
    [
      'what the user says is not overruled, but open',
      { ...CALICO, given: ['--cni'] },
      { bridges: [used('cni0')], networks: [network('cni0', 'bridge', OF_PODS)] },
      { onBridge: undefined, cni: 'calico' },
    ],
  ])('%s', ([_name, profile, parts, expected]) => {
    const facts = shows(parts);
    const { profile: own, onBridge, notes } = nodeProfile(profile, facts);
    const found = { onBridge, cni: own.cni, others: otherBridgesInUse(facts, own), notes: notes.length };
    const compared = Object.keys(expected) as (keyof Expected)[];
    expect(Object.fromEntries(compared.map((key) => [key, found[key]]))).toEqual(expected);
  });
});

test('a CNI that only a file of the node names does not vouch for what its agent sets', () => {
  const { profile } = nodeProfile(UNKNOWN, shows({ cni: conflist('10-calico.conflist', 'calico') }));
  expect(profile).toMatchObject({ cni: 'calico', cniUnconfirmed: true });
});

describe("kube-proxy's mode", () => {
  test.for<
    [name: string, said: string | undefined, parts: Partial<NodeFacts>, expected: string | undefined, notes: number]
  >([
    [
      'a process that was told its mode',
      undefined,
      { kubeProxy: { program: 'kube-proxy', mode: 'nftables' } },
      'nftables',
      0,
    ],
    ['a process that was told none', undefined, { kubeProxy: { program: 'kube-proxy', mode: '' } }, 'iptables', 0],
    ['a process whose file cannot be read', undefined, { kubeProxy: { program: 'kube-proxy' } }, undefined, 0],
    ['the same, with the link of ipvs', undefined, { kubeProxy: { program: 'kube-proxy' }, ipvsLink: true }, 'ipvs', 0],
    ['kubelite', undefined, { kubeProxy: { program: 'kubelite', mode: 'ipvs' } }, 'ipvs', 0],
    ['k3s, which hides its arguments', undefined, { kubeProxy: { program: 'k3s-server', mode: '' } }, 'iptables', 0],
    [
      'k3s, with the link of ipvs',
      undefined,
      { kubeProxy: { program: 'k3s-agent', mode: '' }, ipvsLink: true },
      'ipvs',
      0,
    ],
    ['k3s that was told to do without', 'none', { kubeProxy: { program: 'k3s-server', mode: '' } }, 'none', 0],
    ['a link of ipvs that is left over', 'iptables', { ipvsLink: true }, 'iptables', 0],
    ['a link of ipvs without any kube-proxy', undefined, { ipvsLink: true }, undefined, 0],
    ['a process against the API', 'iptables', { kubeProxy: { program: 'kube-proxy', mode: 'ipvs' } }, 'ipvs', 1],
    [
      'a process where the cluster is to have none',
      'none',
      { kubeProxy: { program: 'kube-proxy', mode: '' } },
      'iptables',
      1,
    ],
    ['a crashed kube-proxy shows nothing', 'ipvs', {}, 'ipvs', 0],
    ['garbage for a mode', undefined, { kubeProxy: { program: 'kube-proxy', mode: 'odd' } }, undefined, 0],
  ])('by %s', ([_name, said, parts, expected, notes]) => {
    const kubeProxyMode = said as ClusterProfile['kubeProxyMode'];
    const seen = nodeProfile({ ...UNKNOWN, ...(kubeProxyMode && { kubeProxyMode }) }, shows(parts));
    expect(seen.profile.kubeProxyMode).toBe(expected);
    expect(seen.notes).toHaveLength(notes);
  });

  test('that the user has said is not overruled', () => {
    const profile: ClusterProfile = { ...UNKNOWN, kubeProxyMode: 'ipvs', given: ['--kube-proxy-mode'] };
    const seen = nodeProfile(profile, shows({ kubeProxy: { program: 'kube-proxy', mode: 'nftables' } }));
    expect(seen.profile.kubeProxyMode).toBe('ipvs');
  });
});

describe('a host without a cluster', () => {
  const own = (parts: Partial<NodeFacts>) => nodeProfile(localProfile({}), shows(parts));

  test('is assumed to need what pods on a bridge need while it shows nothing', () => {
    const { profile, onBridge } = own({});
    expect({ onBridge, mode: profile.kubeProxyMode }).toEqual({ onBridge: true, mode: 'iptables' });
    expect(profile.assumptions.map(({ flag }) => flag)).toEqual(['--cni', '--kube-proxy-mode', '--ip-families']);
  });

  test.for<[name: string, parts: Partial<NodeFacts>, onBridge: boolean, left: string[]]>([
    [
      'the CNI configuration of Calico',
      { cni: conflist('10-calico.conflist', 'calico') },
      false,
      ['--kube-proxy-mode', '--ip-families'],
    ],
    [
      'that of kube-ovn',
      { cni: conflist('01-kube-ovn.conflist', 'kube-ovn') },
      false,
      ['--kube-proxy-mode', '--ip-families'],
    ],
    ['a bridge in use', { bridges: [used('cni0')] }, true, ['--kube-proxy-mode', '--ip-families']],
    [
      'a kube-proxy that runs',
      { kubeProxy: { program: 'kube-proxy', mode: 'ipvs' } },
      true,
      ['--cni', '--ip-families'],
    ],
  ])('goes by %s first', ([_name, parts, onBridge, left]) => {
    const seen = own(parts);
    expect(seen.onBridge).toBe(onBridge);
    expect(seen.profile.assumptions.map(({ flag }) => flag)).toEqual(left);
  });
});

describe('a host without a cluster whose CNI configuration names a plug-in that nobody knows', () => {
  test.for([
    ['a plug-in of some cloud', conflist('10-cloud.conflist', 'yangtse', 'portmap')],
    ['multus, whose default network is an object of the API', conflist('00-multus.conf', 'multus-shim')],
  ] as const)('is not assumed to have pods on a bridge: %s', ([_name, cni]) => {
    const { profile, onBridge } = nodeProfile(localProfile({}), shows({ cni }));
    expect({ onBridge, cni: profile.cni }).toEqual({ onBridge: undefined, cni: undefined });
    expect(profile.assumptions.map(({ text }) => text)).toContain(
      `${cni.file} names the CNI plug-in ${cni.plugins[0]}, which is not known: bridge rules only warn (--cni).`,
    );
  });

  test('is assumed to have them there where the file belongs to Podman', () => {
    const { onBridge } = nodeProfile(localProfile({}), shows({ cni: conflist('87-podman.conflist', 'odd') }));
    expect(onBridge).toBe(true);
  });
});

describe('what nodes show together', () => {
  const assumption = { flag: '--kube-proxy-mode', text: 'not detected' } as const;
  const cluster: ClusterProfile = { ...CALICO, kubeProxyMode: 'iptables', assumptions: [assumption] };
  const seen = (mode: string) => nodeProfile(cluster, shows({ kubeProxy: { program: 'kube-proxy', mode } }));

  test('stands for the cluster where all agree, and what does not agree with the API is noted once, with its nodes', () => {
    const nodes = new Map(['a', 'b', 'c', 'd', 'e'].map((name) => [name, seen('ipvs')]));
    const { profile, assumptions } = asNodesShow(cluster, nodes);
    expect(profile).toEqual({ cni: 'calico', podsOnBridge: false, kubeProxyMode: 'ipvs' });
    expect(assumptions).toEqual([
      'a, b, c and 2 more: kube-proxy runs in mode ipvs, though the cluster says iptables.',
    ]);
  });

  test('leaves what the API says where they differ', () => {
    const nodes = new Map([['a', seen('ipvs')] as const, ['b', seen('iptables')] as const]);
    expect(asNodesShow(cluster, nodes).profile.kubeProxyMode).toBe('iptables');
  });

  test('keeps the assumptions where no node has answered', () => {
    expect(asNodesShow(cluster, new Map()).assumptions).toEqual(['not detected']);
  });
});
