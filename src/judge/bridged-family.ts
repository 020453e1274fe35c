import type { ClusterProfile, IpFamily } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { demandAsked } from '../facts/read.ts';
import { POD_NETWORK_READS, type PodNetwork, podNetwork, usesFamily } from './pod-network.ts';
import { type Applicability, recommended, required, skip } from './rule.ts';

/** podNetwork() for a rule, which has to ask for what that reads. */
export function podNetworkAsked(profile: ClusterProfile, facts: NodeFacts): PodNetwork {
  demandAsked(facts, ...POD_NETWORK_READS.kinds);
  return podNetwork(profile, facts);
}

/** Whether what passes a bridge concerns a node, for one address family. */
export function bridgedFamily(family: IpFamily, profile: ClusterProfile, facts: NodeFacts): Applicability {
  const used = usesFamily(profile, family);
  const { onBridge, because } = podNetworkAsked(profile, facts);
  if (used === false) return skip(`the cluster does not use ${family}`);
  if (onBridge === false) return skip(because);
  if (onBridge === undefined) return recommended(because);
  if (used === undefined && family === 'IPv6') return recommended(`${because}; IP families not known (--ip-families)`);
  return required(because);
}
