import type { ClusterProfile, IpFamily } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { shownNetwork } from './shown-network.ts';

/** Whether pods of this node sit on a Linux bridge (undefined: unknown), and how that is known. */
export interface PodNetwork {
  onBridge?: boolean;
  because: string;
  /** The API says otherwise. */
  disagreement?: string;
}

/**
 * Decides for one node. What pods' own links show holds, then what the cluster's API says, and where it says nothing, what the node's
 * configuration says. Where such a file alone speaks against the API (a migration under way), the answer is open: nobody is told that it
 * passes; nor that it fails where the API has no more than a tenant's DaemonSet. What the user has said is not overruled, but it may become open.
 */
export function podNetwork(profile: ClusterProfile, facts: NodeFacts): PodNetwork {
  const node = shownNetwork(facts, profile);
  const { cni, podsOnBridge, given } = profile;
  if (podsOnBridge === undefined) {
    const unclear = cni === undefined ? 'the CNI was not detected' : `${cni} may or may not use a Linux bridge`;
    return node ?? { because: `${unclear} (name it with --cni)` };
  }
  const said = podsOnBridge
    ? `${cni ?? 'the CNI'} puts pods on a Linux bridge`
    : `${cni ?? 'the CNI'} does not put pods on a Linux bridge`;
  if (node === undefined || node.onBridge === podsOnBridge) return { onBridge: podsOnBridge, because: said };
  const because = `${said}, but ${node.because} (--cni)`;
  if (node.sure && !given?.includes('--cni')) {
    return {
      onBridge: node.onBridge,
      because: node.because,
      disagreement: `${node.because}, though ${said} elsewhere`,
    };
  }
  return podsOnBridge && !profile.cniUnconfirmed ? { onBridge: true, because } : { because };
}

/** Whether the cluster uses an address family; undefined: not detected. */
export function usesFamily(profile: ClusterProfile, family: IpFamily): boolean | undefined {
  return profile.ipFamilies?.includes(family);
}

/** What podNetwork() and nodeProfile() read of a node; what was not asked for is as good as not shown. */
export const POD_NETWORK_READS = { kinds: ['bridges', 'cni', 'links', 'programs'] } as const;
