import { type Cni, hasArgument } from './cni.ts';

const BRIDGE = 'net.bridge.bridge-nf-call-iptables';
const BRIDGE_IPV6 = 'net.bridge.bridge-nf-call-ip6tables';

export const kubeRouter = {
  id: 'kube-router',
  attachment: 'bridge',
  // Also deployed beside another CNI, for nothing but NetworkPolicies or Services.
  agent: (daemonSet) =>
    daemonSet.name === 'kube-router' && !hasArgument(daemonSet, '--run-router=false', '--enable-cni=false'),
  bridges: ['kube-bridge'],
  atStart: {
    agent: 'kube-router',
    sysctls: (usesIpv6) => [BRIDGE, ...(usesIpv6 ? [BRIDGE_IPV6] : [])],
    modules: ['br_netfilter'],
  },
  acceptsForward: true,
} as const satisfies Cni;
