import { describe } from 'vitest';
import { clusters, k3s, staticPod } from './clusters.ts';
import { calicoDaemonSet, daemonSet, node, proxyConfig } from './evidence.ts';

const proxy = (configMaps: string[], name = 'kube-proxy') =>
  daemonSet(name, { configMaps, command: ['kube-proxy', '--config=/var/lib/kube-proxy/config'], desired: 2 });

describe("kube-proxy's configuration is what its DaemonSet mounts", () => {
  clusters([
    [
      'EKS: the ConfigMap kube-proxy holds a kubeconfig (aws/containers-roadmap#657)',
      {
        daemonSets: [proxy(['kube-proxy', 'kube-proxy-config'])],
        configMaps: {
          'kube-system/kube-proxy': { kubeconfig: 'kind: Config\napiVersion: v1\n' },
          'kube-system/kube-proxy-config': { config: 'kind: KubeProxyConfiguration\nmode: ipvs\n' },
        },
      },
      { kubeProxyMode: 'ipvs' },
    ],
    [
      'Talos: a name with a checksum (siderolabs/talos k8stemplates/kube-proxy.go)',
      {
        daemonSets: [proxy(['kube-proxy-config-1a2b3c4d'])],
        configMaps: { 'kube-system/kube-proxy-config-1a2b3c4d': { 'config.conf': 'mode: nftables\n' } },
      },
      { kubeProxyMode: 'nftables' },
    ],
    [
      'OpenShift with a third-party network: another namespace, name and key (cluster-network-operator bindata/kube-proxy)',
      {
        daemonSets: [
          daemonSet('openshift-kube-proxy', {
            namespace: 'openshift-kube-proxy',
            container: 'kube-proxy',
            configMaps: ['proxy-config'],
            command: ['/bin/bash', '-c', 'exec /usr/bin/kube-proxy --config /config/kube-proxy-config.yaml'],
          }),
        ],
        configMaps: {
          'openshift-kube-proxy/proxy-config': {
            'kube-proxy-config.yaml':
              'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: iptables\n',
          },
        },
      },
      { kubeProxyMode: 'iptables' },
    ],
    [
      'one DaemonSet for each pool, which agree (Alibaba Cloud: kube-proxy-worker, kube-proxy-master)',
      {
        daemonSets: [
          proxy(['kube-proxy-worker'], 'kube-proxy-worker'),
          proxy(['kube-proxy-master'], 'kube-proxy-master'),
        ],
        configMaps: {
          'kube-system/kube-proxy-worker': proxyConfig('ipvs'),
          'kube-system/kube-proxy-master': proxyConfig('ipvs'),
        },
      },
      { kubeProxyMode: 'ipvs' },
    ],
    [
      'pools that differ are left to what each node shows',
      {
        daemonSets: [proxy(['a'], 'kube-proxy-a'), proxy(['b'], 'kube-proxy-b')],
        configMaps: { 'kube-system/a': proxyConfig('ipvs'), 'kube-system/b': proxyConfig('iptables') },
      },
      { kubeProxyMode: undefined },
    ],
    [
      'a kubeconfig alone is no configuration',
      {
        daemonSets: [proxy(['kube-proxy'])],
        configMaps: { 'kube-system/kube-proxy': { kubeconfig: 'kind: Config\napiVersion: v1\n' } },
      },
      { kubeProxyMode: undefined },
    ],
    [
      'a ConfigMap of flags that kube-proxy is not started with does not count (AKS starts it with flags only)',
      {
        daemonSets: [daemonSet('kube-proxy', { command: ['kube-proxy', '--kubeconfig=/k', '--v=3'] })],
        configMaps: { 'kube-system/kube-proxy': proxyConfig('ipvs') },
      },
      { kubeProxyMode: 'iptables' },
    ],
    [
      'a shell line (kubernetes cluster/addons/kube-proxy/kube-proxy-ds.yaml)',
      {
        daemonSets: [
          daemonSet('kube-proxy', {
            command: ['/bin/sh', '-c', 'kube-proxy --proxy-mode=ipvs --v=2 1>>/var/log/p 2>&1'],
          }),
        ],
      },
      { kubeProxyMode: 'ipvs' },
    ],
  ]);
});

describe('kube-proxy outside of DaemonSets', () => {
  clusters([
    [
      'a static pod (kubernetes/kops nodeup kube_proxy.go)',
      { kubeProxyPods: [staticPod(['/usr/local/bin/kube-proxy', '--proxy-mode=ipvs', '--v=2'])] },
      { kubeProxyMode: 'ipvs' },
    ],
    [
      'a static pod without the flag, by a shell (GKE)',
      { kubeProxyPods: [staticPod(['/bin/sh', '-c', 'exec kube-proxy --master=https://m 1>>/var/log/p 2>&1'])] },
      { kubeProxyMode: 'iptables' },
    ],
    [
      'a static pod whose configuration is a file of the node',
      { kubeProxyPods: [staticPod(['kube-proxy', '--config=/etc/kube-proxy.yaml'])] },
      { kubeProxyMode: undefined },
    ],
    [
      'inside kubelite (canonical/microk8s)',
      { nodes: [node({ labels: { 'microk8s.io/cluster': 'true' } })], daemonSets: [calicoDaemonSet()] },
      { kubeProxyMode: 'iptables', distribution: 'microk8s', cni: 'calico' },
    ],
    [
      'GKE with the classic data plane: an idle DaemonSet, static pods that may not be listed (karpenter-provider-gcp#486)',
      {
        nodes: [node({ system: { kubelet: 'v1.34.4-gke.1003000' } })],
        daemonSets: [daemonSet('kube-proxy', { desired: 0 })],
      },
      { kubeProxyMode: 'iptables', cni: 'gke', podsOnBridge: false },
    ],
  ]);
});

describe('each node of k3s and RKE2 lists its own arguments', () => {
  const cilium = {
    daemonSets: [daemonSet('cilium')],
    configMaps: { 'kube-system/cilium-config': { 'kube-proxy-replacement': 'false' } },
  };
  clusters([
    [
      'a server without kube-proxy, agents that do not say so',
      { nodes: [k3s(['agent']), k3s(['server', '--disable-kube-proxy'])], ...cilium },
      { kubeProxyMode: 'none' },
    ],
    [
      'RKE2 agents, whose servers are not listed, with Cilium in place of kube-proxy',
      {
        nodes: [node({ system: { kubelet: 'v1.34.4+rke2r1' }, annotations: { 'rke2.io/node-args': '["agent"]' } })],
        daemonSets: [daemonSet('cilium')],
        configMaps: { 'kube-system/cilium-config': { 'kube-proxy-replacement': 'true' } },
      },
      { kubeProxyMode: 'none', distribution: 'rke2' },
    ],
    [
      'nodes whose modes differ are left to what each shows',
      { nodes: [k3s(['server']), k3s(['agent', '--kube-proxy-arg=proxy-mode=ipvs'])] },
      { kubeProxyMode: undefined },
    ],
    [
      'the static pod of RKE2 beside silent arguments',
      {
        nodes: [node({ system: { kubelet: 'v1.34.4+rke2r1' }, annotations: { 'rke2.io/node-args': '["server"]' } })],
        kubeProxyPods: [staticPod(['kube-proxy', '--proxy-mode=nftables'])],
      },
      { kubeProxyMode: 'nftables', distribution: 'rke2' },
    ],
  ]);
});
