import { describe } from 'vitest';
import { clusters, k3s } from './clusters.ts';
import { calicoDaemonSet, daemonSet, flannelConfig, flannelDaemonSet, node, proxyConfig } from './evidence.ts';

const FLANNEL = { 'flannel.alpha.coreos.com/backend-type': 'vxlan' };

describe('an annotation of flannel that is left over does not count', () => {
  clusters([
    [
      'kube-ovn after flannel (kubeovn/kube-ovn docs: replacing flannel)',
      { nodes: [node({ annotations: FLANNEL })], daemonSets: [daemonSet('kube-ovn-cni')] },
      { cni: 'kube-ovn', podsOnBridge: false },
    ],
    [
      'a CNI that nobody knows, after flannel',
      { nodes: [node({ annotations: FLANNEL })], daemonSets: [daemonSet('spiderpool-agent')] },
      { cni: undefined, podsOnBridge: undefined },
    ],
    [
      'k3s that was told to do without flannel since (--flannel-backend=none, from its configuration file)',
      { nodes: [k3s(['server', '--flannel-backend', 'none'], FLANNEL)] },
      { cni: undefined, podsOnBridge: undefined },
    ],
    ['k3s as delivered', { nodes: [k3s(['server'], FLANNEL)] }, { cni: 'flannel', podsOnBridge: true }],
    [
      'flannel as a service of the host, whose condition the node has (flannel pkg/subnet/kube)',
      {
        nodes: [
          node({
            annotations: FLANNEL,
            conditions: [{ type: 'NetworkUnavailable', status: 'False', reason: 'FlannelIsUp' }],
          }),
        ],
      },
      { cni: 'flannel', podsOnBridge: true },
    ],
  ]);
});

describe('a DaemonSet that runs nowhere is not believed', () => {
  const cilium = { 'kube-proxy-replacement': 'strict' };
  clusters([
    [
      "kube-proxy that Calico's operator keeps from all nodes (tigera/operator controller/kubeproxy)",
      {
        daemonSets: [
          calicoDaemonSet({ namespace: 'calico-system' }),
          daemonSet('kube-proxy', { desired: 0, nodeSelector: { 'projectcalico.org/disable-kube-proxy': 'true' } }),
        ],
        configMaps: { 'kube-system/kube-proxy': proxyConfig('""') },
      },
      { kubeProxyMode: 'none', cni: 'calico' },
    ],
    [
      'the same before the controller has counted: its selector fits no node',
      {
        daemonSets: [
          calicoDaemonSet(),
          daemonSet('kube-proxy', { nodeSelector: { 'kubernetes.io/os': 'linux', 'non-calico': 'true' } }),
        ],
      },
      { kubeProxyMode: 'none' },
    ],
    [
      'GKE Dataplane V2 with its idle kube-proxy (karpenter-provider-gcp#473)',
      {
        nodes: [node({ system: { kubelet: 'v1.34.4-gke.1003000' } })],
        daemonSets: [daemonSet('anetd', { desired: 3 }), daemonSet('kube-proxy', { desired: 0 })],
        configMaps: { 'kube-system/cilium-config': cilium },
      },
      { kubeProxyMode: 'none', cni: 'gke', podsOnBridge: false },
    ],
    [
      'a flannel that was scaled away by a selector, beside the Cilium that took over',
      {
        daemonSets: [
          flannelDaemonSet('v0.26.0', 'kube-flannel-ds', {
            desired: 0,
            nodeSelector: { 'io.cilium.migration/off': 'x' },
          }),
          daemonSet('cilium', { desired: 3 }),
        ],
      },
      { cni: 'cilium', podsOnBridge: false, agentNeedsBridgeNetfilter: undefined },
    ],
    [
      'kube-proxy for Windows alone',
      { daemonSets: [daemonSet('kube-proxy-windows', { desired: 1 }), daemonSet('cilium')], configMaps: {} },
      { kubeProxyMode: undefined },
    ],
  ]);
});

