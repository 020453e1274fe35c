import { UsageError } from '../errors.ts';
import { explanationOf } from '../judge/explain-rule.ts';
import { findRules, isPolicyRule, namesOf } from '../judge/find-rules.ts';
import { nearestRule, recognizeRules, rulesThatMention, statesFailure } from '../judge/recognize-rules.ts';
import type { Rule } from '../judge/rule.ts';
import { RULES } from '../rules/index.ts';
import { TRANSLATIONS } from '../rules/zh/index.ts';
import { nearest } from '../text/nearest.ts';
import { type NextStep, nextStep, nextStepOfLog } from './next-step.ts';
import { rulesNamed } from './rules.ts';

/** The rules to explain. If they were found in a text, also the line that shows each. */
export interface Explained {
  readonly rules: readonly Rule[];
  readonly lines: readonly string[];
  /** What to do about a log that no rule matches. */
  readonly instead?: NextStep;
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
  if (rules.length > 0 && (misspelt || areNames(words, unknown))) return { rules: rulesNamed(words), lines: [] };
  const text = words.join(' ');
  const recognized = recognizeRules(text, RULES, titlesOf);
  if (recognized.length > 0) return { rules: recognized.map(({ rule }) => rule), lines: [] };
  const next = nextStep(text);
  if (next !== undefined || text.includes(' ')) throw unrecognized(text, next);
  const mentioning = misspelt ? [] : rulesThatMention(text, RULES, everyTextOf);
  if (mentioning.length > 0) return { rules: mentioning, lines: [] };
  // Names are ASCII: anything else is text.
  if (!/^[\x20-\x7e]*$/.test(text)) throw unrecognized(text, next);
  return { rules: rulesNamed(words), lines: [] };
}

/**
 * Whether words are meant as names of rules, although some are unknown: the first is a name, no more are unknown than known, and
 * the unknown ones look like names. In other orders and proportions they are an error message without quotes.
 */
function areNames(words: readonly string[], unknown: readonly string[]): boolean {
  const [first = ''] = words;
  return (
    !unknown.includes(first) &&
    unknown.length * 2 <= words.length &&
    unknown.every((word) => /^[a-z][\w./-]{2,}$/i.test(word) && !statesFailure(word))
  );
}

const translationOf = ({ id }: Rule) => TRANSLATIONS.find(({ rule }) => rule === id);

function titlesOf(rule: Rule): string[] {
  return [rule.title, translationOf(rule)?.title ?? []].flat();
}

/** All that a rule says, except its messages and sources, in every language. */
function everyTextOf(rule: Rule): string[] {
  const { messages: _messages, patterns: _patterns, sources: _sources, ...said } = explanationOf(rule);
  return [...stringsIn(said), ...stringsIn(translationOf(rule))];
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
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
 * Finds the rules that a log is about, maybe none. The nearest rule is not guessed: words of a healthy log are always near to some rule.
 */
export function rulesOfLog(log: string): Explained {
  const recognized = recognizeRules(log, RULES);
  if (recognized.length === 0) return { rules: [], lines: [], instead: nextStepOfLog(log) };
  return { rules: recognized.map(({ rule }) => rule), lines: recognized.map(({ line }) => line) };
}
