import { describe, expect, test } from 'vitest';
import { detectProfile } from '../../src/cluster/detect.ts';
import type { Evidence } from '../../src/cluster/evidence.ts';
import type { CniConfiguration, NodeFacts } from '../../src/facts/facts.ts';
import { nodeProfile } from '../../src/judge/node-profile.ts';
import { k3s, staticPod } from '../cluster/clusters.ts';
import {
  calicoDaemonSet,
  daemonSet,
  evidence,
  flannelConfig,
  flannelDaemonSet,
  node,
  proxyConfig,
} from '../cluster/evidence.ts';
import { nodeFacts } from '../rules/facts.ts';

/**
 * Whole clusters as people have them, by what is easily mistaken of them: what the API shows, what a node shows, and what must come out:
 * the CNI, whether pods are on a Linux bridge, kube-proxy's mode, the IP families. test/cluster has each kind of evidence by itself.
 */
type Row = [name: string, source: string, api: Partial<Evidence>, onNode: Partial<NodeFacts>, expected: string];

function clusters(rows: Row[]): void {
  test.for<Row>(rows)('%s (%s)', ([_name, _source, api, onNode, expected]) => {
    const cluster = detectProfile(evidence({ configMaps: {}, ...api }));
    const { profile, onBridge } = nodeProfile(cluster, nodeFacts({ bridges: [], cni: null, ...onNode }));
    const { cni, kubeProxyMode, ipFamilies } = profile;
    const pods = onBridge === undefined ? 'unknown' : onBridge ? 'bridged' : 'not bridged';
    expect([cni, pods, kubeProxyMode, ipFamilies?.join('+')].map((part) => part ?? 'unknown').join(', ')).toBe(
      expected,
    );
  });
}

const bridges = (...names: string[]) => ({
  bridges: names.map((name) => ({ name, portCount: 2 })),
});
const conflist = (name: string, plugins: string[], more: Partial<CniConfiguration> = {}) => ({
  cni: { file: `/etc/cni/net.d/${name}`, plugins, ...more },
});
/** kubeadm's kube-proxy, beside these agents and their ConfigMaps. */
const kubeadm = (
  daemonSets: Evidence['daemonSets'] & {},
  configMaps: Evidence['configMaps'] = {},
  mode = '""',
): Partial<Evidence> => ({
  daemonSets: [...daemonSets, daemonSet('kube-proxy', { command: ['kube-proxy', '--config=/c'], desired: 1 })],
  configMaps: { 'kube-system/kube-proxy': proxyConfig(mode), ...configMaps },
});
const labelled = (label: string, parts: Parameters<typeof node>[0] = {}) => [
  node({ labels: { [label]: 'x' }, ...parts }),
];
const CILIUM = { 'kube-system/cilium-config': { 'kube-proxy-replacement': 'true' } };
const CHAINED = { 'kube-system/cilium-config': { 'cni-chaining-mode': 'generic-veth' } };
const FLANNEL = { 'kube-flannel/kube-flannel-cfg': flannelConfig({}) };
const LEFT_OVER = { 'flannel.alpha.coreos.com/backend-type': 'vxlan' };
const ofFlannel = conflist('10-flannel.conflist', ['flannel', 'portmap']);
const ofCalico = conflist('10-calico.conflist', ['calico', 'portmap']);
const ofCilium = conflist('05-cilium.conflist', ['cilium-cni']);

describe('A1: what is left over of flannel', () => {
  clusters([
    [
      'kube-ovn after flannel',
      'kubeovn/kube-ovn charts, dist/images/01-kube-ovn.conflist',
      { ...kubeadm([daemonSet('kube-ovn-cni')]), nodes: [node({ annotations: LEFT_OVER })] },
      conflist('01-kube-ovn.conflist', ['kube-ovn', 'portmap']),
      'kube-ovn, not bridged, iptables, IPv4',
    ],
    [
      'a CNI that nobody knows after flannel, whose bridge is still there without ports',
      'flannel-io/flannel pkg/subnet/kube: annotations stay',
      { ...kubeadm([daemonSet('some-cni')]), nodes: [node({ annotations: LEFT_OVER })] },
      { bridges: [{ name: 'cni0', portCount: 0 }] },
      'unknown, unknown, iptables, IPv4',
    ],
    [
      'k3s as it comes',
      'k3s-io/k3s pkg/agent/flannel/setup.go',
      { daemonSets: [], nodes: [k3s(['server'], LEFT_OVER)] },
      bridges('cni0'),
      'flannel, bridged, iptables, IPv4',
    ],
    [
      'an agent of an old k3s that was told to do without',
      'k3s-io/k3s pkg/cli/cmds/agent.go: --no-flannel',
      { daemonSets: [], nodes: [k3s(['agent', '--no-flannel'], LEFT_OVER)] },
      {},
      'unknown, unknown, iptables, IPv4',
    ],
  ]);
});

