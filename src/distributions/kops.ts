import { type Distribution, label } from './distribution.ts';

/** kube-proxy is a static pod. nodeup runs at each boot, and loads the module whatever the CNI (kops nodeup, loadKernelModules). */
export const kops = {
  id: 'kops',
  is: label('kops.k8s.io/instancegroup'),
  ownKubeProxy: true,
  atStart: { agent: 'nodeup', sysctls: () => [], modules: ['br_netfilter'] },
} as const satisfies Distribution;
