import { type Cni, named } from './cni.ts';

export const ovnKubernetes = {
  id: 'ovn-kubernetes',
  attachment: 'ovs',
  agent: named('ovnkube-node'),
  replacesKubeProxy: 'always',
  plugins: ['ovn-k8s-cni-overlay'],
} as const satisfies Cni;
