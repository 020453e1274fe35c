import type { SysctlKey } from '../boot/sysctl-keys.ts';
import { bootValue } from '../boot/sysctl-node.ts';
import { wayToSysctl } from '../boot/sysctl-obstacles.ts';
import type { BootValue } from '../boot/sysctl-value.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { place } from '../facts/origin.ts';
import type { BootJudgement } from '../rules/rule.ts';
import { excerpt } from '../text/excerpt.ts';
import { sysctlUnknown } from './boot.ts';
import { isOn, type Judgement } from './reading.ts';
import { removals } from './removal.ts';
import { sourceOf } from './switch-state.ts';

const ALL: SysctlKey = 'net.ipv6.conf.all.disable_ipv6';
/** What interfaces start with. A file may well set it for those to come; on the command line it is for all of them. */
const INHERITED: SysctlKey = 'net.ipv6.conf.default.disable_ipv6';
const IS_OFF = 'IPv6 is off';

/** The judgement while IPv6 is switched off: the kernel keeps its forwarding switch all the same. */
export function ipv6OffNow(facts: NodeFacts, profile: ClusterProfile): Judgement | undefined {
  const { key, value } = [ALL, INHERITED].flatMap((one) => {
    const reading = facts.sysctls[one];
    return reading?.is === 'value' && isOn(reading.value) ? [{ key: one, value: excerpt(reading.value) }] : [];
  })[0] ?? { key: undefined, value: '' };
  const later = offAtBoot(facts, profile);
  if (key === undefined || (key === INHERITED && later?.key !== INHERITED)) return undefined;
  return {
    now: { verdict: 'fail', expected: '1', actual: IS_OFF, cause: 'value' },
    message: `${key} is ${value}: IPv6 is switched off`,
    why: `interfaces have no IPv6 addresses while it is; ${later ? by(later) : 'no sysctl file that was read sets it'}`,
    remedy: [`sysctl -w ${ALL}=0`, ...(later ? wayOut(later.key, facts, profile) : [])],
  };
}

/** Makes of the judgement of the forwarding switch that of a boot in which IPv6 is switched off, or may be. */
export function withIpv6AtBoot(forwarding: BootJudgement, facts: NodeFacts, profile: ClusterProfile): BootJudgement {
  if (forwarding.boot.actual === 'absent') return forwarding;
  const off = offAtBoot(facts, profile);
  if (off) {
    const source = sourceOf(off.value);
    const obstacle = wayOut(off.key, facts, profile);
    return {
      boot: { verdict: 'fail', expected: '1', actual: IS_OFF, cause: 'overridden', ...(source && { source }) },
      message: 'IPv6 will be off after a reboot',
      why: by(off),
      obstacle: [...obstacle, ...(forwarding.obstacle ?? [])],
      remedy: [...new Set([...obstacle, ...forwarding.remedy])],
    };
  }
  const all = bootValue(ALL, facts, profile);
  if (all.is !== 'unknown' || forwarding.boot.verdict !== 'pass') return forwarding;
  const boot = { verdict: 'unknown', expected: '1', actual: null, cause: 'undetermined' } as const;
  return { ...sysctlUnknown(ALL, all, boot, facts), message: 'whether IPv6 is off after a reboot is not known' };
}

interface Off {
  key: SysctlKey;
  value: BootValue & { is: 'value' };
}

function offAtBoot(facts: NodeFacts, profile: ClusterProfile): Off | undefined {
  return [ALL, INHERITED]
    .map((key) => ({ key, value: bootValue(key, facts, profile) }))
    .find(
      (one): one is Off =>
        one.value.is === 'value' &&
        isOn(one.value.value) === true &&
        (one.key === ALL || 'commandLine' in one.value.source),
    );
}

function by({ key, value: { source, value } }: Off): string {
  if ('file' in source) return `${place(source)} sets ${key} to ${excerpt(value)}`;
  return 'commandLine' in source
    ? `${excerpt(source.commandLine)} on the kernel command line switches it off`
    : `${key} is on`;
}

function wayOut(key: SysctlKey, facts: NodeFacts, profile: ClusterProfile): string[] {
  return removals(wayToSysctl({ key, on: false }, facts, profile).obstacles, facts, profile);
}
