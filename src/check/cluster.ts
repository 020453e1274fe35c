import type { ProfileOverrides } from '../cluster/overrides.ts';
import { poolOf } from '../cluster/pool.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import { type Selection, skipReason } from '../cluster/select.ts';
import { evaluateNode } from '../judge/evaluate.ts';
import { type NodeProfile, nodeProfile } from '../judge/node-profile.ts';
import { requestOf } from '../judge/request.ts';
import type { Rule } from '../judge/rule.ts';
import { connect } from '../kube/client.ts';
import type { Cluster, Node } from '../kube/cluster.ts';
import type { ConnectionOptions } from '../kube/connection.ts';
import { markFixable } from '../plan/fixable.ts';
import type { Outcome } from '../pods/answer.ts';
import { buildReport, type NodeInput } from '../report/build.ts';
import type { CheckReport } from '../report/report.ts';
import type { Advice } from '../text/advice.ts';
import { Shared } from '../text/shared.ts';
import { boundHeap } from './memory.ts';
import { type PodOptions, probeTargets } from './probe.ts';
import { type ChosenRules, exceptionNotes, rulesOn, startRun } from './run.ts';
import { reportedCluster, surveyCluster } from './survey.ts';
import { symptomsOn } from './symptoms.ts';
import { systemOf } from './system.ts';

export interface ClusterCheckOptions extends PodOptions, ChosenRules {
  connection: ConnectionOptions;
  selection: Selection;
  overrides: ProfileOverrides;
  onProgress(advice: Advice): void;
  onNotice(advice: Advice): void;
}

/**
 * Checks the selected nodes of a cluster: reads the API once, probes every node, judges their answers.
 * @throws CheckError, KubeError, UsageError if no node could be read at all
 */
export async function checkCluster(options: ClusterCheckOptions): Promise<CheckReport> {
  const cluster = await connect(options.connection);
  const done = boundHeap();
  try {
    return await check(cluster, options);
  } finally {
    done();
    await cluster.close();
  }
}

async function check(cluster: Cluster, options: ClusterCheckOptions): Promise<CheckReport> {
  const { run, rules, signal } = options;
  const runSoFar = startRun(run, signal, options);
  options.onProgress('reading the cluster');
  const survey = await surveyCluster(cluster, options);
  const { nodes, profile } = survey;
  for (const note of exceptionNotes(options, survey.labels)) options.onNotice(note);
  const judged = new Map<string, NodeInput>();
  const shown = new Map<string, NodeProfile>();
  const shared = new Shared();
  const judge = (node: Node, outcome: Outcome) => {
    judged.set(node.name, ofMany(judgement(node, outcome, profile, rulesOn(node.labels, options)), shared));
    if ('facts' in outcome) shown.set(node.name, nodeProfile(profile, outcome.facts));
  };
  const probed = await probeTargets(cluster, survey, judge, { ...options, request: requestOf(rules) });
  const failing = [...judged.values()].filter(isFailing).map(({ name }) => name);
  if (failing.length > 0) options.onProgress('reading the pods of the network');
  const symptoms = await symptomsOn(cluster, survey.daemonSets, failing, rules, signal);
  return buildReport({
    run: runSoFar(),
    ...reportedCluster(survey, shown),
    nodes: nodes.map((node) => ({
      ...(judged.get(node.name) ?? unjudged(node)),
      ...(symptoms.has(node.name) && { symptoms: symptoms.get(node.name) ?? [] }),
    })),
    leftovers: probed?.leftovers ?? [],
  });
}

function isFailing(node: NodeInput): boolean {
  return 'findings' in node && node.findings.some(({ verdict }) => verdict === 'fail');
}

function judgement(node: Node, outcome: Outcome, profile: ClusterProfile, rules: readonly Rule[]): NodeInput {
  if ('facts' in outcome) {
    const findings = markFixable(evaluateNode(profile, outcome.facts, rules), outcome.facts, profile, rules);
    return { name: node.name, system: systemOf(outcome.facts, node), pool: poolOf(node), findings };
  }
  const { unknown: reason, remedy = [] } = outcome;
  return { name: node.name, system: systemOf(undefined, node), verdict: 'unknown', reason, remedy };
}

/** The same node, sharing objects that are equal to those of other nodes. */
function ofMany(node: NodeInput, shared: Shared): NodeInput {
  const system = shared.one('system', node.system);
  if (!('findings' in node)) return { ...node, system };
  return { ...node, system, findings: node.findings.map((finding) => shared.one(finding.rule, finding)) };
}

function unjudged(node: Node): NodeInput {
  const skipped = skipReason(node);
  const entry = { name: node.name, system: systemOf(undefined, node) };
  return skipped === undefined
    ? { ...entry, verdict: 'unknown', reason: 'interrupted' }
    : { ...entry, verdict: 'skip', reason: skipped };
}