describe('A2: bridges of others', () => {
  clusters([
    [
      "nerdctl's on a node of Calico",
      'containerd/nerdctl docs/cni.md',
      kubeadm([calicoDaemonSet()]),
      { ...ofCalico, ...bridges('nerdctl0') },
      'calico, not bridged, iptables, IPv4',
    ],
    [
      "KubeVirt's second network beside kube-ovn",
      'kubeovn/kube-ovn docs: Multus',
      kubeadm([daemonSet('kube-ovn-cni')]),
      { ...bridges('br100'), ...conflist('00-multus.conf', ['multus-shim']) },
      'kube-ovn, not bridged, iptables, IPv4',
    ],
    [
      "Incus' and Proxmox' on AKS",
      'Azure/azure-container-networking azure-linux-swift-overlay.conflist',
      { ...kubeadm([daemonSet('azure-cns')]), nodes: labelled('kubernetes.azure.com/cluster') },
      {
        ...bridges('incusbr0', 'fwbr101i0'),
        ...conflist('15-azure.conflist', ['azure-vnet'], { mode: 'transparent' }),
      },
      'azure, not bridged, iptables, IPv4',
    ],
    [
      "pods on Docker's own, without a CNI",
      'Mirantis/cri-dockerd#73 #43 #96',
      kubeadm([]),
      bridges('docker0'),
      'docker0, bridged, iptables, IPv4',
    ],
  ]);
});

describe('A3: files that the runtime does not use', () => {
  const OVN = { daemonSets: [daemonSet('ovnkube-node', { namespace: 'openshift-ovn-kubernetes' })] };
  clusters([
    [
      "CRI-O's own on OpenShift",
      'cri-o.spec; openshift/cluster-network-operator pkg/network/multus.go',
      { ...OVN, nodes: labelled('node.openshift.io/os_id') },
      conflist('100-crio-bridge.conflist', ['bridge']),
      'ovn-kubernetes, not bridged, none, IPv4',
    ],
    [
      "Podman's on a node of Cilium",
      'containers/podman contrib/cni/87-podman-bridge.conflist',
      kubeadm([daemonSet('cilium')]),
      conflist('87-podman-bridge.conflist', ['bridge']),
      'cilium, not bridged, iptables, IPv4',
    ],
  ]);
});

describe('A5: what the file of the node says beats what is assumed', () => {
  clusters([
    [
      "Spiderpool's macvlan, to which multus hands pods first (spidernet-io/spiderpool docs: macvlan as the default network)",
      'spidernet-io/spiderpool docs',
      kubeadm([daemonSet('spiderpool-agent')]),
      conflist('00-multus.conf', ['macvlan', 'coordinator']),
      'macvlan, not bridged, iptables, IPv4',
    ],
    [
      'a plug-in of some cloud',
      'of our own making',
      kubeadm([daemonSet('cce-network-agent')]),
      conflist('10-cloud.conflist', ['yangtse']),
      'unknown, unknown, iptables, IPv4',
    ],
  ]);
});

describe('A4: whom flannel hands pods to', () => {
  const routed = (type: string) => flannelConfig({}, { delegate: { type } });
  clusters([
    [
      'flannel as its own manifest has it',
      'flannel-io/flannel Documentation/kube-flannel.yml',
      kubeadm([flannelDaemonSet('v0.28.9')], FLANNEL),
      { ...ofFlannel, ...bridges('cni0') },
      'flannel, bridged, iptables, IPv4',
    ],
    [
      'ptp, in a ConfigMap of another name',
      'a public manifest: kube-flannel-cfg-routed-unsafe',
      kubeadm([flannelDaemonSet('v0.25.1', 'kube-flannel-ds', { configMaps: ['routed'] })], {
        'kube-flannel/routed': routed('ptp'),
      }),
      ofFlannel,
      'flannel, not bridged, iptables, IPv4',
    ],
    [
      'macvlan, which only the file of the node says',
      'flannel-io/cni-plugin README: delegate',
      kubeadm([flannelDaemonSet('v0.25.1')]),
      conflist('10-flannel.conflist', ['flannel'], { delegate: 'macvlan' }),
      'flannel, not bridged, iptables, IPv4',
    ],
    [
      'Canal, whose pods Calico connects',
      'projectcalico/calico manifests/canal.yaml',
      kubeadm([daemonSet('canal', { init: ['install-cni'] })]),
      conflist('10-canal.conflist', ['calico', 'portmap']),
      'canal, not bridged, iptables, IPv4',
    ],
  ]);
});

