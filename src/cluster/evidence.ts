import type { DaemonSet, Node } from '../kube/cluster.ts';

/**
 * What was read from the API to tell what the cluster's network is made of. undefined: there is none, or it could not be read. The contents of ConfigMaps are whatever somebody wrote into them.
 */
export interface Evidence {
  nodes: readonly NodeEvidence[];
  daemonSets?: readonly DaemonSet[];
  /** ConfigMap kube-system/kube-proxy, on EKS kube-proxy-config. */
  kubeProxyConfig?: ConfigData;
  /** The ConfigMaps of the CNIs whose DaemonSets were found, by the CNIs' ids. */
  cniConfigs: Readonly<Record<string, ConfigData>>;
  /** Service default/kubernetes. */
  kubernetesService?: { clusterIPs: readonly string[]; ipFamilies: readonly string[] };
}

/** The part of a node that tells of its cluster. */
export type NodeEvidence = Pick<Node, 'labels' | 'annotations' | 'podCIDRs' | 'system'>;

/** A ConfigMap's data. */
export type ConfigData = Readonly<Record<string, string>>;
