import { type Distribution, kubelet, label } from './distribution.ts';

export const gke = {
  id: 'gke',
  is: (node) => kubelet(/-gke\./)(node) || label('cloud.google.com/gke-nodepool')(node),
} as const satisfies Distribution;
