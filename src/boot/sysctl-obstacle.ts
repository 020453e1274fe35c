import type { NodeFacts } from '../facts/facts.ts';
import type { Obstacle } from './obstacles.ts';
import { isAlpineOpenrc } from './openrc.ts';
import { outOfRunlevels, type ServiceOff, serviceState } from './service.ts';
import { readCommandLine } from './sysctl-command-line.ts';
import { sysctl, usualName } from './sysctl-keys.ts';
import type { BootValue } from './sysctl-value.ts';

/** What keeps the node from applying its sysctl files, if anything does that is known. */
export function sysctlServiceOff(facts: Pick<NodeFacts, 'boot' | 'os'>): ServiceOff | undefined {
  const { boot } = facts;
  if (isAlpineOpenrc(facts)) return outOfRunlevels(boot, 'sysctl');
  const state = boot.init === 'systemd' ? serviceState('systemd-sysctl.service', boot) : undefined;
  return state?.is === 'off' ? state.off : undefined;
}

/** The word of the command line by which there is no such sysctl. */
export function wordWithoutIpv6(key: string, { boot }: Pick<NodeFacts, 'boot'>): string | undefined {
  return sysctl(usualName(key)).needs === 'ipv6' ? readCommandLine(boot.commandLine ?? '').ipv6.disabledBy : undefined;
}

/** What stands in the way of another value: the line or the word that decides; where none does, the one that takes back or spoils what others assign; else the service. */
export function sysctlObstacle(
  key: string,
  value: BootValue,
  facts: Pick<NodeFacts, 'boot' | 'os'>,
): Obstacle | undefined {
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
