import { findAgents } from '../cluster/cni.ts';
import { detectProfile } from '../cluster/detect.ts';
import { type ProfileOverrides, withOverrides } from '../cluster/overrides.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import { readEvidence } from '../cluster/read.ts';
import { type Selection, selectNodes, skipReason } from '../cluster/select.ts';
import type { Outcome } from '../collect/answer.ts';
import { probeFleet } from '../collect/fleet.ts';
import { type ImageChoice, imageChoices } from '../collect/image.ts';
import { RUN_LABEL } from '../collect/labels.ts';
import { findLeftovers, runsOf } from '../collect/leftovers.ts';
import { chooseNamespace } from '../collect/namespace.ts';
import { permissionError } from '../collect/permissions.ts';
import { probePod } from '../collect/probe-pod.ts';
import { connect } from '../kube/client.ts';
import type { Cluster, DaemonSet, Node } from '../kube/cluster.ts';
import { KubeError } from '../kube/errors.ts';
import type { ConnectionOptions } from '../kube/kubeconfig.ts';
import { buildReport, type NodeInput } from '../report/build.ts';
import type { CheckReport } from '../report/report.ts';
import { evaluateNode } from '../rules/evaluate.ts';
import type { Rule } from '../rules/rule.ts';
import { VERSION } from './run.ts';
import { systemOf } from './system.ts';

/** Where the pods go when nobody says otherwise; privileged ones are usually allowed there. */
const NAMESPACES = ['kube-system'] as const;

export interface ClusterCheckOptions {
  run: string;
  connection: ConnectionOptions;
  selection: Selection;
  rules: readonly Rule[];
  overrides: ProfileOverrides;
  image: { name?: string | undefined; pullPolicy?: ImageChoice['pullPolicy'] | undefined };
  imagePullSecrets: readonly string[];
  priorityClass?: string | undefined;
  /** Pods without privilege, which read the node through a read-only volume. */
  leastPrivilege: boolean;
  /** Seconds per node. */
  timeout: number;
  concurrency: number;
  /** Aborted by the user: pods are deleted, nodes without an answer are unknown. */
  signal: AbortSignal;
  onProgress(text: string): void;
  onNotice(text: string): void;
}

/**
 * Checks the selected nodes of a cluster: reads the API once, probes every node, judges what they told.
 * @throws CheckError, KubeError, UsageError when no node could be asked at all
 */
export async function checkCluster(options: ClusterCheckOptions): Promise<CheckReport> {
  const cluster = await connect(options.connection);
  try {
    return await check(cluster, options);
  } finally {
    await cluster.close();
  }
}

async function check(cluster: Cluster, options: ClusterCheckOptions): Promise<CheckReport> {
  const { run, rules, signal } = options;
  const startedAt = new Date();
  options.onProgress('reading the cluster');
  const { version, nodes, daemonSets, profile } = await survey(cluster, options);
  const targets = nodes.filter((node) => skipReason(node) === undefined);
  const judged = new Map<string, NodeInput>();
  options.onProgress(`checking ${targets.length} nodes`);
  const judge = (node: Node, outcome: Outcome) => {
    judged.set(node.name, judgement(node, outcome, profile, rules));
    const awaited = targets.filter(({ name }) => !judged.has(name)).map(({ name }) => name);
    const names = awaited.slice(0, 3).join(', ') + (awaited.length > 3 ? ', …' : '');
    options.onProgress(`${judged.size} of ${targets.length} nodes checked${names && `, waiting for ${names}`}`);
  };
  const leftovers = targets.length > 0 ? await probe(cluster, targets, daemonSets, judge, options) : [];
  return buildReport({
    run: {
      id: run,
      version: VERSION,
      startedAt,
      durationSeconds: (Date.now() - startedAt.getTime()) / 1000,
      interrupted: signal.aborted,
    },
    cluster: { server: cluster.server, version, ...summary(profile) },
    assumptions: profile.assumptions,
    nodes: nodes.map((node) => judged.get(node.name) ?? unjudged(node)),
    leftovers,
  });
}

