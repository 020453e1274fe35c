import type { ModuleFacts, NodeFacts, Reading } from './facts.ts';

/** Values of a pattern's sysctls: those that are equal together. */
export type PatternReading =
  | { readonly is: 'values'; readonly groups: readonly PatternGroup[] }
  | { readonly is: 'unreadable' }
  | { readonly is: 'not-asked' };

export interface PatternGroup {
  readonly value: string;
  readonly count: number;
  /** The first of them. */
  readonly names: readonly string[];
}

/** A sysctl of a node. */
export function readSysctl(facts: NodeFacts, key: string): Reading {
  return facts.sysctls[key] ?? { is: 'missing' as never };
}

/** What is known of where a module stands. */
export function readModule(facts: NodeFacts, name: string): ModuleFacts {
  return facts.modules[name] ?? {};
}

/** The sysctls of the interfaces that a pattern names. */
export function readPattern(_facts: NodeFacts, _pattern: string): PatternReading {
  return { is: 'not-asked' };
}
