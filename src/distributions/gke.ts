import { type Distribution, kubelet, label } from './distribution.ts';

/** kube-proxy is a static pod; the DaemonSet of that name is idle (karpenter-provider-gcp#486). */
export const gke = {
  id: 'gke',
  is: (node) => kubelet(/-gke\./)(node) || label('cloud.google.com/gke-nodepool')(node),
  network: 'gke',
  ownKubeProxy: true,
} as const satisfies Distribution;
