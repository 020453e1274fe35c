import type { ClusterProfile } from '../cluster/profile.ts';
import { CNI_BRIDGES } from '../cnis/lookup.ts';
import { CidrSet } from '../facts/cidr.ts';
import type { Bridge, NodeFacts } from '../facts/facts.ts';
import { remembered } from '../text/remembered.ts';

/** What of a cluster tells which of a node's bridges carry pods. */
export type BridgeProfile = Pick<ClusterProfile, 'cni' | 'podsOnBridge' | 'podCIDRs'>;

/**
 * The node's bridges that carry pods, with or without ports at the moment: those whose connected route is a podCIDR. Only where podCIDRs are
 * not known or nothing on the node uses them, those with a name that a CNI gives: other software makes bridges with veth ports too (Docker,
 * nerdctl, Incus, KubeVirt's br100), and the bridge plug-in calls a second network cni0. undefined: bridges were not read.
 */
export function podBridges(facts: NodeFacts, profile: BridgeProfile): readonly Bridge[] | undefined {
  const { bridges } = facts;
  const byRoute = bridges?.filter(({ name }) => isRoutedTo(name, facts, profile));
  if (byRoute?.length !== 0) return byRoute;
  const elsewhere = profile.podsOnBridge === false && facts.networks !== undefined && podCidrs(profile).size > 0;
  if (elsewhere || routedPod(facts, profile) !== undefined) return [];
  const named = bridges?.filter(({ name }) => CNI_BRIDGES.has(name));
  return named?.length === 0 && usesDocker0(facts, profile) ? bridges?.filter(({ name }) => name === 'docker0') : named;
}

/** Whether a bridge's connected route is a podCIDR. */
export function isRoutedTo(bridge: string, { networks = [] }: NodeFacts, profile: BridgeProfile): boolean {
  const pods = podCidrs(profile);
  return networks.some(
    ({ link, is, cidrs }) => link === bridge && is === 'bridge' && cidrs.some((one) => pods.has(one)),
  );
}

/** The first link that leads to a pod without a bridge: a route for one address of a podCIDR leads there. */
export function routedPod({ networks = [] }: NodeFacts, profile: BridgeProfile): string | undefined {
  const pods = podCidrs(profile);
  return networks.find(({ is, cidrs }) => is === 'veth' && cidrs.some((one) => pods.holds(one)))?.link;
}

/** cri-dockerd without any CNI configuration puts pods on Docker's own bridge. */
function usesDocker0({ cni, programs }: NodeFacts, profile: BridgeProfile): boolean {
  return cni === null && (profile.cni ?? 'docker0') === 'docker0' && programs?.includes('cri-dockerd') !== false;
}

const NONE: readonly string[] = [];
/** Once per cluster: each node has it made several times. */
const setOf = remembered((podCIDRs: readonly string[]) => new CidrSet(podCIDRs));
const podCidrs = ({ podCIDRs = NONE }: BridgeProfile) => setOf(podCIDRs);

/** Names of the bridges in use that carry no pods: what bridge netfilter would filter as well. */
export function otherBridgesInUse(facts: NodeFacts, profile: BridgeProfile): string[] {
  const pods = new Set(podBridges(facts, profile));
  return (facts.bridges ?? []).filter((bridge) => bridge.portCount > 0 && !pods.has(bridge)).map(({ name }) => name);
}
