import type { DaemonSet, Node } from '../kube/cluster.ts';
import { hasArgument } from './cni.ts';
import { CNIS } from './index.ts';
import { type CniId, cniOf } from './lookup.ts';

/**
 * Namespaces that belong to a cluster's administrators by common consent. A DaemonSet elsewhere may be any tenant's: whoever names one
 * cilium there must neither talk a broken node into passing nor draw privileged pods into that namespace. It may make a check stricter.
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
  'openshift-sdn',
  'weave',
]);

/** Whether a DaemonSet is the cluster's own, by its namespace. */
export function isClustersOwn({ namespace }: DaemonSet): boolean {
  return SYSTEM_NAMESPACES.has(namespace);
}

export interface Agent {
  id: CniId;
  daemonSet: DaemonSet;
}

/** The CNIs whose agents are among the DaemonSets and meant to run, with them. Two at a time: a migration, or a division of labour. */
export function findAgents(daemonSets: readonly DaemonSet[]): Agent[] {
  return CNIS.flatMap(({ id }) => {
    const daemonSet = daemonSets.find((candidate) => cniOf(id).agent?.(candidate) && !isIdle(candidate));
    return daemonSet ? [{ id, daemonSet }] : [];
  });
}

/**
 * Whether a DaemonSet runs on no node: its controller counts none, or its selector fits none of these nodes. Operators and clouds switch a
 * DaemonSet off by a label that no node has (projectcalico.org/disable-kube-proxy), and leave it there.
 */
export function isIdle(
  { desired, nodeSelector = {} }: DaemonSet,
  nodes: readonly Pick<Node, 'labels'>[] = [],
): boolean {
  if (desired !== undefined) return desired === 0;
  const fits = ({ labels }: Pick<Node, 'labels'>) =>
    Object.entries(nodeSelector).every(([key, value]) => key === 'kubernetes.io/os' || labels[key] === value);
  return nodes.length > 0 && !nodes.some(fits);
}

/** Whether a kube-router serves Services, in kube-proxy's stead: it does unless it is told otherwise. */
export function servesServices(daemonSet: DaemonSet): boolean {
  return !hasArgument(daemonSet, '--run-service-proxy=false');
}
