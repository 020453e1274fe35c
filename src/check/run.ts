import { randomInt } from 'node:crypto';
import manifest from '../../package.json' with { type: 'json' };
import { UsageError } from '../errors.ts';
import type { Rule } from '../judge/rule.ts';
import { type Exception, exceptFor, idleExceptions } from '../policy/policy.ts';
import type { ReportInput } from '../report/build.ts';
import { RULES } from '../rules/index.ts';
import { rulesNamed } from './rules.ts';

export const VERSION = manifest.version;

/** Six letters and digits that do not look alike; part of every pod's name and label. */
export function newRunId(): string {
  const alphabet = '23456789abcdefghjkmnpqrstuvwxyz';
  return Array.from({ length: 6 }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/**
 * Starts the clock of a run.
 * @param chosen the rules that are judged
 * @returns a function that describes the run up to the moment of the call
 */
export function startRun(
  id: string,
  signal: AbortSignal,
  { rules, skipped = [] }: Pick<ChosenRules, 'rules' | 'skipped'>,
): () => ReportInput['run'] {
  const startedAt = new Date();
  const judged = new Set(rules.map((rule) => rule.id));
  const chosen = RULES.every((rule) => judged.has(rule.id)) ? undefined : [...judged];
  return () => ({
    id,
    version: VERSION,
    startedAt,
    durationSeconds: (Date.now() - startedAt.getTime()) / 1000,
    interrupted: signal.aborted,
    ...(chosen && { rules: chosen }),
    ...(chosen && skipped.length > 0 && { skipped }),
  });
}

/**
 * The rules that remain after --only and --skip, by id or alias.
 * @throws UsageError for an unknown name
 */
export function selectRules(
  only: readonly string[],
  skip: readonly string[],
  all: readonly Rule[] = RULES,
): readonly Rule[] {
  const wanted = only.length > 0 ? rulesNamed(only, all) : all;
  const unwanted = rulesNamed(skip, all);
  const rules = wanted.filter((rule) => !unwanted.includes(rule));
  if (rules.length === 0) throw new UsageError('--only and --skip leave no rule to check');
  return rules;
}

/** The flags that choose a run's rules. */
export interface RuleFlagValues {
  only?: readonly string[] | undefined;
  skip?: readonly string[] | undefined;
  policy?: string | undefined;
}

/** The rules of a run, and its policy's exceptions for some nodes. */
export interface ChosenRules {
  rules: readonly Rule[];
  exceptions: readonly Exception[];
  /** The ids that --skip named, if it alone chose the rules. */
  skipped?: readonly string[];
}

/**
 * The rules that a command line chooses.
 * @throws UsageError for an unknown name, and for a policy that cannot be used
 */
export async function chooseRules({ only = [], skip = [], policy }: RuleFlagValues): Promise<ChosenRules> {
  const read = policy === undefined ? undefined : (await import('../policy/read.ts')).readPolicy(policy, RULES);
  const all = read?.rules ?? RULES;
  const skipped = only.length > 0 ? [] : rulesNamed(skip, all).map(({ id }) => id);
  return { rules: selectRules(only, skip, all), exceptions: read?.policy.exceptions ?? [], skipped };
}

/** The rules for one node, with the exceptions that hold today. @param labels the node's; without a cluster there are none */
export function rulesOn(labels: Readonly<Record<string, string>>, { rules, exceptions }: ChosenRules): readonly Rule[] {
  return exceptions.length === 0 ? rules : exceptFor(rules, exceptions, labels, today());
}

/** Notes on exceptions without effect. @param labels the labels of each node of the cluster; undefined: they were not read */
export function exceptionNotes(
  { exceptions }: Pick<ChosenRules, 'exceptions'>,
  labels?: readonly Readonly<Record<string, string>>[],
): string[] {
  return idleExceptions(exceptions, labels, today()).map((text) => `note: ${text}`);
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
