import type { DaemonSet } from '../kube/cluster.ts';
import { hasArgument } from './cni.ts';
import { CNIS } from './index.ts';
import { type CniId, cniOf } from './lookup.ts';

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
  return CNIS.flatMap(({ id }) => {
    const daemonSet = daemonSets.find((candidate) => cniOf(id).agent?.(candidate));
    return daemonSet ? [{ id, daemonSet }] : [];
  });
}

/** Whether a kube-router serves Services, in kube-proxy's stead. */
export function servesServices(daemonSet: DaemonSet): boolean {
  return hasArgument(daemonSet, '--run-service-proxy', '--run-service-proxy=true');
}
