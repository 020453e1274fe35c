import { type Distribution, label } from './distribution.ts';

export const aks = { id: 'aks', is: label('kubernetes.azure.com/cluster') } as const satisfies Distribution;
