import type { DaemonSet } from '../kube/cluster.ts';

/** The ids that --cni takes. crio-bridge is CRI-O's default configuration, bridge the bare plug-in; none: no pod network at all. */
export const CNI_IDS = [
  'flannel',
  'canal',
  'calico',
  'cilium',
  'antrea',
  'ovn-kubernetes',
  'kube-router',
  'weave',
  'aws-vpc',
  'azure',
  'gke',
  'kindnet',
  'bridge',
  'kubenet',
  'crio-bridge',
  'none',
] as const;
export type CniId = (typeof CNI_IDS)[number];

/** What is known of a CNI. */
export interface Cni {
  /** Whether it puts pods on a Linux bridge; undefined: depends on how it is set up. */
  podsOnBridge?: boolean;
  /** Whether a DaemonSet is this CNI's agent; absent: it has none, and only --cni or the node can tell. */
  agent?: (daemonSet: DaemonSet) => boolean;
  /** The name of its ConfigMap, in its DaemonSet's namespace, where something is to be learnt from that. */
  configMap?: (daemonSet: DaemonSet) => string;
}

const named =
  (...names: string[]) =>
  ({ name }: DaemonSet) =>
    names.includes(name);

const argument = (daemonSet: DaemonSet, ...values: string[]) =>
  daemonSet.containers.some(({ command, args }) => [...command, ...args].some((arg) => values.includes(arg)));

/** Whether a kube-router serves Services, in kube-proxy's stead. */
export function servesServices(daemonSet: DaemonSet): boolean {
  return argument(daemonSet, '--run-service-proxy', '--run-service-proxy=true');
}

export const CNIS: Readonly<Record<CniId, Cni>> = {
  flannel: {
    podsOnBridge: true,
    agent: ({ name, labels, containers }) =>
      /^kube-flannel(-(?!.*windows)|$)/.test(name) ||
      (labels.app === 'flannel' && containers.some((container) => container.name === 'kube-flannel')),
    configMap: () => 'kube-flannel-cfg',
  },
  // Flannel's tunnel, but Calico's plug-in connects the pods.
  canal: { podsOnBridge: false, agent: named('canal', 'rke2-canal'), configMap: ({ name }) => `${name}-config` },
  calico: { podsOnBridge: false, agent: named('calico-node') },
  cilium: { podsOnBridge: false, agent: named('cilium'), configMap: () => 'cilium-config' },
  antrea: { podsOnBridge: false, agent: named('antrea-agent') },
  'ovn-kubernetes': { podsOnBridge: false, agent: named('ovnkube-node') },
  'kube-router': {
    podsOnBridge: true,
    // Also deployed beside another CNI, for nothing but NetworkPolicies or Services.
    agent: (daemonSet) =>
      daemonSet.name === 'kube-router' && !argument(daemonSet, '--run-router=false', '--enable-cni=false'),
  },
  weave: { podsOnBridge: true, agent: named('weave-net') },
  'aws-vpc': { podsOnBridge: false, agent: named('aws-node') },
  azure: { agent: named('azure-cns') },
  gke: { agent: named('anetd'), configMap: () => 'cilium-config' },
  kindnet: { podsOnBridge: false, agent: named('kindnet') },
  bridge: { podsOnBridge: true },
  kubenet: { podsOnBridge: true },
  'crio-bridge': { podsOnBridge: true },
  none: { podsOnBridge: false },
};

/**
 * Namespaces that belong to a cluster's administrators by common consent. A DaemonSet elsewhere may be any tenant's: whoever names one
 * cilium there must neither talk a broken node into passing nor draw privileged pods into that namespace.
 */
const SYSTEM_NAMESPACES = new Set([
  'kube-system',
  'kube-flannel',
  'calico-system',
  'cilium',
  'cilium-system',
  'kube-router',
  'ovn-kubernetes',
  'openshift-ovn-kubernetes',
  'openshift-multus',
  'openshift-kube-proxy',
  'weave',
]);

/** Whether a DaemonSet is the cluster's own, by its namespace. */
export function isClustersOwn({ namespace }: DaemonSet): boolean {
  return SYSTEM_NAMESPACES.has(namespace);
}

/** The CNIs whose agents are among the DaemonSets, with them. Two at a time: a migration, or a division of labour. */
export function findAgents(daemonSets: readonly DaemonSet[]): { id: CniId; daemonSet: DaemonSet }[] {
  return CNI_IDS.flatMap((id) => {
    const daemonSet = daemonSets.find((candidate) => CNIS[id].agent?.(candidate));
    return daemonSet ? [{ id, daemonSet }] : [];
  });
}
