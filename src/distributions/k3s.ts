import { BRIDGE, BRIDGE_IPV6, type Distribution, IPV4_AND_NEW, IPV6_AND_NEW, kubelet } from './distribution.ts';

/** What the agent of k3s and RKE2 sets. It leaves the bridges to others when it runs neither kube-proxy nor flannel. */
export const agentSysctls: NonNullable<Distribution['atStart']>['sysctls'] = ({ usesIpv6, usesBridges }) => [
  ...IPV4_AND_NEW,
  ...(usesIpv6 ? IPV6_AND_NEW : []),
  ...(usesBridges ? [BRIDGE, ...(usesIpv6 ? [BRIDGE_IPV6] : [])] : []),
];

export const k3s = {
  id: 'k3s',
  is: kubelet(/\+k3s/),
  atStart: { agent: 'k3s', sysctls: agentSysctls, modules: ['br_netfilter'] },
} as const satisfies Distribution;
