import type { Action } from '../systems/action.ts';
import type { State } from './finding.ts';
import type { BootResult, NowResult } from './rule.ts';

/** What is, cannot be told. */
export const unknownState = (expected: string): State => ({
  verdict: 'unknown',
  expected,
  actual: null,
  cause: 'undetermined',
});

/** It is as it must be. */
export function passes(expected: string, actual: string, message: string): NowResult {
  return { now: { verdict: 'pass', expected, actual }, message, remedy: [] };
}

/** It cannot be told. @param remedy what a person looks at */
export function unknown(expected: string, message: string, remedy: readonly Action[] = []): NowResult {
  return { now: unknownState(expected), message, remedy };
}

/** What the next boot makes of it cannot be told, and why. */
export function unknownAtBoot(
  expected: string,
  message: string,
  why: string,
  remedy: readonly Action[] = [],
): BootResult {
  return { boot: unknownState(expected), message, why, remedy };
}
