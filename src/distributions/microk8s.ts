import { BRIDGE, type Distribution, IPV4_AND_NEW, IPV6_AND_NEW, label } from './distribution.ts';

/** kubelite runs kube-proxy, and its wrapper prepares the node each time it starts (run-kubelite-with-args). */
export const microk8s = {
  id: 'microk8s',
  is: label('microk8s.io/cluster'),
  ownKubeProxy: true,
  atStart: {
    agent: 'kubelite',
    sysctls: () => [IPV4_AND_NEW[0], IPV6_AND_NEW[0], BRIDGE],
    modules: ['br_netfilter'],
  },
} as const satisfies Distribution;
