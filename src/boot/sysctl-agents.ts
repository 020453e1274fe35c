import type { ClusterProfile } from '../cluster/profile.ts';
import { cniAtStart } from '../cnis/lookup.ts';
import { distributionOf } from '../distributions/lookup.ts';
import type { BootInputs } from '../facts/facts.ts';
import type { SysctlKey } from './sysctl-keys.ts';
import { agentsOfUnits } from './unit-agents.ts';

/** What of the cluster tells which agents set sysctls on its nodes. */
export type SysctlAgentProfile = Pick<
  ClusterProfile,
  'distribution' | 'cni' | 'cniUnconfirmed' | 'kubeProxyMode' | 'ipFamilies'
>;

/** A program on the node that sets sysctls to 1 each time it starts. */
export interface AgentSettings {
  /** As people know it. */
  agent: string;
  enables: readonly SysctlKey[];
}

/**
 * The programs of a cluster's nodes that set sysctls themselves, as they do unless they are told otherwise, in the order in which they
 * start. Those that only do so with the first pod, such as the bridge plug-in, are not among them. What the cluster does not tell, units of
 * the node do.
 */
export function sysctlAgents(profile: SysctlAgentProfile, boot: BootInputs = {}): AgentSettings[] {
  const { distribution, cni, kubeProxyMode, ipFamilies } = profile;
  const usesIpv6 = ipFamilies?.includes('IPv6') ?? false;
  const usesBridges = kubeProxyMode !== 'none' || cni === 'flannel';
  const ofDistribution = distribution && distributionOf(distribution)?.atStart;
  const ofCni = cniAtStart(profile);
  const units = agentsOfUnits(boot).filter(({ agent }) => agent !== ofDistribution?.agent);
  return [
    ...[...(ofDistribution ? [ofDistribution] : []), ...units].map(({ agent, sysctls }) => ({
      agent,
      enables: sysctls({ usesIpv6, usesBridges }),
    })),
    ...(kubeProxyMode === 'ipvs' ? [{ agent: 'kube-proxy (ipvs)', enables: ['net.ipv4.ip_forward'] }] : []),
    ...(ofCni?.sysctls ? [{ agent: ofCni.agent, enables: ofCni.sysctls(usesIpv6) }] : []),
  ];
}
