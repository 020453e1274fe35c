import { type Distribution, kubelet, label } from './distribution.ts';

export const eks = {
  id: 'eks',
  is: (node) => kubelet(/-eks-/)(node) || label('eks.amazonaws.com/nodegroup')(node),
} as const satisfies Distribution;
