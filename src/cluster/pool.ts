import type { Node } from '../kube/cluster.ts';

/** Labels that name the pool for which a node was made, of clouds, installers and autoscalers. */
const POOL_LABELS = [
  'karpenter.sh/nodepool',
  'cloud.google.com/gke-nodepool',
  'eks.amazonaws.com/nodegroup',
  'alpha.eksctl.io/nodegroup-name',
  'kubernetes.azure.com/agentpool',
  'oci.oraclecloud.com/node-pool-name',
  'doks.digitalocean.com/node-pool',
  'alibabacloud.com/nodepool-id',
  'kops.k8s.io/instancegroup',
  'node.cluster.x-k8s.io/node-pool',
] as const;
const CONTROL_PLANE = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'] as const;

/** The nodes that a node is meant to be like: its pool by name, else those of its part in the cluster. */
export function poolOf({ labels }: Pick<Node, 'labels'>): string {
  const named = POOL_LABELS.find((label) => labels[label]);
  if (named !== undefined) return labels[named] ?? '';
  return CONTROL_PLANE.some((label) => label in labels) ? 'control plane' : 'workers';
}
