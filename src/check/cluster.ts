import type { ProfileOverrides } from '../cluster/overrides.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import { type Selection, skipReason } from '../cluster/select.ts';
import { evaluateNode } from '../judge/evaluate.ts';
import { requestOf } from '../judge/request.ts';
import type { Rule } from '../judge/rule.ts';
import { connect } from '../kube/client.ts';
import type { Cluster, Node } from '../kube/cluster.ts';
import type { ConnectionOptions } from '../kube/connection.ts';
import type { Outcome } from '../pods/answer.ts';
import { buildReport, type NodeInput } from '../report/build.ts';
import type { CheckReport } from '../report/report.ts';
import { type PodOptions, probeTargets } from './probe.ts';
import { startRun } from './run.ts';
import { surveyCluster } from './survey.ts';
import { systemOf } from './system.ts';

export interface ClusterCheckOptions extends PodOptions {
  connection: ConnectionOptions;
  selection: Selection;
  rules: readonly Rule[];
  overrides: ProfileOverrides;
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
  const runSoFar = startRun(run, signal, rules);
  options.onProgress('reading the cluster');
  const survey = await surveyCluster(cluster, options);
  const { nodes, targets, profile } = survey;
  const judged = new Map<string, NodeInput>();
  options.onProgress(awaiting(targets, judged));
  const judge = (node: Node, outcome: Outcome) => {
    judged.set(node.name, judgement(node, outcome, profile, rules));
    options.onProgress(awaiting(targets, judged));
  };
  const probed = await probeTargets(cluster, survey, judge, { ...options, request: requestOf(rules) });
  return buildReport({
    run: runSoFar(),
    cluster: survey.summary,
    assumptions: profile.assumptions.map(({ text }) => text),
    nodes: nodes.map((node) => judged.get(node.name) ?? unjudged(node)),
    leftovers: probed?.leftovers ?? [],
  });
}

/** How far a run is, in one line. */
export function awaiting(targets: readonly Node[], judged: ReadonlyMap<string, unknown>): string {
  const awaited = targets.filter(({ name }) => !judged.has(name)).map(({ name }) => name);
  const names = awaited.slice(0, 3).join(', ') + (awaited.length > 3 ? ', …' : '');
  return `${judged.size} of ${targets.length} nodes checked${names && `, waiting for ${names}`}`;
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
