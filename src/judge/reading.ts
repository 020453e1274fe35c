import type { Reading } from '../facts/facts.ts';
import type { Evaluation } from '../rules/rule.ts';
import { excerpt } from '../text/excerpt.ts';

/** What a rule's evaluate returns. */
export type Judgement = Omit<Evaluation, 'severity' | 'boot' | 'reapply'>;

/** The path of a sysctl whose components contain neither a dot nor a slash. */
export function sysctlPath(key: string): string {
  return `/proc/sys/${key.replaceAll('.', '/')}`;
}

/** Whether a switch is on: the kernel takes any number but 0 for on. undefined: not a number. */
export function isOn(value: string): boolean | undefined {
  const text = value.trim();
  return /^-?\d{1,10}$/.test(text) ? Number(text) !== 0 : undefined;
}

/** The judgement of a sysctl that was not read, or whose value is no number. */
export function undetermined(key: string, reading: Reading | undefined, expected: string): Judgement {
  const value = reading?.is === 'value' ? reading.value : undefined;
  const path = sysctlPath(key);
  return {
    now: {
      verdict: 'unknown',
      expected,
      actual: value === undefined ? null : excerpt(value),
      cause: 'undetermined',
    },
    message: value === undefined ? `${path} was not read` : `${key} is not a number: ${excerpt(value)}`,
    why: whyNot(reading),
    remedy: [`cat ${path}`],
  };
}

function whyNot(reading: Reading | undefined): string {
  if (reading?.is === 'value') return 'the kernel only shows numbers here: something else answered for it';
  if (reading?.is !== 'unreadable') return "the probe's answer does not contain it";
  // Also where its directory cannot be looked into, or where there is no /proc: then nobody can tell whether it is there.
  return 'it is there, as far as can be told, but could not be read: SELinux or file modes may forbid it, above all with --least-privilege';
}
