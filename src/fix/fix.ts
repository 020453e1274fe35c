import { isDeepStrictEqual } from 'node:util';
import { applyCommand } from '../apply/script.ts';
import { systemOf } from '../check/system.ts';
import { skipReason } from '../cluster/select.ts';
import type { Finding } from '../judge/finding.ts';
import type { Node } from '../kube/cluster.ts';
import type { Plan, Refusal } from '../plan/plan.ts';
import { type ExaminedNode, isRefusal, type PlanOptions, planNode } from '../plan/planner.ts';
import { refusalRemedy } from '../plan/refusals.ts';
import { findResets } from '../plan/resets.ts';
import { buildFixReport, type ChangedInput, plannedNode } from '../report/build-fix.ts';
import type { FixReport } from '../report/fix-report.ts';
import { applied } from './applied.ts';
import { changeNode, rehearse } from './change-node.ts';
import { confirmOrThrow, verifyAfterChange } from './course.ts';
import type { Examined } from './examine.ts';
import { type ChangeOptions, changeNodes, lookAfter, type Session, withSession } from './session.ts';

export interface ClusterFixOptions extends ChangeOptions {
  plan: PlanOptions;
  /** Nothing is changed; 'server': the API server is asked whether it would take the pods. */
  dryRun?: FixReport['dryRun'] | undefined;
  /** Shows the plan, and asks whether to carry it out. */
  confirm(plan: FixReport): Promise<boolean>;
}

/**
 * Repairs the selected nodes of a cluster: looks, plans, asks, changes one node after the other, and looks at each again.
 * @throws Declined when the user says no; CheckError, KubeError, UsageError when no node could be looked at
 */
export function fixCluster(options: ClusterFixOptions): Promise<FixReport> {
  const { dryRun, plan: planOptions, confirm, signal } = options;
  return withSession(options, async (session) => {
    const { survey, examined, reported } = session;
    const plans = new Map(
      [...examined.values()].map((seen) => [seen.node.name, planNode(asExamined(seen), survey.profile, planOptions)]),
    );
    const before = survey.nodes.map((node) => beforehand(node, examined.get(node.name), plans.get(node.name)));
    const todo = survey.targets.filter(({ name }) => hasSteps(plans.get(name)));
    if (dryRun) return buildFixReport({ ...reported(await rehearsed(before, session, plans, dryRun)), dryRun });
    if (todo.length === 0 || signal.aborted) return buildFixReport(reported(before));
    await confirmOrThrow(confirm(buildFixReport(reported(before))), signal);
    const results = await changeNodes(
      before,
      todo,
      options,
      (node) => repair(node, session, plans, options),
      (result) => hasFailed(result, plans.get(result.name)),
    );
    return buildFixReport(reported(results));
  });
}

type Plans = ReadonlyMap<string, Plan | Refusal>;

function hasSteps(plan: Plan | Refusal | undefined): plan is Plan {
  return plan !== undefined && !isRefusal(plan) && plan.steps.length > 0;
}

function asExamined({ node: { name }, outcome, lookedAt }: Examined): ExaminedNode {
  if ('facts' in outcome) return { node: name, facts: outcome.facts, findings: lookedAt.before ?? [] };
  const { unknown, remedy } = outcome;
  return { node: name, unknown, ...(remedy && { remedy }) };
}

/** What is to be said of a node before anything is changed. */
function beforehand(node: Node, seen: Examined | undefined, plan: Plan | Refusal | undefined): ChangedInput {
  const about = seen?.lookedAt ?? { name: node.name, system: systemOf(undefined, node) };
  const skipped = skipReason(node);
  if (skipped !== undefined) return { ...about, outcome: 'skip', reason: skipped };
  if (!seen || !plan) return { ...about, outcome: 'unknown', reason: 'interrupted' };
  if ('unknown' in seen.outcome) {
    const { unknown: reason, remedy = [] } = seen.outcome;
    return { ...about, outcome: 'unknown', reason, remedy };
  }
  return plannedNode(about, plan);
}