describe('an agent that leaves the network to another is not the network', () => {
  clusters([
    [
      'Calico for policies only, behind the VPC CNI (EKS: Installation with cni type AmazonVPC)',
      { daemonSets: [daemonSet('aws-node'), daemonSet('calico-node', { namespace: 'calico-system' })] },
      { cni: 'aws-vpc', podsOnBridge: false },
    ],
    [
      'Calico for policies only, behind flannel',
      { daemonSets: [flannelDaemonSet('v0.25.0'), daemonSet('calico-node')] },
      { cni: 'flannel', podsOnBridge: true },
    ],
    [
      'Calico for policies only, behind nothing that is known',
      { daemonSets: [daemonSet('calico-node')] },
      { cni: undefined, podsOnBridge: undefined },
    ],
    [
      'Cilium chained on a bridge plug-in (docs.cilium.io cni-chaining-generic-veth)',
      {
        daemonSets: [daemonSet('cilium')],
        configMaps: { 'kube-system/cilium-config': { 'cni-chaining-mode': 'generic-veth' } },
      },
      { cni: 'cilium', podsOnBridge: undefined },
    ],
    [
      'Cilium chained on the VPC CNI',
      {
        daemonSets: [daemonSet('cilium'), daemonSet('aws-node')],
        configMaps: { 'kube-system/cilium-config': { 'cni-chaining-mode': 'aws-cni' } },
      },
      { cni: 'aws-vpc', podsOnBridge: false },
    ],
    [
      'Cilium chained on flannel',
      {
        daemonSets: [daemonSet('cilium'), flannelDaemonSet('v0.26.0')],
        configMaps: { 'kube-system/cilium-config': { 'cni-chaining-mode': 'flannel' } },
      },
      { cni: 'flannel', podsOnBridge: true },
    ],
    [
      'Cilium with portmap behind it is the network itself',
      {
        daemonSets: [daemonSet('cilium')],
        configMaps: { 'kube-system/cilium-config': { 'cni-chaining-mode': 'portmap' } },
      },
      { cni: 'cilium', podsOnBridge: false },
    ],
    [
      'azure-cns, which hands out addresses to Cilium (Azure/azure-container-networking azilium.conflist)',
      {
        daemonSets: [daemonSet('azure-cns'), daemonSet('cilium')],
        configMaps: { 'kube-system/cilium-config': { 'kube-proxy-replacement': 'true' } },
      },
      { cni: 'cilium', podsOnBridge: false, kubeProxyMode: 'none' },
    ],
    [
      'Antrea for policies only, behind the VPC CNI (antrea-io/antrea docs/eks-installation.md)',
      {
        daemonSets: [daemonSet('aws-node'), daemonSet('antrea-agent', { configMaps: ['antrea-config-x'] })],
        configMaps: { 'kube-system/antrea-config-x': { 'antrea-agent.conf': 'trafficEncapMode: networkPolicyOnly\n' } },
      },
      { cni: 'aws-vpc', podsOnBridge: false },
    ],
    ['azure-cns alone', { daemonSets: [daemonSet('azure-cns')] }, { cni: 'azure', podsOnBridge: false }],
    [
      'Antrea that serves Services itself (antrea-io/antrea antrea-agent.conf, proxyAll)',
      {
        daemonSets: [daemonSet('antrea-agent', { configMaps: ['antrea-config'] })],
        configMaps: { 'kube-system/antrea-config': { 'antrea-agent.conf': 'antreaProxy:\n  proxyAll: true\n' } },
      },
      { cni: 'antrea', kubeProxyMode: 'none' },
    ],
  ]);
});

describe('Cilium routes by BPF where its ConfigMap leaves it no other way', () => {
  const bpf = { 'kube-proxy-replacement': 'true', 'enable-bpf-masquerade': 'true' };
  const cilium = (config: Record<string, string>) => ({
    daemonSets: [daemonSet('cilium')],
    configMaps: { 'kube-system/cilium-config': config },
  });
  clusters([
    ['with BPF for Services and for masquerading (docs.cilium.io tuning)', cilium(bpf), { routesByBpf: true }],
    [
      'without any masquerading (a public cluster with BGP)',
      cilium({ 'kube-proxy-replacement': 'strict', 'enable-ipv4-masquerade': 'false' }),
      { routesByBpf: true },
    ],
    [
      'but for what was asked of it (bpf.hostLegacyRouting in public Helm values)',
      cilium({ ...bpf, 'enable-host-legacy-routing': 'true' }),
      { routesByBpf: undefined },
    ],
    ['but for WireGuard', cilium({ ...bpf, 'enable-wireguard': 'true' }), { routesByBpf: undefined }],
    ['but beside kube-proxy', cilium({ ...bpf, 'kube-proxy-replacement': 'false' }), { routesByBpf: undefined }],
    ['but as Helm installs it', cilium({ 'kube-proxy-replacement': 'true' }), { routesByBpf: undefined }],
    ['but where it may not be read', { daemonSets: [daemonSet('cilium')] }, { routesByBpf: undefined }],
  ]);
});

