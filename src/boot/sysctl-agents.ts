import type { ClusterProfile } from '../cluster/profile.ts';
import type { SysctlKey } from './sysctl-keys.ts';

/** What of the cluster tells which agents set sysctls on its nodes. */
export type SysctlAgentProfile = Pick<ClusterProfile, 'distribution' | 'cni' | 'kubeProxyMode' | 'ipFamilies'>;

/** A program on the node that sets sysctls to 1 each time it starts. */
export interface AgentSettings {
  /** As people know it. */
  agent: string;
  enables: readonly SysctlKey[];
}

const IPV4: readonly SysctlKey[] = ['net.ipv4.ip_forward'];
const IPV4_AND_NEW: readonly SysctlKey[] = [...IPV4, 'net.ipv4.conf.default.forwarding'];
const IPV6: readonly SysctlKey[] = ['net.ipv6.conf.all.forwarding', 'net.ipv6.conf.default.forwarding'];
const BRIDGE: readonly SysctlKey[] = ['net.bridge.bridge-nf-call-iptables'];
const BRIDGE_IPV6: readonly SysctlKey[] = ['net.bridge.bridge-nf-call-ip6tables'];

/**
 * The programs of a cluster's nodes that set sysctls themselves, as they do unless they are told otherwise. Those that only do
 * so with the first pod, such as the bridge plug-in, are not among them.
 */
export function sysctlAgents(profile: SysctlAgentProfile): AgentSettings[] {
  const { distribution, cni, kubeProxyMode } = profile;
  const ipv6 = profile.ipFamilies?.includes('IPv6') ?? false;
  const agents: AgentSettings[] = [];
  // They leave the bridges to others when they run neither kube-proxy nor flannel.
  const bridges = kubeProxyMode !== 'none' || cni === 'flannel';
  if (distribution === 'k3s' || distribution === 'rke2') {
    const bridge = bridges ? [...BRIDGE, ...(ipv6 ? BRIDGE_IPV6 : [])] : [];
    agents.push({ agent: distribution, enables: [...IPV4_AND_NEW, ...(ipv6 ? IPV6 : []), ...bridge] });
  }
  if (distribution === 'k0s') {
    agents.push({ agent: 'k0s', enables: [...IPV4_AND_NEW, ...IPV6, ...BRIDGE, ...BRIDGE_IPV6] });
  }
  if (distribution === 'talos') {
    agents.push({ agent: 'Talos', enables: [...IPV4, 'net.ipv6.conf.default.forwarding', ...BRIDGE, ...BRIDGE_IPV6] });
  }
  if (kubeProxyMode === 'ipvs') agents.push({ agent: 'kube-proxy (ipvs)', enables: IPV4 });
  if (cni === 'calico' || cni === 'canal') {
    agents.push({ agent: 'felix', enables: [...IPV4, ...(ipv6 ? IPV6.slice(0, 1) : [])] });
  }
  if (cni === 'kube-router') agents.push({ agent: 'kube-router', enables: [...BRIDGE, ...(ipv6 ? BRIDGE_IPV6 : [])] });
  return agents;
}
