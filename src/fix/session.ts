import { exceptionNotes, newRunId, startRun } from '../check/run.ts';
import { NAMESPACES, reportedCluster, type Survey, surveyCluster } from '../check/survey.ts';
import { symptomsOn } from '../check/symptoms.ts';
import { systemOf } from '../check/system.ts';
import type { ProfileOverrides } from '../cluster/overrides.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import type { Selection } from '../cluster/select.ts';
import { messageOf } from '../errors.ts';
import { type NodeProfile, nodeProfile } from '../judge/node-profile.ts';
import { connect } from '../kube/client.ts';
import type { Cluster, Node } from '../kube/cluster.ts';
import type { ConnectionOptions } from '../kube/connection.ts';
import { Deletion } from '../pods/deletion.ts';
import { imageChoices } from '../pods/image.ts';
import { PodWatch } from '../pods/pod-watch.ts';
import type { ChangedInput, ChangesInput } from '../report/build-fix.ts';
import type { Symptom } from '../report/report.ts';
import type { ChangeNodeOptions } from './change-node.ts';
import { type SecondLook, waitToSettle } from './course.ts';
import { type Examined, type ExamineOptions, examine } from './examine.ts';

export interface SessionOptions extends ExamineOptions {
  connection: ConnectionOptions;
  selection: Selection;
  overrides: ProfileOverrides;
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
  changeOptionsFor(node: Node): Omit<ChangeNodeOptions, 'kind' | 'request'>;
  /**
   * Looks at a node again, with a pod of a run of its own: the sweep at its end must not meet a pod that changes a node. Never rejects.
   */
  lookAgain(node: Node): Promise<Examined>;
  /** The pods of the network that do not run as they should on these nodes. Never rejects. */
  symptoms(nodes: readonly string[]): Promise<ReadonlyMap<string, readonly Symptom[]>>;
  cluster: Cluster;
  /** A report's parts as they are at this moment, with these nodes. */
  reported(nodes: readonly ChangedInput[]): ChangesInput;
}

/**
 * Connects, looks at the selected nodes for the first time, and runs `work` while the pods that change them are watched.
 * @throws CheckError, KubeError, UsageError when no node could be asked
 */
export async function withSession<T>(options: SessionOptions, work: (session: Session) => Promise<T>): Promise<T> {
  const runSoFar = startRun(options.run, options.signal, options);
  const cluster = await connect(options.connection);
  const watch = new PodWatch();
  try {
    options.onProgress('reading the cluster');
    const survey = await surveyCluster(cluster, options);
    for (const note of exceptionNotes(options, survey.labels)) options.onNotice?.(note);
    const { examined, probed } = await examine(cluster, survey, { ...options, run: newRunId() });
    const leftovers = [...(probed?.leftovers ?? [])];
    const namespace = probed?.namespace ?? NAMESPACES[0];
    const deletion = new Deletion(cluster, namespace, options.run);
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
        deletion,
      }),
      cluster,
      symptoms: (names) => symptomsOn(cluster, survey.daemonSets, names, options.rules, options.signal),
      lookAgain: (node) => lookAgain(cluster, survey, node, options, leftovers),
      reported: (nodes) => ({
        run: runSoFar(),
        ...reportedCluster(survey, shownBy(examined, survey.profile)),
        nodes,
        leftovers: [...leftovers, ...deletion.leftovers],
      }),
    });
  } finally {
    await watch.stop();
    await cluster.close();
  }
}

function shownBy(examined: ReadonlyMap<string, Examined>, profile: ClusterProfile): Map<string, NodeProfile> {
  const shown = [...examined.values()].flatMap(({ node, outcome }) =>
    'facts' in outcome ? [[node.name, nodeProfile(profile, outcome.facts)] as const] : [],
  );
  return new Map(shown);
}

async function lookAgain(
  cluster: Cluster,
  survey: Survey,
  node: Node,
  { onNotice: _said, ...options }: SessionOptions,
  leftovers: string[],
): Promise<Examined> {
  const unseen = (unknown: string): Examined => {
    return { node, outcome: { unknown }, lookedAt: { name: node.name, system: systemOf(undefined, node) } };
  };
  try {
    const own = { ...options, run: newRunId(), command: 'check' as const, onProgress: () => {} };
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
  options: Pick<SessionOptions, 'signal' | 'onProgress'> & { settle: number },
): Promise<SecondLook> {
  options.onProgress(
    `waiting ${options.settle}s before checking ${node.name} again: another program may reset the value`,
  );
  await waitToSettle(options);
  options.onProgress(`checking ${node.name} again`);
  const { outcome, lookedAt } = await lookAgain(node);
  return 'facts' in outcome ? { facts: outcome.facts, findings: lookedAt.before } : outcome;
}
