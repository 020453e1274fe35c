import type { Verdict } from '../judge/finding.ts';
import type { Manual } from '../plan/plan.ts';
import type { Advice } from '../text/advice.ts';
import type { CheckReport, NodeReport, ReportFinding } from './report.ts';

/** The result of one node. Public (JSON); the list may grow. */
export const OUTCOMES = ['failed', 'refused', 'unknown', 'planned', 'changed', 'unchanged', 'skip'] as const;
export type NodeOutcome = (typeof OUTCOMES)[number];

/** The result of one step; 'left': not undone, because somebody else has changed it. Public (JSON); the list may grow. */
export type StepOutcome = 'planned' | 'changed' | 'unchanged' | 'left' | 'failed' | 'not-reached';

/** One change of a node, planned or made. */
export interface ReportStep {
  /** keep-sysctl, keep-module, load-module, set-sysctl, restart-pod; undo has others. Public (JSON); the list may grow. */
  do: string;
  /** The sysctl, module, file, directory or pod. */
  what: string;
  /** Our own file in which the line is added or removed. */
  file?: string;
  /** The state before and after: a value, "present", "absent"; null: unknown. */
  before: string | null;
  after: string | null;
  why?: string;
  outcome: StepOutcome;
  /** The reason for the outcome. */
  reason?: string;
}

/** One node of a fix or an undo. */
export interface ChangedNode {
  name: string;
  outcome: NodeOutcome;
  /** The verdict of the node's last check. */
  verdict: Verdict;
  /** Why nothing was done, or what went wrong. */
  reason?: string;
  /** What to do about it. */
  remedy?: Advice[];
  system: NodeReport['system'];
  image?: NodeReport['image'];
  /** In the order in which they are applied. */
  steps: ReportStep[];
  /** The findings before the first step. */
  before: ReportFinding[];
  /** The findings of a new check afterwards; null: there was none. */
  after: ReportFinding[] | null;
  /** What a person must do. */
  manual: { rule: Manual['rule']; message: string; remedy: Advice[] }[];
}

/** The public answer of fix: what -o json prints, versioned like CheckReport, its schema in docs/schema/fix-report.json. */
export interface FixReport extends Changes {
  kind: 'FixReport';
}

/** The public answer of undo, in docs/schema/undo-report.json. */
export interface UndoReport extends Changes {
  kind: 'UndoReport';
}

interface Changes extends Pick<CheckReport, 'apiVersion' | 'run' | 'cluster' | 'assumptions' | 'leftovers'> {
  /** Nothing was changed, only planned; with 'server', the API server was also asked whether it accepts the pods. */
  dryRun?: 'client' | 'server';
  /** The worst verdict of all nodes, each from its last check. */
  verdict: Verdict;
  summary: { nodes: number } & Record<NodeOutcome, number>;
  nodes: ChangedNode[];
}
