import { type PodOptions, type Probed, probeTargets } from '../check/probe.ts';
import { type ChosenRules, rulesOn } from '../check/run.ts';
import type { Survey } from '../check/survey.ts';
import { systemOf } from '../check/system.ts';
import { evaluateNode } from '../judge/evaluate.ts';
import type { Cluster, Node } from '../kube/cluster.ts';
import { markFixable } from '../plan/fixable.ts';
import type { Outcome } from '../pods/answer.ts';
import type { LookedAt } from '../report/build-fix.ts';
import type { Advice } from '../text/advice.ts';
import { changeRequest } from './change-request.ts';

/** A node that was looked at: its answer, and what the rules make of it. */
export interface Examined {
  node: Node;
  outcome: Outcome;
  /** Its part of the report, findings included where there are some. */
  lookedAt: LookedAt;
}

export interface ExamineOptions extends PodOptions, ChosenRules {
  onProgress(text: string): void;
  onNotice?(advice: Advice): void;
}

/** Looks at the survey's targets, by name; a node is missing only when the run was interrupted before its turn. */
export async function examine(
  cluster: Cluster,
  survey: Survey,
  options: ExamineOptions,
): Promise<{ examined: ReadonlyMap<string, Examined>; probed: Probed | undefined }> {
  const examined = new Map<string, Examined>();
  const judge = (node: Node, outcome: Outcome) => {
    const facts = 'facts' in outcome ? outcome.facts : undefined;
    const rules = rulesOn(node.labels, options);
    const before = facts && markFixable(evaluateNode(survey.profile, facts, rules), facts, survey.profile, rules);
    const lookedAt = { name: node.name, system: systemOf(facts, node), ...(before && { before }) };
    examined.set(node.name, { node, outcome, lookedAt });
  };
  const probed = await probeTargets(cluster, survey, judge, { ...options, request: changeRequest(options.rules) });
  return { examined, probed };
}
