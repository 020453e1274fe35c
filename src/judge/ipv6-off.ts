import type { BootValue } from '../boot/sysctl-value.ts';
import { place } from '../facts/origin.ts';
import { readSysctl } from '../facts/read.ts';
import type { Action } from '../systems/action.ts';
import { run } from '../text/advice.ts';
import { excerpt } from '../text/excerpt.ts';
import { sourceOf, sysctlUnknown } from './boot-result.ts';
import { isOn, on } from './comparator.ts';
import type { NodeContext } from './node-context.ts';
import { removeObstacles } from './obstacle-actions.ts';
import { unknownState } from './result.ts';
import type { BootResult, NowResult } from './rule.ts';

const ALL = 'net.ipv6.conf.all.disable_ipv6';
/** What interfaces start with. A file may well set it for those to come; on the command line it is for all of them. */
const INHERITED = 'net.ipv6.conf.default.disable_ipv6';
const IS_OFF = 'IPv6 is off';

/** The judgement while IPv6 is switched off: the kernel keeps its forwarding switch all the same. */
export function ipv6OffNow(node: NodeContext): NowResult | undefined {
  const { key, value } = [ALL, INHERITED].flatMap((one) => {
    const reading = readSysctl(node.facts, one);
    return reading.is === 'value' && isOn(reading.value) ? [{ key: one, value: excerpt(reading.value) }] : [];
  })[0] ?? { key: undefined, value: '' };
  const later = offAtBoot(node);
  if (key === undefined || (key === INHERITED && later?.key !== INHERITED)) return undefined;
  return {
    now: { verdict: 'fail', expected: '1', actual: IS_OFF, cause: 'value' },
    message: `${key} is ${value}: IPv6 is switched off`,
    why: `interfaces have no IPv6 addresses while it is; ${later ? by(later) : 'no sysctl file that was read sets it'}`,
    remedy: [run(`sysctl -w ${ALL}=0`), ...(later ? wayOut(later.key, node) : [])],
  };
}

/** Makes of the judgement of the forwarding switch that of a boot in which IPv6 is switched off, or may be. */
export function withIpv6AtBoot(forwarding: BootResult, node: NodeContext): BootResult {
  if (forwarding.boot.actual === 'absent') return forwarding;
  const off = offAtBoot(node);
  if (off) {
    const source = sourceOf(off.value);
    const obstacle = wayOut(off.key, node);
    return {
      boot: { verdict: 'fail', expected: '1', actual: IS_OFF, cause: 'overridden', ...(source && { source }) },
      message: 'IPv6 will be off after a reboot',
      why: by(off),
      obstacle: [...obstacle, ...(forwarding.obstacle ?? [])],
      remedy: [...obstacle, ...forwarding.remedy],
    };
  }
  const all = node.boot.sysctl(ALL);
  if (all.is !== 'unknown' || forwarding.boot.verdict !== 'pass') return forwarding;
  return {
    ...sysctlUnknown(ALL, on, all.because, unknownState('1'), node.facts),
    message: 'whether IPv6 is off after a reboot is not known',
  };
}

interface Off {
  key: string;
  value: BootValue & { is: 'value' };
}

function offAtBoot(node: NodeContext): Off | undefined {
  return [ALL, INHERITED]
    .map((key) => ({ key, value: node.boot.sysctl(key) }))
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

function wayOut(key: string, node: NodeContext): Action[] {
  const { obstacles } = node.boot.blockersOfSysctl(key, (value) => Number(value) === 0);
  return removeObstacles(obstacles, node.facts);
}

/** What the judgement of IPv6 forwarding reads besides the switch itself. */
export const IPV6_OFF_READS = [ALL, INHERITED];