/** All that is read of the API before the first pod; the requests go out together. */
async function survey(cluster: Cluster, { selection, overrides, signal }: ClusterCheckOptions) {
  const call = { signal };
  try {
    const [version, nodes, evidence] = await Promise.all([
      cluster.version(call),
      selectNodes(cluster, selection, call),
      readEvidence(cluster, call),
    ]);
    const profile = withOverrides(detectProfile({ ...evidence, nodes }), overrides);
    return { version, nodes, daemonSets: evidence.daemonSets ?? [], profile };
  } catch (error) {
    if (!isForbidden(error)) throw error;
    const namespace = cluster.namespace?.explicit ? cluster.namespace.name : NAMESPACES[0];
    throw await permissionError(cluster, error, namespace, call);
  }
}

function isForbidden(error: unknown): error is KubeError {
  return error instanceof KubeError && error.status === 403;
}

/** Reads the nodes, each through a pod, in the first namespace that takes one. */
async function probe(
  cluster: Cluster,
  targets: readonly Node[],
  daemonSets: readonly DaemonSet[],
  judge: (node: Node, outcome: Outcome) => void,
  options: ClusterCheckOptions,
): Promise<string[]> {
  const { run, signal, timeout, imagePullSecrets, priorityClass, leastPrivilege } = options;
  const images = (node: Node) => imageChoices(node, daemonSets, options.image);
  const [sample] = targets;
  const [image] = sample ? images(sample) : [];
  if (!sample || !image) return [];
  const pod = { run, imagePullSecrets, priorityClass, timeout, leastPrivilege };
  const namespace = await chooseNamespace(
    cluster,
    namespaceCandidates(cluster, daemonSets),
    (name) => probePod({ ...pod, node: sample.name, image, namespace: name, attempt: 0 }),
    { signal },
  );
  const noticed = notifyLeftovers(cluster, namespace, options);
  let answered = false;
  const { leftovers, watchError } = await probeFleet({
    cluster,
    ...pod,
    namespace,
    nodes: targets,
    images,
    concurrency: options.concurrency,
    signal,
    onOutcome(node, outcome) {
      answered ||= 'facts' in outcome;
      judge(node, outcome);
    },
  });
  await noticed;
  if (!answered && isForbidden(watchError)) throw await permissionError(cluster, watchError, namespace, { signal });
  return leftovers;
}

function namespaceCandidates(cluster: Cluster, daemonSets: readonly DaemonSet[]): string[] {
  if (cluster.namespace?.explicit) return [cluster.namespace.name];
  const cni = findAgents(daemonSets).map(({ daemonSet }) => daemonSet.namespace);
  return [...new Set([...NAMESPACES, ...cni, cluster.namespace?.name ?? 'default'])];
}

/** Earlier runs that were killed may have left pods; they are named, and only `cleanup` removes them. */
async function notifyLeftovers(cluster: Cluster, namespace: string, options: ClusterCheckOptions): Promise<void> {
  const left = await findLeftovers(cluster, namespace, 'dead', { signal: options.signal }).catch(() => []);
  const others = left.filter(({ metadata }) => metadata.labels?.[RUN_LABEL] !== options.run);
  if (others.length === 0) return;
  const pods = `${others.length} ${others.length === 1 ? 'pod' : 'pods'}`;
  const runs = runsOf(others).join(', ');
  options.onNotice(`note: ${pods} of killed runs (${runs}) in ${namespace}: kubectl netprereq cleanup -n ${namespace}`);
}

function judgement(node: Node, outcome: Outcome, profile: ClusterProfile, rules: readonly Rule[]): NodeInput {
  if ('facts' in outcome) {
    const findings = evaluateNode(profile, outcome.facts, rules);
    return { name: node.name, system: systemOf(outcome.facts, node), findings };
  }
  const { unknown: reason, remedy = [] } = outcome;
  return { name: node.name, system: systemOf(undefined, node), verdict: 'unknown', reason, remedy };
}

function unjudged(node: Node): NodeInput {
  const skipped = skipReason(node);
  const entry = { name: node.name, system: systemOf(undefined, node) };
  return skipped === undefined
    ? { ...entry, verdict: 'unknown', reason: 'interrupted' }
    : { ...entry, verdict: 'skip', reason: skipped };
}

function summary(profile: ClusterProfile) {
  return {
    distribution: profile.distribution ?? null,
    cni: profile.cni ?? null,
    cniBackend: profile.cniBackend ?? null,
    podsOnBridge: profile.podsOnBridge ?? null,
    kubeProxyMode: profile.kubeProxyMode ?? null,
    ipFamilies: profile.ipFamilies ? [...profile.ipFamilies] : null,
  };
}
