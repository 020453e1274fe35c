import type { Advice } from '../text/advice.ts';

/** Ordered from worst to best; a node's and a run's verdict is the worst of its parts. */
export const VERDICTS = ['fail', 'unknown', 'warn', 'pass', 'skip'] as const;
export type Verdict = (typeof VERDICTS)[number];

export type Severity = 'required' | 'recommended' | 'info';

/** Why a state is not as it should be. Public (JSON); the list may grow. */
export const CAUSES = [
  'not-loaded',
  'not-shipped',
  'kernel-mismatch',
  'deny-listed',
  'loading-disabled',
  'container-node',
  'value',
  'overridden',
  'unset',
  'undetermined',
] as const;
export type Cause = (typeof CAUSES)[number];

/** One prerequisite at one point in time: in the running kernel (now) or after the next boot. */
export interface State {
  verdict: Exclude<Verdict, 'warn'>;
  /** What must be there, and what is: a value, "present", "absent"; null: not known. */
  expected: string;
  actual: string | null;
  /** Absent on pass. */
  cause?: Cause;
  /** What decided it, where that is known. */
  source?: { file: string; line?: number } | { agent: string };
}

export type ModuleState = 'built-in' | 'loaded' | 'on-disk' | 'not-shipped' | 'unknown';

/** What one rule says of one node, with the composed verdict (verdict.ts). */
export interface Finding {
  rule: string;
  title: string;
  verdict: Verdict;
  severity: Severity;
  now: State;
  /** What the next boot will make of it; absent: not determined. */
  boot?: State;
  /** What `sysctl --system` would make of it, where that is not what the boot makes of it. */
  reapply?: State;
  /** The kernel module behind it. */
  module?: { name: string; state: ModuleState };
  /** One line: what is wrong (the fact), or for pass what was found. */
  message: string;
  /** One line: why a policy requires it, where the policy says so. */
  policy?: string;
  /** One line: why it is so. */
  why?: string;
  /** Fix would plan a step for it (plan/fixable.ts); absent: only a person can do something, or there is nothing to do. */
  fixable?: true;
  /** What a person does to fix it, in order. */
  remedy: readonly Advice[];
}
