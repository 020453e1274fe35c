import { setTimeout as sleep } from 'node:timers/promises';
import limitConcurrency from 'p-limit';
import type { Node } from '../kube/cluster.ts';
import type { Outcome } from './answer.ts';
import { Deletion } from './deletion.ts';
import { PodWatch } from './pod-watch.ts';
import { type ProbeNodeOptions, probeNode, readiness } from './probe-node.ts';

/**
 * How long after its pod was created a node holds its place among those that are read at once, in milliseconds. A pod takes a second or two:
 * those of slow nodes are waited for beside the others, not in front of them. A server that takes its time to create pods slows all down.
 */
const HOLD_PLACE_MS = { alive: 3000, withoutLease: 500 };
/** How many times as many pods as places may be alive at once. A single place is held to the end: who asks for one wants one pod. */
const ALIVE_PER_PLACE = 4;

export interface FleetOptions extends Omit<ProbeNodeOptions, 'node' | 'watch' | 'deletion' | 'onWaiting'> {
  nodes: readonly Node[];
  /** How many nodes have a place at once; up to four times as many pods are alive, or one where this is 1. */
  concurrency: number;
  /** Where the node's pod stands while it is waited for. */
  onWaiting(node: Node, at: string): void;
  onOutcome(node: Node, outcome: Outcome): void;
}

/**
 * Reads many nodes, each through a pod of its own. Every node gets an outcome, every pod an end, whatever happens:
 * pods are deleted one by one as their answers come, and swept once at the end, also after an interruption.
 * @returns pods that could not be confirmed deleted, as namespace/name
 */
export async function probeFleet(options: FleetOptions): Promise<{ leftovers: string[]; watchError?: unknown }> {
  const watch = new PodWatch();
  const deletion = new Deletion(options.cluster, options.namespace, options.run);
  watch.start(options.cluster, options.namespace, options.run, options.nodes.length);
  const place = limitConcurrency(options.concurrency);
  const alive = limitConcurrency(options.concurrency === 1 ? 1 : options.concurrency * ALIVE_PER_PLACE);
  try {
    await alive.map(inOrderOfNeed(options.nodes), async (node) => {
      // In an object, or the place would be held until it is done.
      const { done } = await place(async () => {
        const { promise: created, resolve: onCreated } = Promise.withResolvers<void>();
        const onWaiting = (at: string) => {
          onCreated();
          options.onWaiting(node, at);
        };
        const done = probeNode({ ...options, node, watch, deletion, onWaiting }).then((outcome) =>
          options.onOutcome(node, outcome),
        );
        const hold = readiness(node) === 'Unknown' ? HOLD_PLACE_MS.withoutLease : HOLD_PLACE_MS.alive;
        await Promise.race([done, created.then(() => sleep(hold, undefined, { ref: false }))]);
        return { done };
      });
      await done;
    });
  } finally {
    await Promise.all([watch.stop(), deletion.sweep()]);
  }
  return { leftovers: deletion.leftovers, ...(watch.lost && { watchError: watch.lost.error }) };
}

/** Nodes that are NotReady are what somebody is looking for; those without a kubelet would only hold places. */
function inOrderOfNeed(nodes: readonly Node[]): Node[] {
  const rank = { False: 0, True: 1, Unknown: 2 } as Record<string, number>;
  return nodes.toSorted((a, b) => (rank[readiness(a)] ?? 1) - (rank[readiness(b)] ?? 1));
}
