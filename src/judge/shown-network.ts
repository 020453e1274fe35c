import { type BridgeProfile, isRoutedTo, podBridges, routedPod } from '../boot/pod-bridges.ts';
import { podsOnBridge } from '../cnis/cni.ts';
import { type CniId, cniOf, cniOfBridge, cniOfPlugin } from '../cnis/lookup.ts';
import type { CniConfiguration, NodeFacts } from '../facts/facts.ts';
import { excerpt } from '../text/excerpt.ts';

/** How a node's pods are connected, by what the node itself shows. */
export interface ShownNetwork {
  onBridge: boolean;
  because: string;
  /** The CNI that this is known to be. */
  cni?: CniId;
  /** Pods' own links show it, or the CNI's own configuration: it holds whatever the API says. */
  sure: boolean;
}

/** Files that CRI-O, Podman and nerdctl bring along for their own containers: no sign of what the cluster's pods use, if there is any other. */
const OF_CRIO = /\/(\d+-)?crio-[^/]*$/;
const STRAY = /\/(\d+-)?(crio|podman|cni-podman|nerdctl)[^/]*$/;

/** What a node shows of its pods' network; undefined: nothing. */
export function shownNetwork(facts: NodeFacts, profile: BridgeProfile): ShownNetwork | undefined {
  const bridge = podBridges(facts, profile)?.find(({ portCount }) => portCount > 0);
  if (bridge) {
    const { name } = bridge;
    const cni = cniOfBridge(name) ?? (name === 'docker0' ? 'docker0' : configured(facts.cni)?.cni);
    const because = `pods sit on this node's bridge ${excerpt(name)}`;
    return { onBridge: true, because, sure: isRoutedTo(name, facts, profile), ...(cni && { cni }) };
  }
  const byFile = configured(facts.cni);
  const link = routedPod(facts, profile);
  if (link !== undefined) {
    const cni = byFile?.onBridge ? undefined : byFile?.cni;
    const because = `pods of this node have links without a bridge (${excerpt(link)})`;
    return { onBridge: false, because, sure: true, ...(cni && { cni }) };
  }
  if (!byFile || !facts.cni) return undefined;
  const { file, plugins } = facts.cni;
  const ofCrio = OF_CRIO.test(file) && (profile.cni ?? 'crio-bridge') === 'crio-bridge';
  if (STRAY.test(file) && !ofCrio) return undefined;
  // The CNI that the cluster is known to have is no news, unless its file says how it is set up here.
  if (byFile.cni === profile.cni && profile.podsOnBridge !== undefined && !byFile.sure) return undefined;
  return { ...byFile, because: `${excerpt(file, 128)} names the CNI plug-in ${excerpt(plugins[0] ?? '')}` };
}

/** The runtime's CNI configuration has a plug-in of which nothing is known: a clause that names both. */
export function strangeNetwork({ cni }: NodeFacts): string | undefined {
  const [plugin] = cni?.plugins ?? [];
  if (!cni || plugin === undefined || STRAY.test(cni.file) || cniOfPlugin(plugin) !== undefined) return undefined;
  return `${excerpt(cni.file, 128)} names the CNI plug-in ${excerpt(plugin)}, which is not known`;
}

/** What the runtime's CNI configuration says by its first plug-in, which connects the pod; the others are chained to it. */
function configured(cni: CniConfiguration | null | undefined): Omit<ShownNetwork, 'because'> | undefined {
  const [plugin] = cni?.plugins ?? [];
  const found = plugin === undefined ? undefined : cniOfPlugin(plugin);
  if (!cni || found === undefined) return undefined;
  const id = found === 'bridge' && OF_CRIO.test(cni.file) ? 'crio-bridge' : found;
  if (cni.delegate !== undefined) return { onBridge: cni.delegate === 'bridge', cni: id, sure: true };
  if (id === 'azure' && cni.mode === 'bridge') return { onBridge: true, cni: id, sure: true };
  const onBridge = podsOnBridge(cniOf(id));
  return onBridge === undefined ? undefined : { onBridge, cni: id, sure: false };
}
