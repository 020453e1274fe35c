import { type Cni, named } from './cni.ts';

export const kubeOvn = {
  id: 'kube-ovn',
  attachment: 'ovs',
  agent: named('kube-ovn-cni'),
  families: ['ovn.kubernetes.io/cidr'],
  plugins: ['kube-ovn'],
  // install-cni.sh: for each family of the node's addresses.
  atStart: {
    agent: 'kube-ovn-cni',
    sysctls: (usesIpv6) => ['net.ipv4.ip_forward', ...(usesIpv6 ? ['net.ipv6.conf.all.forwarding'] : [])],
  },
} as const satisfies Cni;