describe('B1, B2: where kube-proxy is configured', () => {
  const EKS = 'kind: KubeProxyConfiguration\nmode: iptables\n';
  const proxy = (...configMaps: string[]) =>
    daemonSet('kube-proxy', { command: ['kube-proxy', '--config=/c'], configMaps });
  clusters([
    [
      'EKS, which has two ConfigMaps',
      'aws/containers-roadmap#657',
      {
        nodes: [node({ podCIDRs: [], system: { kubelet: 'v1.34.4-eks-0123abc' } })],
        daemonSets: [daemonSet('aws-node'), proxy('kube-proxy', 'kube-proxy-config')],
        configMaps: {
          'kube-system/kube-proxy': { kubeconfig: 'kind: Config\napiVersion: v1\n' },
          'kube-system/kube-proxy-config': { config: EKS },
        },
      },
      conflist('10-aws.conflist', ['aws-cni', 'egress-cni', 'portmap']),
      'aws-vpc, not bridged, iptables, IPv4',
    ],
    [
      'Talos as it comes: arguments alone',
      'siderolabs/talos k8stemplates/kube-proxy.go',
      {
        nodes: [node({ system: { osImage: 'Talos (v1.13.9)' } })],
        daemonSets: [flannelDaemonSet('v0.27.4'), daemonSet('kube-proxy', { args: ['--proxy-mode=nftables'] })],
        configMaps: FLANNEL,
      },
      { ...ofFlannel, ...bridges('cni0') },
      'flannel, bridged, nftables, IPv4',
    ],
    [
      'Talos with a document of its own, by checksum',
      'siderolabs/talos k8stemplates/kube-proxy.go:30',
      {
        nodes: [node({ system: { osImage: 'Talos (v1.13.9)' } })],
        daemonSets: [flannelDaemonSet('v0.27.4'), proxy('kube-proxy-config-0a1b')],
        configMaps: {
          ...FLANNEL,
          'kube-system/kube-proxy-config-0a1b': { 'kube-proxy.yaml': 'kind: KubeProxyConfiguration\nmode: nftables\n' },
        },
      },
      { ...ofFlannel, ...bridges('cni0') },
      'flannel, bridged, nftables, IPv4',
    ],
    [
      "a shell's line",
      'kubernetes/kubernetes cluster/addons/kube-proxy/kube-proxy-ds.yaml',
      {
        daemonSets: [
          calicoDaemonSet(),
          daemonSet('kube-proxy', { command: ['/bin/sh', '-c', 'kube-proxy --proxy-mode=ipvs --v=2 1>>/log 2>&1'] }),
        ],
      },
      ofCalico,
      'calico, not bridged, ipvs, IPv4',
    ],
    [
      'k3s whose configuration file has disable-kube-proxy: false',
      'k3s-io/k3s pkg/configfilearg/parser.go',
      { daemonSets: [], nodes: [k3s(['server', '--disable-kube-proxy', 'false'], LEFT_OVER)] },
      bridges('cni0'),
      'flannel, bridged, iptables, IPv4',
    ],
  ]);
});

describe('B3: a kube-proxy that is no DaemonSet', () => {
  clusters([
    [
      'microk8s, in kubelite',
      'canonical/microk8s wrappers/run-kubelite-with-args:207-245',
      { daemonSets: [calicoDaemonSet()], nodes: labelled('microk8s.io/cluster') },
      ofCalico,
      'calico, not bridged, iptables, IPv4',
    ],
    [
      'a static pod of kOps',
      'kubernetes/kops nodeup/pkg/model/kube_proxy.go',
      {
        nodes: labelled('kops.k8s.io/instancegroup'),
        daemonSets: [calicoDaemonSet()],
        kubeProxyPods: [staticPod(['kube-proxy', '--proxy-mode=ipvs'])],
      },
      ofCalico,
      'calico, not bridged, ipvs, IPv4',
    ],
    [
      'a service of the host, whose process a node shows',
      'kelseyhightower/kubernetes-the-hard-way docs/09',
      { daemonSets: [calicoDaemonSet()] },
      { ...ofCalico, kubeProxy: { program: 'kube-proxy', mode: 'nftables' } },
      'calico, not bridged, nftables, IPv4',
    ],
    [
      'kube-router in its stead, by its defaults',
      'cloudnativelabs/kube-router pkg/options/options.go:279',
      { daemonSets: [daemonSet('kube-router', { args: ['--kubeconfig=/k'] })] },
      { ...bridges('kube-bridge'), ...conflist('10-kuberouter.conflist', ['bridge']) },
      'kube-router, bridged, none, IPv4',
    ],
  ]);
});

