import type { ModuleName } from '../boot/module-boot.ts';
import type { SysctlKey } from '../boot/sysctl-keys.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';

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

/** What a rule says of one node. */
export interface Evaluation {
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
  /** One line: why it is so. */
  why?: string;
  /** What a person types to mend it, one command or sentence per entry, in order. */
  remedy: readonly string[];
}

export type ModuleState = 'built-in' | 'loaded' | 'on-disk' | 'not-shipped' | 'unknown';

/** Whether a rule concerns this node, and how much. */
export type Applicability = { severity: Severity; because: string } | { skip: string };

/**
 * A prerequisite. Pure data and functions: no IO, no clock, no state. To add one, add a file that exports one of these, its
 * line in index.ts, and its table in test/rules.
 */
export interface Rule {
  /** Public and stable for ever: --only, --skip, JSON, the anchor in docs/rules.md. */
  id: string;
  /** Other names by which people know it: the sysctl's own name, the module's. */
  aliases: readonly string[];
  /** The sentence that is true when it passes. */
  title: string;
  /** The rule without which this one cannot be judged now: while that one fails, this one's now is skip. */
  dependsOn?: string;
  /** What a program may do to mend it; absent: only a person can. */
  repair?: Repair;
  applies(profile: ClusterProfile, facts: NodeFacts): Applicability;
  /** Judges the running kernel. */
  evaluate(facts: NodeFacts, profile: ClusterProfile): Omit<Evaluation, 'severity' | 'boot' | 'reapply'>;
  /** Judges the next boot. */
  atBoot(facts: NodeFacts, profile: ClusterProfile): BootJudgement;
}

/** What has to be so for a rule to pass, in the running kernel and after each boot. */
export interface Repair {
  /** This module at work. */
  module?: ModuleName;
  /** This sysctl set to 1. */
  sysctl?: SysctlKey;
}

/** What a rule says of the next boot. */
export interface BootJudgement {
  boot: State;
  reapply?: State;
  /** One line each, unless it passes: what will be lost, and why. */
  message?: string;
  why?: string;
  /** What must go before anything that is added helps; a part of the remedy. */
  obstacle?: readonly string[];
  /** What keeps it from being lost. */
  remedy: readonly string[];
}

/** An evaluated rule, with the composed verdict (verdict.ts). */
export interface Finding extends Evaluation {
  rule: string;
  title: string;
  verdict: Verdict;
}
