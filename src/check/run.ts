import { randomInt } from 'node:crypto';
import manifest from '../../package.json' with { type: 'json' };
import { UsageError } from '../errors.ts';
import type { Rule } from '../judge/rule.ts';
import type { ReportInput } from '../report/build.ts';
import { RULES } from '../rules/index.ts';
import { rulesNamed } from './rules.ts';

export const VERSION = manifest.version;

/** Six letters and digits that are not mistaken for one another; part of every pod's name and label. */
export function newRunId(): string {
  const alphabet = '23456789abcdefghjkmnpqrstuvwxyz';
  return Array.from({ length: 6 }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/**
 * Starts a run's clock.
 * @param rules those that are judged, where a report is to say which ones
 * @returns what a report says of the run, up to the moment of the call
 */
export function startRun(id: string, signal: AbortSignal, rules: readonly Rule[] = RULES): () => ReportInput['run'] {
  const startedAt = new Date();
  const chosen = rules.length < RULES.length ? rules.map((rule) => rule.id) : undefined;
  return () => ({
    id,
    version: VERSION,
    startedAt,
    durationSeconds: (Date.now() - startedAt.getTime()) / 1000,
    interrupted: signal.aborted,
    ...(chosen && { rules: chosen }),
  });
}

/**
 * The rules that --only and --skip leave, by id or alias.
 * @throws UsageError for a name that no rule has
 */
export function selectRules(only: readonly string[], skip: readonly string[]): readonly Rule[] {
  const wanted = only.length > 0 ? rulesNamed(only) : RULES;
  const unwanted = rulesNamed(skip);
  const rules = wanted.filter((rule) => !unwanted.includes(rule));
  if (rules.length === 0) throw new UsageError('--only and --skip leave no rule to check');
  return rules;
}
