import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import type { FactsRequest } from '../facts/request.ts';
import type { Action } from '../systems/action.ts';
import type { Comparator } from './comparator.ts';
import type { Explanation } from './explanation.ts';
import type { Finding, Severity, State } from './finding.ts';
import type { NodeContext } from './node-context.ts';

/** Whether a rule concerns this node, and how much. */
export type Applicability = { severity: Severity; because: string } | { skip: string };

/** The cluster's network does not work without it. */
export const required = (because: string): Applicability => ({ severity: 'required', because });
/** It is needed as far as can be told, but something that decides is not known. */
export const recommended = (because: string): Applicability => ({ severity: 'recommended', because });
/** Good to know; never a warning. */
export const info = (because: string): Applicability => ({ severity: 'info', because });
/** The rule does not concern this node. */
export const skip = (reason: string): Applicability => ({ skip: reason });

/**
 * A prerequisite: one file in src/rules exports one of these, and everything else follows from it. Pure: no IO, no clock, no state.
 */
export interface Rule {
  /** Public and stable for ever: --only, --skip, JSON, the anchor in docs/rules.md. The name of the rule's file. */
  readonly id: string;
  /** Other names by which people know it: the sysctl's own name, the module's. */
  readonly aliases: readonly string[];
  /** The sentence that is true when it passes. */
  readonly title: string;
  /** The rule without which this one cannot be judged now: while that one fails, this one's now is skip. */
  readonly dependsOn?: string;
  /** What applies() reads of the node, besides what the requirement reads. */
  readonly reads?: Partial<FactsRequest>;
  applies(profile: ClusterProfile, facts: NodeFacts): Applicability;
  readonly requires: Requirement;
  /** A policy's reason for it. */
  readonly policy?: string;
  readonly explain: RuleExplanation;
}

/** What a rule's file says of it. What the requirement can say by itself (how it is judged, causes) may be left out. */
export type RuleExplanation = Pick<Explanation, 'when' | 'meaning' | 'needed' | 'sources'> & Partial<Explanation>;

/** What has to be so, and how to find out: built by sysctl(), activeModule(), availableModules(), or written by hand. */
export interface Requirement {
  /** The facts that now and atBoot read. Reading anything else is an error that the rule's test finds. */
  readonly reads: Partial<FactsRequest>;
  /** Judges the running kernel. */
  now(node: NodeContext): NowResult;
  /** Judges the next boot; absent: the rule says nothing of it. */
  atBoot?(node: NodeContext): BootResult;
  /** What a program may do about it; absent: only a person can, unless its parts can be repaired. */
  readonly repair?: Repair;
  /** The requirements that it is made of, each of which is repaired for itself. */
  readonly parts?: readonly Requirement[];
  /** What docs and explain say where the rule's file does not. */
  readonly explain: Pick<Explanation, 'now' | 'boot' | 'causes'> & Partial<Explanation>;
}

/** What a rule says of the running kernel. */
export interface NowResult extends Pick<Finding, 'now' | 'module' | 'message' | 'why'> {
  /** What repairs it, now and at each boot; data, which systems/render.ts words. */
  remedy: readonly Action[];
}

/** What a rule says of the next boot. */
export interface BootResult {
  boot: State;
  reapply?: State;
  /** One line each, unless it passes: what will be lost, and why. */
  message?: string;
  why?: string;
  /** What must go before anything that is added helps; a part of the remedy. */
  obstacle?: readonly Action[];
  /** What keeps it from being lost. */
  remedy: readonly Action[];
}

/** What has to be so for a rule to pass, in the running kernel and after each boot. */
export interface Repair {
  /** This module is active, which this sysctl shows. */
  readonly module?: { readonly name: string; readonly shownBy: string; readonly onDemand?: boolean };
  /** This sysctl has this value. */
  readonly sysctl?: { readonly key: string; readonly to: string; readonly comparator: Comparator };
  /** At each boot this file stands there, which is nobody else's: a drop-in of our own. Undo removes it. */
  readonly file?: { readonly path: string; readonly content: string };
}

/** All that a program may do so that a requirement is met. */
export function repairsOf({ repair, parts = [] }: Requirement): Repair[] {
  return [...(repair ? [repair] : []), ...parts.flatMap(repairsOf)];
}