describe('an agent is known by the program that it runs, whatever its installer called it', () => {
  const flanneld = { command: ['/opt/bin/flanneld', '--ip-masq', '--kube-subnet-mgr'], configMaps: ['net'] };
  const configMaps = { 'kube-system/net': flannelConfig({}) };
  clusters([
    [
      'flannel as Typhoon has it, before it has ever started (poseidon/terraform-render-bootstrap)',
      {
        daemonSets: [daemonSet('flannel', { ...flanneld, image: 'docker.io/flannel/flannel:v0.26.1' })],
        configMaps,
      },
      { cni: 'flannel', cniBackend: 'vxlan', podsOnBridge: true, agentNeedsBridgeNetfilter: true },
    ],
    [
      "the same before it needed bridge netfilter, by a shell's line",
      {
        daemonSets: [
          daemonSet('overlay-network', {
            command: ['/bin/sh', '-c', 'exec /opt/bin/flanneld --ip-masq'],
            image: 'quay.io/coreos/flannel:v0.14.0',
          }),
        ],
      },
      { cni: 'flannel', podsOnBridge: true, agentNeedsBridgeNetfilter: false },
    ],
    [
      "Canal, by Calico's agent beside flanneld",
      {
        daemonSets: [
          {
            ...daemonSet('net'),
            containers: ['calico-node', 'kube-flannel'].flatMap(
              (container) => daemonSet('net', { container }).containers,
            ),
          },
        ],
      },
      { cni: 'canal', podsOnBridge: false },
    ],
    [
      'flannel for Windows alone',
      { daemonSets: [daemonSet('kube-flannel-ds-windows-amd64', { container: 'kube-flannel' }), daemonSet('cilium')] },
      { cni: 'cilium', podsOnBridge: false },
    ],
    [
      'GKE Dataplane V2 whose ConfigMap may not be read: nothing but anetd serves Services there',
      {
        nodes: [node({ system: { kubelet: 'v1.33.4-gke.1036000' } })],
        daemonSets: [daemonSet('anetd'), daemonSet('kube-proxy', { desired: 0 })],
      },
      { cni: 'gke', podsOnBridge: false, kubeProxyMode: 'none' },
    ],
    [
      'hybridnet (alibaba/hybridnet charts)',
      { daemonSets: [daemonSet('hybridnet-daemon', { init: ['install-cni'] })] },
      { cni: 'hybridnet', podsOnBridge: false },
    ],
  ]);
});

