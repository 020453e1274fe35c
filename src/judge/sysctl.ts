import { sysctlNearMiss } from '../boot/sysctl-near-miss.ts';
import { place } from '../facts/origin.ts';
import { readSysctl } from '../facts/read.ts';
import { excerpt } from '../text/excerpt.ts';
import { isRight, sysctlAtBoot } from './boot-result.ts';
import type { Comparator } from './comparator.ts';
import type { NodeContext } from './node-context.ts';
import { writersOf } from './other-writers.ts';
import { sysctlPath, undetermined } from './reading.ts';
import { setSysctl } from './remedy.ts';
import { passes } from './result.ts';
import type { NowResult, Requirement } from './rule.ts';
import { sysctlTexts } from './sysctl-texts.ts';

export interface SysctlOptions {
  /** What the kernel has before anybody writes it; it explains a wrong value that nothing has set. */
  readonly kernelDefault?: string;
  /** false: the running kernel alone is judged, such as a counter, which no file sets. */
  readonly atBoot?: boolean;
}

/**
 * A sysctl that must compare well, now and after each boot. Its key must exist: one that comes with a module has a requirement of its own.
 * @param key dotted; a slash in it stands for a dot within an interface's name
 */
export function sysctl(key: string, comparator: Comparator, options: SysctlOptions = {}): Requirement {
  const { atBoot = true } = options;
  const { to } = comparator;
  return {
    reads: { sysctls: [key, ...(comparator.reads ?? [])] },
    now: (node) => judgeSysctl(key, comparator, options, node),
    ...(atBoot && { atBoot: (node) => sysctlAtBoot(key, comparator, node, options.kernelDefault) }),
    ...(atBoot && to !== undefined && { repair: { sysctl: { key, to, comparator } } }),
    explain: sysctlTexts(key, comparator, atBoot),
  };
}

function judgeSysctl(key: string, comparator: Comparator, options: SysctlOptions, node: NodeContext): NowResult {
  const reading = readSysctl(node.facts, key);
  const expected = comparator.expected(node) ?? 'not known';
  if (reading.is === 'absent') {
    return {
      now: { verdict: 'fail', expected, actual: 'absent', cause: 'undetermined' },
      message: `${sysctlPath(key)} does not exist`,
      remedy: [],
    };
  }
  const [other] = comparator.reads ?? [];
  if (reading.is === 'value' && other !== undefined && comparator.expected(node) === null) {
    return undetermined(other, readSysctl(node.facts, other), expected);
  }
  const holds = reading.is === 'value' ? comparator.holds(reading.value, node) : undefined;
  if (reading.is !== 'value' || holds === undefined) return undetermined(key, reading, expected);
  const actual = excerpt(reading.value.trim());
  const message = `${key} is ${actual}`;
  if (holds) return passes(expected, actual, message);
  return { message, ...judgeWrong(key, actual, expected, comparator, options, node) };
}

/** Either nothing has set it, or something has set it to a wrong value. */
function judgeWrong(
  key: string,
  actual: string,
  expected: string,
  comparator: Comparator,
  { kernelDefault, atBoot = true }: SysctlOptions,
  node: NodeContext,
): Pick<NowResult, 'now' | 'why' | 'remedy'> {
  const wrong = (text: string) => comparator.holds(text, node) === false;
  const [writer] = atBoot ? writersOf(key, wrong, node) : [];
  const boot = atBoot ? sysctlAtBoot(key, comparator, node, kernelDefault).boot : undefined;
  const comesRight = boot?.verdict === 'pass';
  const set = comesRight && boot.source && 'file' in boot.source ? boot.source : undefined;
  // Where it is not known which files the boot applies, a file may say it all the same.
  const again = boot?.verdict === 'unknown' ? node.boot.reapply(key) : undefined;
  const said = again?.is === 'value' && 'file' in again.source && !wrong(again.value) ? again : undefined;
  const unset =
    kernelDefault === actual
      ? `${actual} is the kernel's default, and no sysctl file that was read sets it`
      : 'no sysctl file that was read sets it';
  const reset =
    writer && set ? `; \`sysctl --system\` may have, by ${place(writer)}, which sets ${excerpt(writer.value)}` : '';
  const why = set
    ? `${place(set)} sets ${boot?.actual}, but it was not applied or something has reset it since${reset}`
    : writer
      ? `maybe from ${place(writer)}, which sets ${excerpt(writer.value)}`
      : said && 'file' in said.source
        ? `${place(said.source)} sets ${excerpt(said.value)}, but it was not applied or something has reset it since`
        : unset;
  const miss = sysctlNearMiss(key, node.facts.boot.sysctl);
  const { to } = comparator;
  return {
    now: {
      verdict: 'fail',
      expected,
      actual,
      cause: 'value',
      ...(writer && { source: { file: writer.file, line: writer.line } }),
    },
    ...(atBoot && { why: miss === undefined || set ? why : `${why}; ${miss}` }),
    remedy: to === undefined ? [] : setSysctl(key, to, isRight(comparator, node), node, comesRight && !set),
  };
}
