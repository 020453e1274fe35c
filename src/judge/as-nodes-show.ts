import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeProfile } from './node-profile.ts';

/** The most nodes that a note names. */
const NAMED = 3;

/** A cluster as its nodes showed it, together. */
export interface ShownCluster {
  /** What all of them show; where they differ, what the API says. */
  profile: Pick<ClusterProfile, 'cni' | 'podsOnBridge' | 'kubeProxyMode'>;
  /** What still is assumed of some node, and where nodes do not agree with the API. */
  assumptions: string[];
}

/**
 * Puts together what nodes show of their cluster.
 * @param nodes by name; none: what the API says
 */
export function asNodesShow(cluster: ClusterProfile, nodes: ReadonlyMap<string, NodeProfile>): ShownCluster {
  const views = [...nodes.values()];
  const [first] = views;
  const same = <T>(of: (view: NodeProfile) => T, said: T): T =>
    first && views.every((view) => of(view) === of(first)) ? of(first) : said;
  const cni = same(({ profile }) => profile.cni, cluster.cni);
  const podsOnBridge = same(({ onBridge }) => onBridge, cluster.podsOnBridge);
  const kubeProxyMode = same(({ profile }) => profile.kubeProxyMode, cluster.kubeProxyMode);
  const remaining = views.flatMap(({ profile }) => profile.assumptions);
  const open = first ? cluster.assumptions.filter((one) => remaining.includes(one)) : cluster.assumptions;
  return {
    profile: {
      ...(cni !== undefined && { cni }),
      ...(podsOnBridge !== undefined && { podsOnBridge }),
      ...(kubeProxyMode !== undefined && { kubeProxyMode }),
    },
    assumptions: [...open.map(({ text }) => text), ...notesOf(nodes)],
  };
}

/** Each note once, with the nodes of which it is true. */
function notesOf(nodes: ReadonlyMap<string, NodeProfile>): string[] {
  const notes = new Map<string, string[]>();
  for (const [name, view] of nodes) {
    for (const note of view.notes) notes.set(note, [...(notes.get(note) ?? []), name]);
  }
  return [...notes].map(([note, names]) => {
    const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
    return `${names.slice(0, NAMED).join(', ')}${more}: ${note}.`;
  });
}
