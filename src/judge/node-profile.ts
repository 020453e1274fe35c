import { asMode } from '../cluster/kube-proxy.ts';
import type { ClusterProfile, KubeProxyMode, OverrideFlag } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { podNetwork } from './pod-network.ts';
import { shownNetwork, strangeNetwork } from './shown-network.ts';

/** The cluster as one node shows it. */
export interface NodeProfile {
  profile: ClusterProfile;
  /** Whether this node's pods are on a Linux bridge; undefined: not known. */
  onBridge?: boolean;
  /** Where the node does not agree with what the API says: a sentence each, which is true of this node. */
  notes: readonly string[];
}

/**
 * The profile of the cluster, with what one node shows in place of what is not known or only assumed, and of what the API has wrong: links
 * and programs are truer than objects that say what should be. What the user has said holds. podNetwork() tells how pods are connected.
 */
export function nodeProfile(cluster: ClusterProfile, facts: NodeFacts): NodeProfile {
  const { assumed = [], ...said } = cluster;
  const network = withNetwork(said, facts, assumed.includes('--cni'));
  const proxy = kubeProxyHere(said, facts, assumed.includes('--kube-proxy-mode'));
  const { onBridge, disagreement } = podNetwork(network, facts);
  const settled = (flag: OverrideFlag) =>
    flag === '--cni' ? network !== said && onBridge !== undefined : flag === '--kube-proxy-mode' && proxy.shown;
  return {
    profile: {
      ...network,
      ...(proxy.mode && { kubeProxyMode: proxy.mode }),
      assumptions: network.assumptions.filter(({ flag }) => !settled(flag)),
    },
    ...(onBridge !== undefined && { onBridge }),
    notes: [disagreement, proxy.disagreement].flatMap((note) => note ?? []),
  };
}

/** With the CNI that the node shows, where none is known; a file does not vouch for the agent that wrote it. */
function withNetwork(said: ClusterProfile, facts: NodeFacts, isAssumed: boolean): ClusterProfile {
  if (!isAssumed && (said.cni !== undefined || said.podsOnBridge !== undefined)) return said;
  const { cni: _cni, podsOnBridge: _bridge, ...unknown } = said;
  const shown = shownNetwork(facts, unknown);
  if (!shown) return isAssumed ? withoutAssumption(said, unknown, facts) : said;
  return { ...unknown, ...(shown.cni && { cni: shown.cni, cniUnconfirmed: true }) };
}

/** Pods are not assumed to be on a bridge where the node names a plug-in that may connect them in any way. */
function withoutAssumption(said: ClusterProfile, unknown: ClusterProfile, facts: NodeFacts): ClusterProfile {
  const strange = strangeNetwork(facts);
  if (strange === undefined) return said;
  const text = `${strange}: bridge rules only warn (--cni).`;
  const assumptions = said.assumptions.map((one) => (one.flag === '--cni' ? { ...one, text } : one));
  return { ...unknown, assumptions };
}

interface KubeProxyHere {
  mode?: KubeProxyMode | undefined;
  /** The node shows it. */
  shown: boolean;
  disagreement?: string;
}

function kubeProxyHere(
  { kubeProxyMode: known, given }: ClusterProfile,
  facts: NodeFacts,
  isAssumed: boolean,
): KubeProxyHere {
  if (given?.includes('--kube-proxy-mode')) return { mode: known, shown: false };
  const said = isAssumed ? undefined : known;
  const { kubeProxy, programs, ipvsLink } = facts;
  // k3s hides its arguments, and its annotation tells them.
  const inside = kubeProxy?.program.startsWith('k3s');
  const told = inside ? undefined : asMode(kubeProxy?.mode);
  if (told && said && told !== said) {
    return {
      mode: told,
      shown: true,
      disagreement: `${kubeProxy?.program} runs in mode ${told}, though the cluster says ${said}`,
    };
  }
  // The link stays when the mode changes: it counts where nothing says the mode.
  const byLink = ipvsLink && (kubeProxy || !programs) ? 'ipvs' : undefined;
  const shown = told ?? (said ? undefined : (byLink ?? (inside ? 'iptables' : undefined)));
  return { mode: shown ?? known, shown: shown !== undefined };
}
