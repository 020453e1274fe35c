import type { SysctlKey } from '../boot/sysctl-keys.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { place } from '../facts/origin.ts';
import { sysctlAtBoot } from '../judge/boot.ts';
import { isOn, type Judgement, sysctlPath, undetermined } from '../judge/reading.ts';
import { setSysctl } from '../judge/remedy.ts';
import { switchedOffBy } from '../judge/switched-off.ts';
import { excerpt } from '../text/excerpt.ts';

/** Judges one forwarding switch. */
export function judgeForwarding(key: SysctlKey, facts: NodeFacts, profile: ClusterProfile): Judgement {
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
  return { message: `${key} is ${actual}`, ...judgeOff(key, actual, facts, profile) };
}

/** 0 is what the kernel starts with: either nothing switched it on, or something switched it off again. */
function judgeOff(key: SysctlKey, actual: string, facts: NodeFacts, profile: ClusterProfile) {
  const [off] = switchedOffBy(key, facts, profile);
  const { boot } = sysctlAtBoot(key, facts, profile);
  const on = boot.verdict === 'pass' && boot.source && 'file' in boot.source ? boot.source : undefined;
  return {
    now: {
      verdict: 'fail' as const,
      expected: '1',
      actual,
      cause: 'value' as const,
      ...(off && { source: { file: off.file, line: off.line } }),
    },
    why: on
      ? `${place(on)} sets 1, but it was not applied or something has reset it since`
      : off
        ? `maybe from ${place(off)}, which sets ${excerpt(off.value)}`
        : "0 is the kernel's default, and no sysctl file that was read sets it",
    remedy: setSysctl(key, facts, profile, on ? undefined : off),
  };
}
