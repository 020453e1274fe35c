import type { DaemonSet, Node, Pod } from '../kube/cluster.ts';

/**
 * What was read from the API to tell what the cluster's network is made of. undefined: there is none, or it could not be read. The contents of ConfigMaps are whatever somebody wrote into them.
 */
export interface Evidence {
  /** All nodes of the cluster, not only the selected ones. */
  nodes: readonly NodeEvidence[];
  /** DaemonSets of all namespaces. */
  daemonSets?: readonly DaemonSet[];
  /** Why they could not be read: one line. */
  daemonSetsUnread?: string;
  /** The ConfigMaps that were read, by NAMESPACE/NAME. */
  configMaps: Readonly<Record<string, ConfigData>>;
  /** kube-proxy's static pods, one of each kind of label; read where no DaemonSet runs kube-proxy. */
  kubeProxyPods?: readonly Pod[];
  /** Service default/kubernetes. */
  kubernetesService?: { clusterIPs: readonly string[]; ipFamilies: readonly string[] };
  /** The CIDRs of all ServiceCIDR objects. */
  serviceCidrs?: readonly string[];
}

/** The part of a node that tells of its cluster. */
export type NodeEvidence = Pick<Node, 'labels' | 'annotations' | 'podCIDRs' | 'conditions' | 'system'>;

/** A ConfigMap's data. */
export type ConfigData = Readonly<Record<string, string>>;