describe('B4: DaemonSets that run nowhere', () => {
  clusters([
    [
      "Calico's eBPF, by its operator",
      'tigera/operator pkg/controller/kubeproxy/controller.go:162-174',
      {
        daemonSets: [calicoDaemonSet({ namespace: 'calico-system' }), daemonSet('kube-proxy', { desired: 0 })],
        configMaps: { 'kube-system/kube-proxy': proxyConfig('""') },
      },
      ofCalico,
      'calico, not bridged, none, IPv4',
    ],
    [
      'GKE Dataplane V2',
      'karpenter-provider-gcp#486 #473',
      {
        nodes: [node({ system: { kubelet: 'v1.34.4-gke.1003000' } })],
        daemonSets: [daemonSet('anetd'), daemonSet('kube-proxy', { desired: 0 })],
        configMaps: CILIUM,
      },
      ofCilium,
      'gke, not bridged, none, IPv4',
    ],
    [
      'the VPC CNI that Cilium has put aside by a label that no node has',
      'docs.cilium.io: EKS, io.cilium/aws-node-enabled',
      {
        daemonSets: [
          daemonSet('cilium'),
          daemonSet('aws-node', { nodeSelector: { 'io.cilium/aws-node-enabled': 'true' } }),
        ],
        configMaps: CILIUM,
      },
      ofCilium,
      'cilium, not bridged, none, IPv4',
    ],
  ]);
});

describe('B5: agents that leave the network to another', () => {
  clusters([
    [
      'Cilium chained on the bridge plug-in',
      'docs.cilium.io cni-chaining-generic-veth',
      kubeadm([daemonSet('cilium')], CHAINED),
      { ...bridges('cni0'), ...conflist('05-cilium.conflist', ['bridge', 'cilium-cni']) },
      'cilium, bridged, iptables, IPv4',
    ],
    [
      'Cilium chained on Calico',
      'docs.cilium.io cni-chaining-calico',
      kubeadm([daemonSet('cilium'), calicoDaemonSet()], CHAINED),
      conflist('05-cilium.conflist', ['calico', 'portmap', 'cilium-cni']),
      'calico, not bridged, iptables, IPv4',
    ],
    [
      'azure-cns beside Cilium',
      'Azure/azure-container-networking azure-ipam/azilium.conflist',
      {
        nodes: labelled('kubernetes.azure.com/cluster'),
        daemonSets: [daemonSet('azure-cns'), daemonSet('cilium')],
        configMaps: CILIUM,
      },
      conflist('05-cilium.conflist', ['cilium-cni', 'azure-ipam']),
      'cilium, not bridged, none, IPv4',
    ],
    [
      'AKS kubenet, whose bridge is of no agent',
      'Azure/AgentBaker#546',
      { ...kubeadm([]), nodes: labelled('kubernetes.azure.com/cluster') },
      { ...bridges('cbr0'), ...conflist('10-containerd-net.conflist', ['bridge', 'portmap']) },
      'kubenet, bridged, iptables, IPv4',
    ],
    [
      "k0s' kube-router, which leaves Services to kube-proxy",
      'k0sproject/k0s pkg/component/controller/kuberouter.go:113',
      {
        ...kubeadm([daemonSet('kube-router', { args: ['--run-router=true', '--run-service-proxy=false'] })]),
        nodes: [node({ system: { kubelet: 'v1.36.3+k0s' } })],
      },
      { ...bridges('kube-bridge'), ...conflist('10-kuberouter.conflist', ['bridge']) },
      'kube-router, bridged, iptables, IPv4',
    ],
  ]);
});

