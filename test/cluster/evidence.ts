import type { Evidence, NodeEvidence } from '../../src/cluster/evidence.ts';
import type { DaemonSet } from '../../src/kube/cluster.ts';

interface Parts extends Pick<DaemonSet, 'configMaps' | 'nodeSelector' | 'desired'> {
  image?: string;
  namespace?: string;
  labels?: Record<string, string>;
  command?: string[];
  args?: string[];
  container?: string;
  /** Names of init containers. */
  init?: string[];
}

/** A DaemonSet of one container, which bears its name unless told otherwise. */
export function daemonSet(name: string, parts: Parts = {}): DaemonSet {
  const {
    image = `${name}:v1.0.0`,
    namespace = 'kube-system',
    labels = {},
    command = [],
    args = [],
    container = name,
    init = [],
    ...rest
  } = parts;
  const inits = init.map((each) => ({ name: each, image: '', init: true, command: [], args: [] }));
  const containers = [...inits, { name: container, image, init: false, command, args }];
  return { name, namespace, labels, containers, ...rest };
}

/** flannel as its own manifest deploys it. */
export const flannelDaemonSet = (tag: string, name = 'kube-flannel-ds', parts: Parts = {}) =>
  daemonSet(name, {
    namespace: 'kube-flannel',
    container: 'kube-flannel',
    image: `registry.example/flannel-io/flannel:${tag}`,
    ...parts,
  });

/** Calico as its own manifest deploys it; without the container that installs its plug-in it only enforces policies. */
export const calicoDaemonSet = (parts: Parts = {}) => daemonSet('calico-node', { init: ['install-cni'], ...parts });

export const flannelConfig = (netConf: object, plugin: object = {}) => ({
  'net-conf.json': JSON.stringify({ Network: '10.244.0.0/16', Backend: { Type: 'vxlan' }, ...netConf }),
  'cni-conf.json': JSON.stringify({ plugins: [{ type: 'flannel', ...plugin }, { type: 'portmap' }] }),
});

/** A KubeProxyConfiguration, as kubeadm keeps it. */
export const proxyConfig = (mode: string) => ({ 'config.conf': `kind: KubeProxyConfiguration\nmode: ${mode}\n` });

export function node(
  parts: Partial<Omit<NodeEvidence, 'system'>> & { system?: Partial<NodeEvidence['system']> } = {},
): NodeEvidence {
  return {
    labels: {},
    annotations: {},
    podCIDRs: ['10.244.0.0/24'],
    conditions: [],
    ...parts,
    system: {
      os: 'linux',
      osImage: 'Debian GNU/Linux 12 (bookworm)',
      kernel: '6.1.0-56-amd64',
      arch: 'amd64',
      runtime: 'containerd://1.7.27',
      kubelet: 'v1.34.4',
      bootId: '',
      ...parts.system,
    },
  };
}

/** A kubeadm cluster with flannel, with the given parts in place of its own. */
export function evidence(parts: Partial<Evidence> = {}): Evidence {
  return {
    nodes: [node()],
    daemonSets: [flannelDaemonSet('v0.28.9'), daemonSet('kube-proxy')],
    configMaps: { 'kube-system/kube-proxy': proxyConfig('""'), 'kube-flannel/kube-flannel-cfg': flannelConfig({}) },
    kubernetesService: { clusterIPs: ['10.96.0.1'], ipFamilies: ['IPv4'] },
    ...parts,
  };
}
