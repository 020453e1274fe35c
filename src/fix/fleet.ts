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
 * Changes nodes one after the other, or a few at once: workers first, where a mistake does least harm, and when they are all done the
 * control plane's, one at a time however many at once were asked for.
 * @returns why nodes were not begun, by their names
 */
export async function changeFleet(options: FleetOptions): Promise<ReadonlyMap<string, string>> {
  const { nodes, concurrency, maxFailures, signal, change } = options;
  const failed: string[] = [];
  const notBegun = new Map<string, string>();
  const pass = async (some: readonly Node[], atOnce: number) => {
    const limit = limitConcurrency(atOnce);
    await Promise.all(some.map((node) => limit(turn, node)));
  };
  const turn = async (node: Node) => {
    if (signal.aborted) notBegun.set(node.name, 'not started: interrupted');
    else if (failed.length >= maxFailures) notBegun.set(node.name, `not started: ${failed.join(', ')} failed`);
    else if (!(await change(node))) failed.push(node.name);
  };
  await pass(
    nodes.filter((node) => !isControlPlane(node)),
    concurrency,
  );
  await pass(nodes.filter(isControlPlane), 1);
  return notBegun;
}

function isControlPlane({ labels }: Node): boolean {
  return 'node-role.kubernetes.io/control-plane' in labels || 'node-role.kubernetes.io/master' in labels;
}
