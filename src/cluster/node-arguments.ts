import type { NodeEvidence } from './evidence.ts';

const ANNOTATIONS = ['k3s.io/node-args', 'rke2.io/node-args'];

/**
 * The command lines of k3s or RKE2 on all nodes, one after the other, as they annotate them (JSON arrays of strings, with what
 * their configuration files say included). undefined: no node has such an annotation.
 */
export function nodeArguments(nodes: readonly NodeEvidence[]): string[] | undefined {
  // A kubelet may annotate its own node: only a node that is k3s or RKE2 by its version is believed.
  const own = nodes.filter(({ system }) => /\+(k3s|rke2)/.test(system.kubelet));
  const texts = new Set(own.flatMap(({ annotations }) => ANNOTATIONS.map((name) => annotations[name] ?? '')));
  const lists = [...texts].flatMap((text) => {
    const list = parseStrings(text);
    return list ? [list] : [];
  });
  return lists.length === 0 ? undefined : lists.flat();
}

function parseStrings(text: string): string[] | undefined {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : undefined;
  } catch {
    return undefined;
  }
}