/** The plan again, without the nodes whose pods the API server would refuse. */
async function rehearsed(
  before: readonly ChangedInput[],
  { examined, changeOptionsFor }: Session,
  plans: Plans,
  dryRun: 'client' | 'server',
): Promise<ChangedInput[]> {
  if (dryRun === 'client') return [...before];
  return Promise.all(
    before.map(async (entry) => {
      const [seen, plan] = [examined.get(entry.name), plans.get(entry.name)];
      if (!seen || !hasSteps(plan)) return entry;
      const command = (timing: Parameters<typeof applyCommand>[1]) => applyCommand(plan, timing);
      const refused = await rehearse({ ...changeOptionsFor(seen.node), kind: 'apply', command });
      if (refused?.is !== 'not-begun') return entry;
      return { ...seen.lookedAt, outcome: 'refused', reason: refused.why, remedy: refused.remedy };
    }),
  );
}

/** Carries out one node's plan, and has a fresh process look at what came of it. */
async function repair(node: Node, session: Session, plans: Plans, options: ClusterFixOptions): Promise<ChangedInput> {
  const [seen, plan] = [session.examined.get(node.name), plans.get(node.name)];
  if (!seen || !hasSteps(plan)) return beforehand(node, seen, plan);
  const stale = Date.now() - session.lookedAtTime > PLAN_LASTS_MS && (await changedSince(node, plan, session, options));
  if (stale) return stale;
  const command = (timing: Parameters<typeof applyCommand>[1]) => applyCommand(plan, timing);
  const change = await changeNode({ ...session.changeOptionsFor(node), kind: 'apply', command });
  const result = applied(seen.lookedAt, plan, change);
  const look = () => lookAfter(node, session, options);
  return verifyAfterChange(result, options.signal, look, (facts) => ({
    manual: [...(result.manual ?? []), ...findResets(plan, facts, session.survey.profile)],
  }));
}

/** How old the look may be on which a plan rests: routes and bridges come and go, and the script compares values only. */
const PLAN_LASTS_MS = 120_000;

/** Looks again at a node whose plan has waited, for an answer or for other nodes; undefined: the same would be planned now. */
async function changedSince(
  node: Node,
  plan: Plan,
  session: Session,
  options: ClusterFixOptions,
): Promise<ChangedInput | undefined> {
  const again = await session.lookAgain(node);
  if ('unknown' in again.outcome) {
    const { unknown, remedy = [] } = again.outcome;
    const reason = `it could not be looked at again before the change: ${unknown}: nothing was changed`;
    return { ...again.lookedAt, outcome: 'failed', reason, remedy };
  }
  const fresh = planNode(asExamined(again), session.survey.profile, options.plan);
  if (hasSteps(fresh) && isDeepStrictEqual(fresh.steps, plan.steps)) return undefined;
  const reason = 'the node is not as it was when the plan was made: nothing was changed';
  return {
    ...again.lookedAt,
    outcome: 'refused',
    reason,
    remedy: refusalRemedy({ code: 'before', reason }, { command: 'fix', target: node.name }),
  };
}

/** Whether it would be wrong to go on with the next node: a step failed, or the proof did, for what the plan was to repair. */
function hasFailed({ outcome, before = [], after }: ChangedInput, plan: Plan | Refusal | undefined): boolean {
  if (outcome === 'unchanged') return false;
  if (outcome !== 'changed' || !after) return true;
  const was = (verdict: Finding['verdict']) =>
    new Set(before.filter((finding) => finding.verdict === verdict).map(({ rule }) => rule));
  const [failing, unknown] = [was('fail'), was('unknown')];
  const manual = plan && !isRefusal(plan) ? plan.manual : [];
  const leftOut = (rule: string) => failing.has(rule) && manual.some((one) => one.rule === rule);
  return after.some(
    ({ rule, verdict }) => (verdict === 'fail' && !leftOut(rule)) || (verdict === 'unknown' && !unknown.has(rule)),
  );
}
