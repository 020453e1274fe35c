import type { Reading } from '../facts/facts.ts';
import { swapDotsAndSlashes } from '../facts/sysctl-name.ts';
import { run } from '../text/advice.ts';
import { excerpt } from '../text/excerpt.ts';
import { shellWord } from '../text/shell-word.ts';
import type { NowResult } from './rule.ts';

/** The path of a sysctl: dots are slashes, and a slash is a dot within an interface's name. */
export function sysctlPath(key: string): string {
  return `/proc/sys/${swapDotsAndSlashes(key)}`;
}

/** The result for a sysctl that was not read, or whose value cannot be compared. */
export function undetermined(key: string, reading: Reading, expected: string): NowResult {
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
    remedy: [run(`cat ${shellWord(path)}`)],
  };
}

function whyNot(reading: Reading): string {
  if (reading.is === 'value') return 'the kernel shows only numbers here, so this text is not from the kernel';
  // Also where its directory cannot be looked into, or where there is no /proc: then nobody can tell whether it is there.
  const forbidden =
    'it seems to be there, but could not be read: SELinux or file modes may forbid it, especially with --least-privilege';
  return reading.is === 'unreadable' && reading.why !== undefined ? reading.why : forbidden;
}
