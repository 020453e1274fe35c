import { newRunId } from '../check/run.ts';
import type { Survey } from '../check/survey.ts';
import type { ProfileOverrides } from '../cluster/overrides.ts';
import type { Selection } from '../cluster/select.ts';
import { imageChoices } from '../collect/image.ts';
import { PodWatch } from '../collect/pod-watch.ts';
import type { Cluster, Node } from '../kube/cluster.ts';
import type { ConnectionOptions } from '../kube/kubeconfig.ts';
import type { ChangedInput } from '../report/build-fix.ts';
import type { ChangeNodeOptions } from './change-node.ts';
import { type Examined, type ExamineOptions, examine } from './examine.ts';
import { changeFleet } from './fleet.ts';

/** What a fix and an undo have in common. */
export interface ChangeOptions extends ExamineOptions {
  connection: ConnectionOptions;
  selection: Selection;
  overrides: ProfileOverrides;
  /** Seconds between the last change of a node and the second look at it. */
  settle: number;
  /** How many nodes are changed at once. */
  changing: number;
  /** After so many failures no other node is begun. */
  maxFailures: number;
  /** Is told which pod, as namespace/name, is about to change a node; undefined: the change is over. */
  onPod(node: string, pod: string | undefined): void;
}

/** Nodes as they were found, and the means to change them. */
export interface Session {
  cluster: Cluster;
  survey: Survey;
  examined: ReadonlyMap<string, Examined>;
  leftovers: string[];
  /** When the nodes had been looked at, in milliseconds since 1970. */
  lookedAtTime: number;
  /** What changeNode needs for one node, but for what to do there. */
  means(node: Node): Omit<ChangeNodeOptions, 'kind' | 'command'>;
  /** Looks at nodes again, with pods of a run of their own: the sweep at its end must not meet a pod that changes a node. */
  lookAgain(node: Node): Promise<Examined | undefined>;
}

/** Looks at the selected nodes for the first time, and runs `work` while the pods that change them are watched. */
export async function withSession<T>(
  cluster: Cluster,
  survey: Survey,
  options: ChangeOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const { examined, probed } = await examine(cluster, survey, { ...options, run: newRunId() });
  const leftovers = [...(probed?.leftovers ?? [])];
  const watch = new PodWatch();
  const namespace = probed?.namespace ?? 'kube-system';
  if (probed) watch.start(cluster, namespace, options.run, survey.targets.length);
  try {
    return await work({
      cluster,
      survey,
      examined,
      leftovers,
      lookedAtTime: Date.now(),
      means: (node) => ({
        ...options,
        cluster,
        namespace,
        node: node.name,
        images: imageChoices(node, survey.daemonSets, options.image),
        watch,
        onLeftover: (pod) => leftovers.push(pod),
      }),
      async lookAgain(node) {
        const again = { ...options, run: newRunId(), onProgress: () => {} };
        const second = await examine(cluster, { ...survey, targets: [node] }, again);
        leftovers.push(...(second.probed?.leftovers ?? []));
        return second.examined.get(node.name);
      },
    });
  } finally {
    await watch.stop();
  }
}

/**
 * Changes nodes in turn, and gives what is to be reported of each.
 * @param planned what is reported of a node that is not begun
 * @param change changes one node; it must not reject
 * @param failed whether the nodes behind it are left alone
 */
export async function inTurn(
  nodes: readonly Node[],
  options: Pick<ChangeOptions, 'changing' | 'maxFailures' | 'signal' | 'onProgress'>,
  planned: (node: Node) => ChangedInput,
  change: (node: Node) => Promise<ChangedInput>,
  failed: (result: ChangedInput) => boolean,
): Promise<ChangedInput[]> {
  const results = new Map<string, ChangedInput>();
  const notBegun = await changeFleet({
    nodes,
    concurrency: options.changing,
    maxFailures: options.maxFailures,
    signal: options.signal,
    async change(node) {
      options.onProgress(`changing ${node.name} (${results.size} of ${nodes.length} done)`);
      const result = await change(node);
      results.set(node.name, result);
      return !failed(result);
    },
  });
  return nodes.map((node) => {
    const reason = notBegun.get(node.name);
    return results.get(node.name) ?? { ...planned(node), ...(reason !== undefined && { reason }) };
  });
}
