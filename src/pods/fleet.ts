import { setTimeout as sleep } from 'node:timers/promises';
import limitConcurrency from 'p-limit';
import type { FactsRequest } from '../facts/request.ts';
import type { Cluster, Node } from '../kube/cluster.ts';
import type { Outcome } from './answer.ts';
import { Deletion } from './deletion.ts';
import type { ImageChoice } from './image.ts';
import { PodWatch } from './pod-watch.ts';
import { probeNode } from './probe-node.ts';

/** A node that is down would hold its place until its timeout; the others need not wait for that. */
const HOLD_PLACE_MS = 10_000;
/** A node whose lease has expired has most likely no kubelet that could start anything, in seconds. */
export const TIMEOUT_WITHOUT_LEASE = 15;

export interface FleetOptions {
  cluster: Cluster;
  run: string;
  namespace: string;
  nodes: readonly Node[];
  images(node: Node): ImageChoice[];
  imagePullSecrets: readonly string[];
  priorityClass?: string | undefined;
  leastPrivilege: boolean;
  request: FactsRequest;
  /** Seconds per node. */
  timeout: number;
  concurrency: number;
  /** Aborted by the user: nothing more is created, what there is is deleted. */
  signal: AbortSignal;
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
  const limit = limitConcurrency(options.concurrency);
  const finished: Promise<void>[] = [];
  try {
    await Promise.all(
      inOrderOfNeed(options.nodes).map((node) =>
        limit(async () => {
          const done = probeNode({ ...options, node, timeout: timeoutOf(node, options.timeout), watch, deletion }).then(
            (outcome) => options.onOutcome(node, outcome),
          );
          finished.push(done);
          const place = new AbortController();
          await Promise.race([done, sleep(HOLD_PLACE_MS, undefined, { signal: place.signal }).catch(() => {})]);
          place.abort();
        }),
      ),
    );
    await Promise.all(finished);
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

function timeoutOf(node: Node, timeout: number): number {
  return readiness(node) === 'Unknown' ? Math.min(timeout, TIMEOUT_WITHOUT_LEASE) : timeout;
}

function readiness(node: Node): string {
  return node.conditions.find(({ type }) => type === 'Ready')?.status ?? 'Unknown';
}
