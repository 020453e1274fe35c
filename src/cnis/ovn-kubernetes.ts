import { type Cni, named } from './cni.ts';

export const ovnKubernetes = {
  id: 'ovn-kubernetes',
  attachment: 'ovs',
  agent: named('ovnkube-node'),
  families: ['k8s.ovn.org/node-subnets'],
  replacesKubeProxy: () => true,
  plugins: ['ovn-k8s-cni-overlay'],
  // On OpenShift it first switches forwarding off, and IPv6 on again for dual stack.
  atStart: { agent: 'ovnkube', sysctls: (usesIpv6) => (usesIpv6 ? ['net.ipv6.conf.all.forwarding'] : []) },
} as const satisfies Cni;
