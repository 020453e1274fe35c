import type { Verdict } from '../judge/finding.ts';
import type { Manual } from '../plan/plan.ts';
import type { Advice } from '../text/advice.ts';
import type { CheckReport, NodeReport, ReportFinding } from './report.ts';

/** What came of one node. Public (JSON); the list may grow. */
export const OUTCOMES = ['failed', 'refused', 'unknown', 'planned', 'changed', 'unchanged', 'skip'] as const;
export type NodeOutcome = (typeof OUTCOMES)[number];

/** What came of one step; 'left': it was not ours to take back any more. Public (JSON); the list may grow. */
export type StepOutcome = 'planned' | 'changed' | 'unchanged' | 'left' | 'failed' | 'not-reached';

/** One change of a node, planned or made. */
export interface ReportStep {
  /** keep-sysctl, keep-module, load-module, set-sysctl, restart-pod; undo has others. Public (JSON); the list may grow. */
  do: string;
  /** The sysctl, the module, the file, the directory or the pod that it concerns. */
  what: string;
  /** The file of our own that gets or loses the line. */
  file?: string;
  /** What was and what is to be: a value, "present", "absent"; null: not known. */
  before: string | null;
  after: string | null;
  why?: string;
  outcome: StepOutcome;
  /** Why it came out so. */
  reason?: string;
}

/** One node of a fix or an undo. */
export interface ChangedNode {
  name: string;
  outcome: NodeOutcome;
  /** The node's verdict as it was last looked at. */
  verdict: Verdict;
  /** Why nothing was done, or what went wrong. */
  reason?: string;
  /** What to do about that. */
  remedy?: Advice[];
  system: NodeReport['system'];
  image?: NodeReport['image'];
  /** In the order in which they are applied. */
  steps: ReportStep[];
  /** The findings before the first step. */
  before: ReportFinding[];
  /** Those of a fresh look afterwards; null: there was none. */
  after: ReportFinding[] | null;
  /** What is left to a person. */
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
  /** Nothing was changed: only planned, and with 'server' the pods were shown to the API server too. */
  dryRun?: 'client' | 'server';
  /** The worst verdict of all nodes as they were last looked at. */
  verdict: Verdict;
  summary: { nodes: number } & Record<NodeOutcome, number>;
  nodes: ChangedNode[];
}
