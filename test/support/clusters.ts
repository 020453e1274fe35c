import type { NodeOptions } from './node-object.ts';
import type { Container, KubeObject } from './objects.ts';
import { recordedAnswer } from './recorded-answers.ts';
import type { StandInOptions } from './stand-in.ts';

/** A cluster's share of the options: combine with `nodes`, `faults` and the rest. */
export type Cluster = Pick<StandInOptions, 'objects'>;

function daemonSet(
  namespace: string,
  name: string,
  labels: Record<string, string>,
  containers: Container[],
  initContainers: Container[] = [],
): KubeObject {
  const template = {
    metadata: { labels },
    spec: { hostNetwork: true, initContainers, containers, tolerations: [{ operator: 'Exists' }] },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace, labels },
    spec: { selector: { matchLabels: labels }, template },
  };
}

function configMap(namespace: string, name: string, data: Record<string, string>): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data };
}

/** kubeadm's kube-proxy; mode '' is iptables on Linux. */
export function kubeProxy(mode: '' | 'iptables' | 'ipvs' | 'nftables' = ''): KubeObject[] {
  const config = `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: "${mode}"\n`;
  const container: Container = {
    name: 'kube-proxy',
    image: 'registry.k8s.io/kube-proxy:v1.34.4',
    command: [
      '/usr/local/bin/kube-proxy',
      '--config=/var/lib/kube-proxy/config.conf',
      '--hostname-override=$(NODE_NAME)',
    ],
  };
  return [
    daemonSet('kube-system', 'kube-proxy', { 'k8s-app': 'kube-proxy' }, [container]),
    configMap('kube-system', 'kube-proxy', { 'config.conf': config, 'kubeconfig.conf': '' }),
  ];
}

/** flannel as its manifest deploys it. */
export function flannel({ backend = 'vxlan', nftables = false, version = 'v0.28.10' } = {}): KubeObject[] {
  const namespace = 'kube-flannel';
  const network = { Network: '10.244.0.0/16', EnableNFTables: nftables, Backend: { Type: backend } };
  const delegate = { hairpinMode: true, isDefaultGateway: true };
  const plugins = [
    { type: 'flannel', delegate },
    { type: 'portmap', capabilities: { portMappings: true } },
  ];
  const labels = { tier: 'node', app: 'flannel', 'k8s-app': 'flannel' };
  const container: Container = {
    name: 'kube-flannel',
    image: `ghcr.io/flannel-io/flannel:${version}`,
    command: ['/opt/bin/flanneld'],
    args: ['--ip-masq', '--kube-subnet-mgr'],
  };
  return [
    daemonSet(namespace, 'kube-flannel-ds', labels, [container]),
    configMap(namespace, 'kube-flannel-cfg', {
      'cni-conf.json': JSON.stringify({ name: 'cbr0', cniVersion: '0.3.1', plugins }),
      'net-conf.json': JSON.stringify(network),
    }),
  ];
}

export function calico(): KubeObject[] {
  const container: Container = { name: 'calico-node', image: 'quay.io/calico/node:v3.32.1' };
  const installer: Container = { name: 'install-cni', image: 'quay.io/calico/cni:v3.32.1' };
  return [
    daemonSet('kube-system', 'calico-node', { 'k8s-app': 'calico-node' }, [container], [installer]),
    configMap('kube-system', 'calico-config', { calico_backend: 'bird', veth_mtu: '0' }),
  ];
}

/** Cilium that replaces kube-proxy. */
export function cilium(): KubeObject[] {
  const container: Container = {
    name: 'cilium-agent',
    image: 'quay.io/cilium/cilium:v1.18.4',
    command: ['cilium-agent'],
  };
  const data = { 'kube-proxy-replacement': 'true', 'routing-mode': 'tunnel', 'tunnel-protocol': 'vxlan' };
  return [
    daemonSet('kube-system', 'cilium', { 'k8s-app': 'cilium' }, [container]),
    configMap('kube-system', 'cilium-config', { ...data, 'enable-ipv4': 'true', 'enable-ipv6': 'false' }),
  ];
}

/** What kubeadm with flannel makes. */
export const flannelCluster = (options?: Parameters<typeof flannel>[0]): Cluster => {
  return { objects: [...flannel(options), ...kubeProxy()] };
};
export const calicoCluster = (): Cluster => ({ objects: [...calico(), ...kubeProxy()] });
export const ciliumCluster = (): Cluster => ({ objects: cilium() });

const debian = {
  '/etc/os-release':
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n',
};
const persisted = {
  '/etc/modules-load.d/k8s.conf': 'overlay\nbr_netfilter\n',
  '/etc/sysctl.d/k8s.conf':
    'net.bridge.bridge-nf-call-iptables  = 1\nnet.bridge.bridge-nf-call-ip6tables = 1\nnet.ipv4.ip_forward = 1\n',
};
const healthySysctls = {
  'net.bridge.bridge-nf-call-iptables': '1',
  'net.bridge.bridge-nf-call-ip6tables': '1',
  'net.ipv4.ip_forward': '1',
};

/**
 * A Debian node in namespaces whose sysctls are as Kubernetes wants them, now and at the next boot. Like the two below it answers what was
 * recorded where namespaces cannot be had.
 */
export function healthyNode(name: string, more: Partial<NodeOptions> = {}): NodeOptions {
  const files = { ...debian, ...persisted };
  const namespaces = { files, sysctls: healthySysctls, bridges: ['cni0'] };
  return { name, namespaces, recorded: recordedAnswer('healthy'), ...more };
}

/** The same with other sysctls, which no file of the node sets at boot. */
export function nodeWithSysctls(
  name: string,
  sysctls: Record<string, string>,
  more: Partial<NodeOptions> = {},
): NodeOptions {
  const namespaces = { files: debian, sysctls: { ...healthySysctls, ...sysctls }, bridges: ['cni0'] };
  return { name, namespaces, ...more };
}

/** Bridged traffic bypasses iptables: the quiet failure. */
export const bridgeOffNode = (name: string) =>
  nodeWithSysctls(name, { 'net.bridge.bridge-nf-call-iptables': '0' }, { recorded: recordedAnswer('bridge-off') });

export const forwardingOffNode = (name: string) =>
  nodeWithSysctls(name, { 'net.ipv4.ip_forward': '0' }, { recorded: recordedAnswer('forwarding-off') });

/** Nodes of which the answers are recorded, by kind. */
export const RECORDED_NODES: Readonly<Record<string, (name: string) => NodeOptions>> = {
  healthy: healthyNode,
  'bridge-off': bridgeOffNode,
  'forwarding-off': forwardingOffNode,
};

/** br_netfilter is missing: its sysctls do not exist, and process that looks finds an empty directory. */
export function noBridgeNetfilterNode(name: string): NodeOptions {
  const masks = { '/proc/sys/net/bridge': null };
  return { name, namespaces: { files: debian, sysctls: { 'net.ipv4.ip_forward': '1' }, bridges: ['cni0'], masks } };
}

/** Its kubelet is down: pods stay Pending for ever. */
export const unreachableNode = (name: string): NodeOptions => ({ name, behaviour: 'silent' });
