import { BRIDGE, BRIDGE_IPV6, type Distribution, IPV4_AND_NEW, IPV6_AND_NEW, kubelet } from './distribution.ts';

export const k0s = {
  id: 'k0s',
  is: kubelet(/\+k0s/),
  atStart: {
    agent: 'k0s',
    sysctls: () => [...IPV4_AND_NEW, ...IPV6_AND_NEW, BRIDGE, BRIDGE_IPV6],
    modules: ['br_netfilter'],
  },
} as const satisfies Distribution;
