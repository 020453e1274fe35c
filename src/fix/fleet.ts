import limitConcurrency from 'p-limit';
import type { Node } from '../kube/cluster.ts';

export interface FleetOptions {
  nodes: readonly Node[];
  /** How many at once. */
  concurrency: number;
  /** After so many failures no other node is begun. */
  maxFailures: number;
  /** Aborted by the user: no other node is begun, those under way are waited for. */
  signal: AbortSignal;
  /** Changes one node; false: that failed. Must not reject. */
  change(node: Node): Promise<boolean>;
}

/**
 * Changes nodes one after the other, or a few at once, workers first: a mistake then shows where it does least harm.
 * @returns why nodes were not begun, by their names
 */
export async function changeFleet(options: FleetOptions): Promise<ReadonlyMap<string, string>> {
  const { concurrency, maxFailures, signal, change } = options;
  const limit = limitConcurrency(concurrency);
  const failed: string[] = [];
  const notBegun = new Map<string, string>();
  await Promise.all(
    workersFirst(options.nodes).map((node) =>
      limit(async () => {
        if (signal.aborted) notBegun.set(node.name, 'not begun: interrupted');
        else if (failed.length >= maxFailures) notBegun.set(node.name, `not begun: ${failed.join(', ')} failed`);
        else if (!(await change(node))) failed.push(node.name);
      }),
    ),
  );
  return notBegun;
}

function workersFirst(nodes: readonly Node[]): Node[] {
  return nodes.toSorted((a, b) => Number(isControlPlane(a)) - Number(isControlPlane(b)));
}

function isControlPlane({ labels }: Node): boolean {
  return 'node-role.kubernetes.io/control-plane' in labels || 'node-role.kubernetes.io/master' in labels;
}
