import type { ClusterProfile } from '../cluster/profile.ts';
import type { BootInputs, NodeFacts } from '../facts/facts.ts';
import { appended, findWay, type Obstacle, type Way } from './obstacles.ts';
import { inRunlevel, isAlpineOpenrc } from './openrc.ts';
import { type ServiceOff, serviceState } from './service.ts';
import { readCommandLine } from './sysctl-command-line.ts';
import { type SysctlKey, sysctl } from './sysctl-keys.ts';
import { bootValue } from './sysctl-node.ts';
import type { BootValue } from './sysctl-value.ts';

/** What a sysctl shall be after the boot. */
export interface Goal {
  key: SysctlKey;
  on: boolean;
  /** The file for a line of one's own; absent: none is to be written. */
  ownFile?: string;
}

/** What has to go before a sysctl is what it shall be, and whether a line of one's own is needed besides. */
export function wayToSysctl({ key, on, ownFile }: Goal, facts: NodeFacts, profile: ClusterProfile): Way {
  const value = (boot: BootInputs) => bootValue(key, { ...facts, boot }, profile);
  const line = `${key} = ${on ? 1 : 0}`;
  return findWay(
    facts.boot,
    (boot) => (ownFile === undefined ? boot : { ...boot, sysctl: appended(boot.sysctl, ownFile, line) }),
    (boot) => isNumber(value(boot), on),
    (boot) => inTheWay(key, value(boot), { ...facts, boot }),
  );
}

/** What keeps the node from applying its sysctl files, if anything does that is known. */
export function sysctlServiceOff(facts: NodeFacts): ServiceOff | undefined {
  const { boot } = facts;
  if (isAlpineOpenrc(facts)) {
    const unit = 'sysctl';
    if (inRunlevel(boot, unit) !== false) return undefined;
    return { unit, how: 'in no runlevel', because: `the service ${unit} is in no runlevel` };
  }
  const state = boot.init === 'systemd' ? serviceState('systemd-sysctl.service', boot) : undefined;
  return state?.is === 'off' ? state.off : undefined;
}

/** The word of the command line by which there is no such sysctl. */
export function wordWithoutIpv6(key: SysctlKey, { boot }: NodeFacts): string | undefined {
  return sysctl(key).needs === 'ipv6' ? readCommandLine(boot.commandLine ?? '').ipv6.disabledBy : undefined;
}

/** The line or the word that decides; where none does, the one that takes back or spoils what others assign; else the service. */
function inTheWay(key: SysctlKey, value: BootValue, facts: NodeFacts): Obstacle | undefined {
  if (value.is === 'absent') {
    const word = wordWithoutIpv6(key, facts);
    return word === undefined ? undefined : { commandLine: word };
  }
  if (value.is === 'value' && 'file' in value.source) return value.source;
  const off = sysctlServiceOff(facts);
  if (off) return off;
  if (value.is === 'value' && 'commandLine' in value.source) return { commandLine: value.source.commandLine };
  const refused = value.others.findLast(({ fate }) => fate === 'refused');
  if (refused) return { file: refused.file, line: refused.line };
  const taken = value.others.findLast(({ fate, by }) => fate === 'taken back' && by?.line !== undefined)?.by;
  return taken?.line === undefined ? undefined : { file: taken.file, line: taken.line };
}

function isNumber(value: BootValue, on: boolean): boolean {
  return value.is === 'value' && (Number(value.value) !== 0) === on;
}
