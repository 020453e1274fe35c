import { CheckError } from '../errors.ts';
import type { Call, Cluster, Node } from '../kube/cluster.ts';
import { nearest } from '../text/nearest.ts';

/** Which nodes were asked for: by name, by labels, or all of them. */
export type Selection = { names: readonly string[] } | { selector: string } | 'all';

/**
 * The selected nodes as the API has them.
 * @throws CheckError for a name that no node has (with the nearest ones that exist) and for a selection without any node
 */
export async function selectNodes(cluster: Cluster, selection: Selection, call: Call): Promise<Node[]> {
  const selector = typeof selection === 'object' && 'selector' in selection ? selection.selector : undefined;
  const nodes: Node[] = [];
  try {
    for await (const page of cluster.nodes(selector === undefined ? {} : { selector }, call)) nodes.push(...page);
  } catch (error) {
    if (selector === undefined || !(error instanceof Error) || (error as { status?: number }).status !== 400)
      throw error;
    const tries = [
      'a selector reads KEY=VALUE, KEY!=VALUE, KEY, !KEY or KEY in (A,B), several with commas between them',
    ];
    throw new CheckError(error.message, { tries, cause: error });
  }
  if (typeof selection === 'object' && 'names' in selection) return byName(nodes, selection.names);
  if (nodes.length === 0) {
    throw new CheckError(
      selector === undefined ? 'the cluster has no nodes' : `no node matches the selector "${selector}"`,
      {
        tries: selector === undefined ? [] : ['kubectl get nodes --show-labels'],
      },
    );
  }
  return nodes;
}

function byName(nodes: readonly Node[], names: readonly string[]): Node[] {
  const known = new Map(nodes.map((node) => [node.name, node]));
  const missing = [...new Set(names)].filter((name) => !known.has(name));
  if (missing.length > 0) {
    const near = missing.flatMap((name) => (name === 'all' ? '--all-nodes' : nearest(name, [...known.keys()])) ?? []);
    throw new CheckError(missing.map((name) => `Error from server (NotFound): nodes "${name}" not found`).join('\n'), {
      tries: [...(near.length > 0 ? [`did you mean ${[...new Set(near)].join(', ')}?`] : []), 'kubectl get nodes'],
    });
  }
  return [...new Set(names)].flatMap((name) => known.get(name) ?? []);
}

/** Why a node has no Linux kernel of its own that a pod could read; undefined: it has one. */
export function skipReason(node: Node): string | undefined {
  if (node.system.os && node.system.os !== 'linux') return `${node.system.os} node: these prerequisites are Linux's`;
  if (node.labels.type === 'virtual-kubelet') return 'virtual node: no kernel of its own';
  if (node.labels['eks.amazonaws.com/compute-type'] === 'fargate') return 'Fargate node: no kernel that can be changed';
  return undefined;
}
