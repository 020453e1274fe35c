import { CheckError } from '../errors.ts';
import type { Call, Cluster, Node } from '../kube/cluster.ts';
import { run } from '../text/advice.ts';
import { listed } from '../text/listed.ts';
import { nearest } from '../text/nearest.ts';

/** What kubectl calls nodes. */
const KIND = /^(node|nodes|no)$/i;

/** Which nodes were asked for: by name, by labels, or all of them. */
export type Selection = { names: readonly string[] } | { selector: string } | 'all';

/**
 * The selected nodes as the API has them, and all nodes: what the cluster is made of shows on those that were not selected, too. A
 * selector is the server's to apply, so it costs a list of its own, of names.
 * @throws CheckError for a name that no node has (with the nearest ones that exist) and for a selection without any node
 */
export async function selectNodes(
  cluster: Cluster,
  selection: Selection,
  call: Call,
): Promise<{ selected: Node[]; all: Node[] }> {
  const selector = typeof selection === 'object' && 'selector' in selection ? selection.selector : undefined;
  const [all, matching] = await Promise.all([
    listNodes(cluster, call),
    selector === undefined ? undefined : matchingNames(cluster, selector, call),
  ]);
  const nodes = matching ? all.filter(({ name }) => matching.has(name)) : all;
  if (typeof selection === 'object' && 'names' in selection) return { selected: byName(nodes, selection.names), all };
  if (nodes.length === 0) {
    throw new CheckError(
      selector === undefined ? 'the cluster has no nodes' : `no node matches the selector "${selector}"`,
      {
        tries: selector === undefined ? [] : [run('kubectl get nodes --show-labels')],
      },
    );
  }
  return { selected: nodes, all };
}

async function listNodes(cluster: Cluster, call: Call): Promise<Node[]> {
  const nodes: Node[] = [];
  for await (const page of cluster.nodes(call)) nodes.push(...page);
  return nodes;
}

async function matchingNames(cluster: Cluster, selector: string, call: Call): Promise<ReadonlySet<string>> {
  try {
    return new Set(await cluster.names('nodes', { selector, ...call }));
  } catch (error) {
    if (!(error instanceof Error) || (error as { status?: number }).status !== 400) throw error;
    const tries = [
      'a selector has the form KEY=VALUE, KEY!=VALUE, KEY, !KEY or KEY in (A,B), several with commas between them',
    ];
    throw new CheckError(error.message, { tries, cause: error });
  }
}

function byName(nodes: readonly Node[], names: readonly string[]): Node[] {
  const known = new Map(nodes.map((node) => [node.name, node]));
  const missing = [...new Set(names)].filter((name) => !known.has(name));
  if (missing.length > 0) {
    // As in kubectl get nodes.
    const kind = missing.find((name) => KIND.test(name));
    const near = missing.flatMap((name) => {
      if (name === 'all') return '--all-nodes';
      return KIND.test(name) ? [] : (nearest(name, [...known.keys()]) ?? []);
    });
    throw new CheckError(missing.map((name) => `Error from server (NotFound): nodes "${name}" not found`).join('\n'), {
      verbatim: true,
      tries: [
        ...(kind === undefined ? [] : [`leave out the word "${kind}": give names only, or --all-nodes`]),
        ...(near.length > 0 ? [`did you mean ${listed([...new Set(near)], 'or')}?`] : []),
        run('kubectl get nodes'),
      ],
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
