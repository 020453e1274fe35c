import type { Finding, Verdict } from '../judge/finding.ts';
import type { Manual, Plan, Refusal, Step } from '../plan/plan.ts';
import { MODULES_FILE, SYSCTL_FILE } from '../systems/own-files.ts';
import type { Advice } from '../text/advice.ts';
import { findingsReport, type ReportInput, runReport, worstOf } from './build.ts';
import {
  type ChangedNode,
  type FixReport,
  type NodeOutcome,
  OUTCOMES,
  type ReportStep,
  type StepOutcome,
  type UndoReport,
} from './fix-report.ts';
import { compareNames } from './names.ts';
import type { NodeReport } from './report.ts';

/** The results of a fix or an undo, from which its report is made. */
export interface ChangesInput extends Pick<ReportInput, 'run' | 'cluster' | 'assumptions' | 'leftovers'> {
  dryRun?: FixReport['dryRun'];
  /** One entry per selected node, in any order. */
  nodes: readonly ChangedInput[];
}

/** The result of one node. */
export interface ChangedInput extends LookedAt {
  outcome: NodeOutcome;
  reason?: string;
  remedy?: readonly Advice[];
  steps?: readonly ReportStep[];
  after?: readonly Finding[];
  manual?: readonly Manual[];
}

/** What is known about a node before anything is changed. */
export interface LookedAt extends Pick<NodeReport, 'name' | 'system' | 'image'> {
  /** Findings; absent: the node was not judged. */
  before?: readonly Finding[];
}

/** The result of one step on the node. */
export interface StepResult {
  outcome: StepOutcome;
  reason?: string;
}

/** A node with its plan: planned, refused, or unchanged if the plan has no steps. */
export function plannedNode(node: LookedAt, result: Plan | Refusal): ChangedInput {
  if ('reason' in result) return { ...node, outcome: 'refused', reason: result.reason, remedy: result.remedy };
  const { steps, manual } = result;
  const planned = steps.map((step) => reportStep(step, { outcome: 'planned' }));
  return { ...node, outcome: steps.length > 0 ? 'planned' : 'unchanged', steps: planned, manual };
}

/**
 * A node on which a plan was carried out: failed if a step failed, changed if one changed something.
 * @param results one per step, in their order; steps missing at the end were not reached
 * @param failure why not all steps were carried out
 */
export function appliedNode(
  node: LookedAt,
  { steps: planned, manual }: Plan,
  results: readonly StepResult[],
  failure?: Pick<ChangedInput, 'reason' | 'remedy'>,
): ChangedInput {
  const steps = planned.map((step, index) => reportStep(step, results[index] ?? { outcome: 'not-reached' }));
  const did = (...outcomes: StepOutcome[]) => steps.some(({ outcome }) => outcomes.includes(outcome));
  const incomplete = failure !== undefined || did('failed', 'not-reached');
  return {
    ...node,
    outcome: incomplete ? 'failed' : did('changed') ? 'changed' : 'unchanged',
    ...failure,
    steps,
    manual,
  };
}

function reportStep(step: Step, result: StepResult): ReportStep {
  const told = { why: step.why, ...result };
  switch (step.do) {
    case 'keep-sysctl':
      return { do: step.do, what: step.key, file: SYSCTL_FILE, before: step.before, after: step.after, ...told };
    case 'set-sysctl':
      return { do: step.do, what: step.key, before: step.before, after: step.after, ...told };
    case 'keep-module':
      return { do: step.do, what: step.module, file: MODULES_FILE, before: step.before, after: 'present', ...told };
    case 'write-file':
      return { do: step.do, what: step.path, before: step.before, after: 'present', ...told };
    case 'load-module':
      return { do: step.do, what: step.module, before: step.before, after: 'present', ...told };
  }
}

/** Makes the public report of a fix, nodes in the order of their names. */
export function buildFixReport(input: ChangesInput): FixReport {
  return { apiVersion: 'netprereq/v1alpha1', kind: 'FixReport', ...changes(input) };
}

/** Makes the public report of an undo, nodes in the order of their names. */
export function buildUndoReport(input: ChangesInput): UndoReport {
  return { apiVersion: 'netprereq/v1alpha1', kind: 'UndoReport', ...changes(input) };
}

function changes(input: ChangesInput): Omit<FixReport, 'apiVersion' | 'kind'> {
  const { run, dryRun, cluster } = input;
  const nodes = input.nodes.map((node) => changedNode(node, run.version)).sort((a, b) => compareNames(a.name, b.name));
  const count = (outcome: NodeOutcome) => nodes.filter((node) => node.outcome === outcome).length;
  const counts = OUTCOMES.map((outcome) => [outcome, count(outcome)]);
  return {
    run: runReport(run),
    cluster,
    ...(dryRun && { dryRun }),
    verdict: worstOf(nodes),
    summary: { nodes: nodes.length, ...(Object.fromEntries(counts) as Record<NodeOutcome, number>) },
    assumptions: [...input.assumptions],
    nodes,
    leftovers: [...input.leftovers],
  };
}

function changedNode(input: ChangedInput, version: string): ChangedNode {
  const { name, outcome, reason, remedy = [], system, image, steps = [], before = [], after, manual = [] } = input;
  // The findings from before a change say nothing about the node after it.
  const last = after ?? (['changed', 'failed', 'unknown'].includes(outcome) ? [] : before);
  return {
    name,
    outcome,
    verdict: last.length > 0 ? worstOf(last) : unjudged(outcome),
    ...(reason !== undefined && { reason }),
    ...(remedy.length > 0 && { remedy: [...remedy] }),
    system,
    ...(image && { image }),
    steps: [...steps],
    before: findingsReport(before, version),
    after: after ? findingsReport(after, version) : null,
    manual: manual.map((each) => ({ ...each, remedy: [...each.remedy] })),
  };
}

/** A node without findings is never a pass. */
function unjudged(outcome: NodeOutcome): Verdict {
  return outcome === 'skip' ? 'skip' : 'unknown';
}
