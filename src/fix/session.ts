import { newRunId, startRun } from '../check/run.ts';
import { NAMESPACES, type Survey, surveyCluster } from '../check/survey.ts';
import { systemOf } from '../check/system.ts';
import type { ProfileOverrides } from '../cluster/overrides.ts';
import type { Selection } from '../cluster/select.ts';
import { messageOf } from '../errors.ts';
import { connect } from '../kube/client.ts';
import type { Cluster, Node } from '../kube/cluster.ts';
import type { ConnectionOptions } from '../kube/connection.ts';
import { imageChoices } from '../pods/image.ts';
import { PodWatch } from '../pods/pod-watch.ts';
import type { ChangedInput, ChangesInput } from '../report/build-fix.ts';
import type { ChangeNodeOptions } from './change-node.ts';
import { type SecondLook, waitToSettle } from './course.ts';
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
  survey: Survey;
  examined: ReadonlyMap<string, Examined>;
  /** When the nodes had been looked at, in milliseconds since 1970. */
  lookedAtTime: number;
  /** What changeNode needs for one node, but for what to do there. */
  changeOptionsFor(node: Node): Omit<ChangeNodeOptions, 'kind' | 'command'>;
  /**
   * Looks at a node again, with a pod of a run of its own: the sweep at its end must not meet a pod that changes a node. Never rejects.
   */
  lookAgain(node: Node): Promise<Examined>;
  /** A report's parts as they are at this moment, with these nodes. */
  reported(nodes: readonly ChangedInput[]): ChangesInput;
}

/**
 * Connects, looks at the selected nodes for the first time, and runs `work` while the pods that change them are watched.
 * @throws CheckError, KubeError, UsageError when no node could be asked
 */
export async function withSession<T>(options: ChangeOptions, work: (session: Session) => Promise<T>): Promise<T> {
  const runSoFar = startRun(options.run, options.signal, options.rules);
  const cluster = await connect(options.connection);
  const watch = new PodWatch();
  try {
    options.onProgress('reading the cluster');
    const survey = await surveyCluster(cluster, options);
    const { examined, probed } = await examine(cluster, survey, { ...options, run: newRunId() });
    const leftovers = [...(probed?.leftovers ?? [])];
    const namespace = probed?.namespace ?? NAMESPACES[0];
    if (probed) watch.start(cluster, namespace, options.run, survey.targets.length);
    return await work({
      survey,
      examined,
      lookedAtTime: Date.now(),
      changeOptionsFor: (node) => ({
        ...options,
        cluster,
        namespace,
        node: node.name,
        images: imageChoices(node, survey.daemonSets, options.image),
        watch,
        onLeftover: (pod) => leftovers.push(pod),
      }),
      lookAgain: (node) => lookAgain(cluster, survey, node, options, leftovers),
      reported: (nodes) => ({
        run: runSoFar(),
        cluster: survey.summary,
        assumptions: survey.profile.assumptions.map(({ text }) => text),
        nodes,
        leftovers,
      }),
    });
  } finally {
    await watch.stop();
    await cluster.close();
  }
}

async function lookAgain(
  cluster: Cluster,
  survey: Survey,
  node: Node,
  { onNotice: _said, ...options }: ChangeOptions,
  leftovers: string[],
): Promise<Examined> {
  const unseen = (unknown: string): Examined => {
    return { node, outcome: { unknown }, lookedAt: { name: node.name, system: systemOf(undefined, node) } };
  };
  try {
    const own = { ...options, run: newRunId(), onProgress: () => {} };
    const second = await examine(cluster, { ...survey, targets: [node] }, own);
    leftovers.push(...(second.probed?.leftovers ?? []));
    return second.examined.get(node.name) ?? unseen('interrupted');
  } catch (error) {
    return unseen(messageOf(error));
  }
}

/** The second look at a node that may have been changed, when whatever resets values has had its time. Never rejects. */
export async function lookAfter(
  node: Node,
  { lookAgain }: Session,
  options: Pick<ChangeOptions, 'settle' | 'signal' | 'onProgress'>,
): Promise<SecondLook> {
  options.onProgress(`looking at ${node.name} again`);
  await waitToSettle(options);
  const { outcome, lookedAt } = await lookAgain(node);
  return 'facts' in outcome ? { facts: outcome.facts, findings: lookedAt.before } : outcome;
}

/**
 * Changes nodes in turn.
 * @param before what is reported of every node that is not begun
 * @param change changes one node; it must not reject
 * @param failed whether the nodes behind it are left alone
 * @returns what is to be reported: `before`, with what came of those that were begun, and why of those that were not
 */
export async function changeNodes(
  before: readonly ChangedInput[],
  nodes: readonly Node[],
  options: Pick<ChangeOptions, 'changing' | 'maxFailures' | 'signal' | 'onProgress'>,
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
  return before.map((entry) => {
    const reason = notBegun.get(entry.name);
    return results.get(entry.name) ?? { ...entry, ...(reason !== undefined && { reason }) };
  });
}
