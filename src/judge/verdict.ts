import { type Severity, type State, VERDICTS, type Verdict } from './finding.ts';

type Outcome = State['verdict'];
type BySeverity = Readonly<Record<Severity, Verdict>>;

const FAILS: BySeverity = { required: 'fail', recommended: 'warn', info: 'pass' };
const UNKNOWN: BySeverity = { required: 'unknown', recommended: 'warn', info: 'pass' };
const PASSES: BySeverity = { required: 'pass', recommended: 'pass', info: 'pass' };
const BREAKS_AT_BOOT: BySeverity = { required: 'warn', recommended: 'warn', info: 'pass' };
const MAY_BREAK_AT_BOOT: BySeverity = { required: 'warn', recommended: 'pass', info: 'pass' };

/** By the state now, then by the state after the next boot. */
const COMPOSED: Readonly<Record<Outcome, Readonly<Record<Outcome, BySeverity>>>> = {
  fail: { fail: FAILS, unknown: FAILS, pass: FAILS, skip: FAILS },
  unknown: { fail: UNKNOWN, unknown: UNKNOWN, pass: UNKNOWN, skip: UNKNOWN },
  pass: { fail: BREAKS_AT_BOOT, unknown: MAY_BREAK_AT_BOOT, pass: PASSES, skip: PASSES },
  skip: { fail: FAILS, unknown: UNKNOWN, pass: PASSES, skip: PASSES },
};

/**
 * The verdict of one finding.
 * @param boot undefined: nobody judged the boot, and the verdict speaks of the running kernel only. That differs from 'unknown':
 * judged, without being able to tell, so that a required prerequisite may be lost.
 */
export function compose(severity: Severity, now: Outcome, boot: Outcome | undefined): Verdict {
  if (now === 'skip' && (boot === undefined || boot === 'skip')) return 'skip';
  return COMPOSED[now][boot ?? 'skip'][severity];
}

/** The worst of some verdicts, as a node and a run are judged; of none: skip, for then nothing was judged. */
export function worst(verdicts: Iterable<Verdict>): Verdict {
  const found = new Set(verdicts);
  return VERDICTS.find((verdict) => found.has(verdict)) ?? 'skip';
}

/** Whether verdict a is at least as bad as verdict b. */
export function atLeastAsBad(a: Verdict, b: Verdict): boolean {
  return VERDICTS.indexOf(a) <= VERDICTS.indexOf(b);
}
