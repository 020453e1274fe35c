import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../collect/facts.ts';
import { excerpt, place } from './excerpt.ts';
import { isOn, type Judgement, sysctlPath, undetermined } from './reading.ts';
import { setSysctl } from './remedy.ts';
import { assignments } from './sysctl-files.ts';

/**
 * Judges one forwarding switch. `keys`: its own name first, then other names under which files set the same switch.
 */
export function judgeForwarding(
  keys: readonly [string, ...string[]],
  facts: NodeFacts,
  profile: ClusterProfile,
): Judgement {
  const [key] = keys;
  const reading = facts.sysctls[key];
  if (reading?.is === 'absent') {
    return {
      now: { verdict: 'fail', expected: '1', actual: 'absent', cause: 'undetermined' },
      message: `${sysctlPath(key)} does not exist`,
      remedy: [],
    };
  }
  const on = reading?.is === 'value' ? isOn(reading.value) : undefined;
  if (reading?.is !== 'value' || on === undefined) return undetermined(key, reading, '1');
  const actual = excerpt(reading.value);
  if (on) return { now: { verdict: 'pass', expected: '1', actual }, message: `${key} is ${actual}`, remedy: [] };
  return { message: `${key} is ${actual}`, ...judgeOff(keys, actual, facts, profile) };
}

/** 0 is what the kernel starts with: either nothing switched it on, or something switched it off again. */
function judgeOff(keys: readonly [string, ...string[]], actual: string, facts: NodeFacts, profile: ClusterProfile) {
  const last = assignments(facts.boot.sysctl, keys).at(-1);
  const off = last && isOn(last.value) !== true ? last : undefined;
  return {
    now: {
      verdict: 'fail' as const,
      expected: '1',
      actual,
      cause: 'value' as const,
      ...(off && { source: { file: off.file, line: off.line } }),
    },
    why: off
      ? `maybe from ${place(off)}, which sets ${off.key} to ${excerpt(off.value)}`
      : last
        ? `${place(last)} sets 1, but it was not applied or something has reset it since`
        : "0 is the kernel's default, and no sysctl file that was read sets it",
    remedy: setSysctl(keys[0], facts, profile, off),
  };
}