describe("an agent in a stranger's namespace makes a check stricter, never laxer", () => {
  const elsewhere = { namespace: 'networking', desired: 3 };
  clusters([
    [
      'flannel by Helm, whose chart takes the namespace of the release',
      {
        daemonSets: [flannelDaemonSet('v0.28.9', 'kube-flannel-ds', elsewhere)],
        configMaps: { 'networking/kube-flannel-cfg': flannelConfig({}) },
      },
      {
        cni: 'flannel',
        cniBackend: 'vxlan',
        podsOnBridge: true,
        agentNeedsBridgeNetfilter: true,
        cniUnconfirmed: true,
      },
    ],
    [
      'kube-router',
      { daemonSets: [daemonSet('kube-router', elsewhere)] },
      { cni: 'kube-router', podsOnBridge: true, cniUnconfirmed: true },
    ],
    [
      "Canal: no bridge, yet its flanneld's need counts",
      {
        daemonSets: [flannelDaemonSet('v0.26.1', 'canal', elsewhere)],
        configMaps: { 'networking/canal-config': flannelConfig({}) },
      },
      { cni: undefined, podsOnBridge: undefined, agentNeedsBridgeNetfilter: true },
    ],
    [
      'a Cilium of some tenant',
      { daemonSets: [daemonSet('cilium', elsewhere)] },
      { cni: undefined, podsOnBridge: undefined },
    ],
    [
      'a kube-proxy of some tenant',
      { daemonSets: [daemonSet('kube-proxy', { ...elsewhere, args: ['--proxy-mode=nftables'] })] },
      { kubeProxyMode: undefined },
    ],
    [
      "a tenant's Cilium that claims to serve Services",
      {
        daemonSets: [daemonSet('cilium', elsewhere)],
        configMaps: { 'networking/cilium-config': { 'kube-proxy-replacement': 'true' } },
      },
      { kubeProxyMode: undefined },
    ],
    [
      "a tenant's DaemonSet called flannel beside the cluster's own Calico",
      { daemonSets: [calicoDaemonSet(), flannelDaemonSet('v0.28.9', 'kube-flannel-ds', elsewhere)] },
      { cni: 'calico', podsOnBridge: false, agentNeedsBridgeNetfilter: undefined },
    ],
    [
      "a tenant's flannel that hands pods to ptp",
      {
        daemonSets: [flannelDaemonSet('v0.25.0', 'kube-flannel-ds', elsewhere)],
        configMaps: { 'networking/kube-flannel-cfg': flannelConfig({}, { delegate: { type: 'ptp' } }) },
      },
      { cni: undefined, podsOnBridge: undefined },
    ],
  ]);
});

describe('the IP families, where podCIDRs are empty', () => {
  const bare = (annotations: Record<string, string> = {}) => [node({ podCIDRs: [], annotations })];
  const ovn = daemonSet('ovnkube-node', { namespace: 'openshift-ovn-kubernetes' });
  clusters([
    [
      'OVN-Kubernetes, dual stack (k8s.ovn.org/node-subnets)',
      {
        nodes: bare({ 'k8s.ovn.org/node-subnets': '{"default":["10.128.0.0/23","fd01:0:0:1::/64"]}' }),
        daemonSets: [ovn],
      },
      { ipFamilies: ['IPv4', 'IPv6'] },
    ],
    [
      'OVN-Kubernetes before lists',
      { nodes: bare({ 'k8s.ovn.org/node-subnets': '{"default":"10.128.0.0/23"}' }), daemonSets: [ovn] },
      { ipFamilies: ['IPv4'] },
    ],
    [
      'kube-ovn, dual stack (ovn.kubernetes.io/cidr)',
      {
        nodes: bare({ 'ovn.kubernetes.io/cidr': '100.64.0.0/16,fd00:100:64::/112' }),
        daemonSets: [daemonSet('kube-ovn-cni')],
      },
      { ipFamilies: ['IPv4', 'IPv6'] },
    ],
    [
      'Calico, dual stack (projectcalico.org/IPv6Address)',
      {
        nodes: bare({ 'projectcalico.org/IPv4Address': '10.0.0.4/24', 'projectcalico.org/IPv6Address': 'fd00::4/64' }),
        daemonSets: [calicoDaemonSet()],
      },
      { ipFamilies: ['IPv4', 'IPv6'] },
    ],
    [
      "another CNI's annotation is left over",
      { nodes: bare({ 'projectcalico.org/IPv6Address': 'fd00::4/64' }), daemonSets: [daemonSet('cilium')] },
      { ipFamilies: ['IPv4'] },
    ],
    [
      'ServiceCIDRs of both families (AKS overlay, dual stack)',
      { nodes: bare(), daemonSets: [daemonSet('azure-cns')], serviceCidrs: ['10.0.0.0/16', 'fd12:3456::/108'] },
      { ipFamilies: ['IPv4', 'IPv6'] },
    ],
    [
      'nothing that says it',
      {
        nodes: bare({ 'k8s.ovn.org/node-subnets': 'not: any' }),
        daemonSets: [ovn],
        kubernetesService: { clusterIPs: [], ipFamilies: [] },
      },
      { ipFamilies: undefined },
    ],
    ['EKS: a Service of IPv4 alone', { nodes: bare(), daemonSets: [daemonSet('aws-node')] }, { ipFamilies: ['IPv4'] }],
  ]);
});
