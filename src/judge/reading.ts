import type { Reading } from '../facts/facts.ts';
import { swapDotsAndSlashes } from '../facts/sysctl-name.ts';
import { run } from '../systems/action.ts';
import { excerpt } from '../text/excerpt.ts';
import { NotAsked } from './not-asked.ts';
import type { NowResult } from './rule.ts';

/** The path of a sysctl: dots are slashes, and a slash is a dot within an interface's name. */
export function sysctlPath(key: string): string {
  return `/proc/sys/${swapDotsAndSlashes(key)}`;
}

/**
 * The result for a sysctl that was not read, or whose value cannot be compared.
 * @throws NotAsked
 */
export function undetermined(key: string, reading: Reading, expected: string): NowResult {
  if (reading.is === 'not-asked') throw new NotAsked(key);
  const value = reading.is === 'value' ? reading.value : undefined;
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
    remedy: [run(`cat ${path}`)],
  };
}

function whyNot(reading: Reading): string {
  if (reading.is === 'value') return 'the kernel only shows numbers here: something else answered for it';
  // Also where its directory cannot be looked into, or where there is no /proc: then nobody can tell whether it is there.
  const forbidden =
    'it is there, as far as can be told, but could not be read: SELinux or file modes may forbid it, above all with --least-privilege';
  return reading.is === 'unreadable' && reading.why !== undefined ? reading.why : forbidden;
}