describe('B6: agents in namespaces of strangers', () => {
  const elsewhere = { namespace: 'networking', desired: 1 };
  clusters([
    [
      'flannel by Helm, crash-looping since it was installed',
      'flannel-io/flannel chart: namespace {{ .Release.Namespace }}',
      kubeadm([flannelDaemonSet('v0.28.9', 'kube-flannel-ds', elsewhere)], {
        'networking/kube-flannel-cfg': flannelConfig({}),
      }),
      {},
      'flannel, bridged, iptables, IPv4',
    ],
    [
      "a tenant's flannel where a node's file says Calico",
      'of our own making',
      kubeadm([flannelDaemonSet('v0.28.9', 'kube-flannel-ds', elsewhere)]),
      ofCalico,
      'flannel, unknown, iptables, IPv4',
    ],
  ]);
});

describe('C: IP families', () => {
  clusters([
    [
      'OVN-Kubernetes in dual stack, on OpenShift',
      'openshift/cluster-kube-controller-manager-operator defaultconfig.yaml; k8s.ovn.org/node-subnets',
      {
        nodes: labelled('node.openshift.io/os_id', {
          podCIDRs: [],
          annotations: { 'k8s.ovn.org/node-subnets': '{"default":["10.128.0.0/23","fd01:0:0:1::/64"]}' },
        }),
        daemonSets: [daemonSet('ovnkube-node', { namespace: 'openshift-ovn-kubernetes' })],
      },
      {},
      'ovn-kubernetes, not bridged, none, IPv4+IPv6',
    ],
    [
      'kind in dual stack',
      'kubernetes-sigs/kind images/kindnetd/cmd/kindnetd/cni.go:89',
      {
        ...kubeadm([daemonSet('kindnet')], {}, 'iptables'),
        nodes: [node({ podCIDRs: ['10.244.0.0/24', 'fd00:10:244::/64'] })],
      },
      { ...conflist('10-kindnet.conflist', ['ptp', 'portmap']), container: 'docker' },
      'kindnet, not bridged, iptables, IPv4+IPv6',
    ],
    [
      'Cilium that hands out its own addresses',
      'cilium/cilium pkg/annotation/k8s.go',
      {
        ...kubeadm([daemonSet('cilium')]),
        nodes: [
          node({
            podCIDRs: [],
            annotations: {
              'network.cilium.io/ipv4-pod-cidr': '10.0.1.0/24',
              'network.cilium.io/ipv6-pod-cidr': 'fd00::/96',
            },
          }),
        ],
      },
      ofCilium,
      'cilium, not bridged, iptables, IPv4+IPv6',
    ],
    [
      'nothing that says any',
      'of our own making',
      {
        ...kubeadm([calicoDaemonSet()]),
        nodes: [node({ podCIDRs: [] })],
        kubernetesService: { clusterIPs: [], ipFamilies: [] },
      },
      ofCalico,
      'calico, not bridged, iptables, unknown',
    ],
  ]);
});

describe('D: the cluster of all nodes', () => {
  const rke2 = (args: string[]) =>
    node({ system: { kubelet: 'v1.34.4+rke2r1' }, annotations: { 'rke2.io/node-args': JSON.stringify(args) } });
  clusters([
    [
      'RKE2 with Cilium, of which agents list no argument',
      'k3s-io/k3s pkg/nodeconfig/nodeconfig.go',
      { nodes: [rke2(['agent'])], daemonSets: [daemonSet('cilium')], configMaps: CILIUM },
      ofCilium,
      'cilium, not bridged, none, IPv4',
    ],
    [
      'RKE2 whose server alone was told to do without kube-proxy',
      'k3s-io/k3s pkg/nodeconfig/nodeconfig.go',
      { nodes: [rke2(['server', '--disable-kube-proxy']), rke2(['agent'])], daemonSets: [calicoDaemonSet()] },
      ofCalico,
      'calico, not bridged, none, IPv4',
    ],
  ]);
});

describe('F: the plug-in that comes first', () => {
  clusters([
    [
      'Calico, whatever follows it',
      'projectcalico/calico manifests/calico.yaml',
      {
        ...kubeadm([calicoDaemonSet()]),
        nodes: [node({ annotations: { 'projectcalico.org/IPv4Address': '10.0.0.4/24' } })],
      },
      conflist('10-calico.conflist', ['calico', 'bandwidth', 'portmap']),
      'calico, not bridged, iptables, IPv4',
    ],
    [
      'ptp before Cilium',
      'docs.cilium.io cni-chaining-generic-veth',
      kubeadm([daemonSet('cilium')], CHAINED),
      conflist('05-cilium.conflist', ['ptp', 'portmap', 'cilium-cni']),
      'cilium, not bridged, iptables, IPv4',
    ],
  ]);
});
