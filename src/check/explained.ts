import { UsageError } from '../errors.ts';
import { findRules, isPolicyRule, namesOf } from '../judge/find-rules.ts';
import { nearestRule, recognizeRules } from '../judge/recognize-rules.ts';
import type { Rule } from '../judge/rule.ts';
import { RULES } from '../rules/index.ts';
import { nearest } from '../text/nearest.ts';
import { type NextStep, nextStep, nextStepOfLog } from './next-step.ts';
import { rulesNamed } from './rules.ts';

/** The rules to explain. If they were found in a text, also the line that shows each. */
export interface Explained {
  readonly rules: readonly Rule[];
  readonly lines: readonly string[];
}

/**
 * Finds the rules to explain: by name, or by a text about them (an error, a path, a word, with or without quotes).
 * @param words as they were typed, at least one
 * @throws UsageError if no rule matches, or one of several names is misspelt
 */
export function rulesToExplain(words: readonly string[]): Explained {
  const { rules, unknown } = findRules(words, RULES);
  const [stranger] = unknown;
  if (stranger === undefined) return { rules, lines: [] };
  if (isPolicyRule(stranger) && !stranger.includes(' '))
    throw new UsageError(
      `unknown rule "${stranger}": rules of a policy are explained in the policy file; kubectl netprereq explain lists the others`,
    );
  const misspelt = nearest(stranger, RULES.flatMap(namesOf)) !== undefined;
  if (rules.length > 0 && misspelt) return { rules: rulesNamed(words), lines: [] };
  const text = words.join(' ');
  const recognized = recognizeRules(text, RULES);
  if (recognized.length > 0) return { rules: recognized.map(({ rule }) => rule), lines: [] };
  const next = nextStep(text);
  if (next === undefined && !text.includes(' ')) return { rules: rulesNamed(words), lines: [] };
  throw unrecognized(text, next);
}

/** The error for a typed text that matches no rule. */
function unrecognized(text: string, next: NextStep | undefined): UsageError {
  if (next !== undefined) return new UsageError(`no rule matches this text: ${next.says}`, next.tries);
  const near = nearestRule(text, RULES);
  const hint =
    near === undefined
      ? 'kubectl netprereq explain lists all rules'
      : `the nearest: kubectl netprereq explain ${near.id}`;
  return new UsageError(`no rule matches this text; ${hint}`);
}

/**
 * Finds the rules that a log is about. The nearest rule is not guessed: words of a healthy log are always near to some rule.
 * @throws UsageError if there is none
 */
export function rulesOfLog(log: string): Explained {
  const recognized = recognizeRules(log, RULES);
  if (recognized.length === 0) {
    const { says, tries } = nextStepOfLog(log);
    throw new UsageError(`no line of this log matches a rule: ${says}`, tries);
  }
  return { rules: recognized.map(({ rule }) => rule), lines: recognized.map(({ line }) => line) };
}
