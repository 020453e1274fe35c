import { type Distribution, kubelet } from './distribution.ts';
import { agentSysctls } from './k3s.ts';

export const rke2 = {
  id: 'rke2',
  is: kubelet(/\+rke2/),
  atStart: { agent: 'rke2', sysctls: agentSysctls, modules: ['br_netfilter'] },
} as const satisfies Distribution;
