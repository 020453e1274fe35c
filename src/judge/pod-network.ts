import type { ClusterProfile, IpFamily } from '../cluster/profile.ts';
import { pluginOnBridge } from '../cnis/lookup.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { wasAsked } from '../facts/read.ts';
import { excerpt } from '../text/excerpt.ts';
import { podBridges } from './bridges.ts';
import { NotAsked } from './not-asked.ts';
import { type Applicability, recommended, required, skip } from './rule.ts';

/** Whether pods of this node sit on a Linux bridge (undefined: unknown), and how that is known. */
export interface PodNetwork {
  onBridge?: boolean;
  because: string;
}

/**
 * Decides for one node. What the cluster's API says holds, and where it says nothing, the node decides. A node that shows pods on a
 * bridge where the API knows of none (a migration under way, a chained or second CNI) is an open question: nobody is told that it passes.
 */
export function podNetwork(profile: ClusterProfile, facts: NodeFacts): PodNetwork {
  const node = onNode(facts);
  const { cni, podsOnBridge } = profile;
  if (podsOnBridge === undefined) {
    const unclear = cni === undefined ? 'the CNI was not detected' : `${cni} may or may not use a Linux bridge`;
    return node ?? { because: `${unclear} (--cni tells)` };
  }
  const said = podsOnBridge
    ? `${cni ?? 'the CNI'} puts pods on a Linux bridge`
    : `${cni ?? 'the CNI'} does not put pods on a Linux bridge`;
  if (node === undefined || node.onBridge === podsOnBridge) return { onBridge: podsOnBridge, because: said };
  const because = `${said}, yet ${node.because} (--cni)`;
  return podsOnBridge ? { onBridge: true, because } : { because };
}

/** Whether the cluster uses an address family; undefined: not detected. */
export function usesFamily(profile: ClusterProfile, family: IpFamily): boolean | undefined {
  return profile.ipFamilies?.includes(family);
}

function onNode(facts: NodeFacts): (PodNetwork & { onBridge: boolean }) | undefined {
  for (const kind of POD_NETWORK_READS.kinds) if (!wasAsked(facts, kind)) throw new NotAsked(kind);
  const bridge = podBridges(facts)?.find(({ portCount }) => portCount > 0);
  if (bridge) {
    return { onBridge: true, because: `pods sit on this node's bridge ${excerpt(bridge.name)}` };
  }
  // The first plug-in of a chain connects the pod. multus, azure-vnet and the like delegate or depend on a mode: no evidence.
  const plugin = facts.cni?.plugins.find((name) => name !== 'loopback');
  const onBridge = plugin === undefined ? undefined : pluginOnBridge(plugin);
  if (plugin === undefined || onBridge === undefined || !facts.cni) return undefined;
  return { onBridge, because: `${excerpt(facts.cni.file, 128)} names the CNI plug-in ${excerpt(plugin)}` };
}

/** What podNetwork() and bridgedFamily() read of a node. */
export const POD_NETWORK_READS = { kinds: ['bridges', 'cni'] } as const;

/** Whether what passes a bridge concerns a node, for one address family. */
export function bridgedFamily(family: IpFamily, profile: ClusterProfile, facts: NodeFacts): Applicability {
  const used = usesFamily(profile, family);
  const { onBridge, because } = podNetwork(profile, facts);
  if (used === false) return skip(`the cluster does not use ${family}`);
  if (onBridge === false) return skip(because);
  if (onBridge === undefined) return recommended(because);
  if (used === undefined && family === 'IPv6') return recommended(`${because}; IP families not known (--ip-families)`);
  return required(because);
}
