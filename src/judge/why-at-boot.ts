import { isGlob } from '../boot/glob.ts';
import { sysctl } from '../boot/sysctl-keys.ts';
import { sysctlNearMiss } from '../boot/sysctl-near-miss.ts';
import { sysctlServiceOff, wordWithoutIpv6 } from '../boot/sysctl-obstacle.ts';
import type { BootValue, OtherLine } from '../boot/sysctl-value.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { place } from '../facts/origin.ts';
import { swapDotsAndSlashes } from '../facts/sysctl-name.ts';
import { SYSCTL_FILE } from '../systems/own-files.ts';
import { excerpt } from '../text/excerpt.ts';

/**
 * Why a sysctl will not have the right value after the boot: what decides, and what became of the line that would have set it right.
 * @param right whether a value is right
 */
export function explainBootValue(
  key: string,
  value: BootValue,
  facts: NodeFacts,
  right: (value: string) => boolean,
): string {
  const miss = sysctlNearMiss(key, facts.boot.sysctl);
  return `${decided(key, value, facts, right)}${miss === undefined ? '' : `; ${miss}`}`;
}

function decided(key: string, value: BootValue, facts: NodeFacts, right: (value: string) => boolean): string {
  if (value.is !== 'value') return absence(key, facts);
  const loser = losingLine(key, value, facts, right);
  const { source } = value;
  const whose = 'file' in source && source.file === SYSCTL_FILE ? "netprereq's own " : '';
  if ('file' in source)
    return `${whose}${place(source)} sets ${named(key, value.path)} to ${excerpt(value.value)}${loser}`;
  const off = sysctlServiceOff(facts);
  const unread = off ? `, and no file is applied: ${off.because}` : '';
  if ('commandLine' in source)
    return `${excerpt(source.commandLine)} on the kernel command line sets it to ${excerpt(value.value)}${unread}${loser}`;
  if ('agent' in source) return `${source.agent} sets it each time it starts`;
  return off
    ? `no sysctl file is applied, because ${off.because}, and the kernel starts with ${value.value}${loser}`
    : `nothing sets it at boot, and the kernel starts with ${value.value}${loser}`;
}

function absence(key: string, facts: NodeFacts): string {
  const word = wordWithoutIpv6(key, facts);
  return word === undefined
    ? `${key} will not exist`
    : `${excerpt(word)} on the kernel command line switches IPv6 off, so ${key} does not exist`;
}

/** The key as a line has it, where that is another one. */
function named(key: string, path: string | undefined): string {
  const own = sysctl(key).paths;
  if (path === undefined || path === own[0]) return 'it';
  const name = swapDotsAndSlashes(path);
  if (isGlob(path)) return `${excerpt(name)}, and so this one,`;
  return own.includes(path) ? `${name}, another name of it,` : `${name}, and this one with it,`;
}

function losingLine(key: string, value: BootValue, facts: NodeFacts, right: (value: string) => boolean): string {
  const loser =
    value.others.findLast((line) => right(line.value)) ?? value.others.findLast(({ fate }) => fate === 'refused');
  return loser ? ` (${whyItLost(key, loser, value, facts)})` : '';
}

function whyItLost(key: string, loser: OtherLine, value: BootValue, facts: NodeFacts): string {
  const { fate, by } = loser;
  const sets = `${place(loser)} sets ${excerpt(loser.value)}`;
  const other = by ? place(by) : 'another line';
  switch (fate) {
    case 'refused':
      return `${place(loser)} sets ${shown(loser.value)}, which the kernel refuses`;
    case 'taken back':
      return `${sets}, but -${key} in ${other} cancels that`;
    case 'spared':
      return `${sets} by a pattern, which does not count for a key that another line names: ${other}`;
    case 'file replaced':
      return `${sets}, but ${hiding(by?.file, facts)} hides that file`;
    case 'not read':
      return `${sets}, but the boot does not read ${excerpt(loser.file, 128)}, unless a link in /etc/sysctl.d leads there`;
    case 'no such key':
      return `${sets}, but the key is not there yet when the files are applied`;
    case 'not applied':
      return `${sets}, which has no effect`;
    default: {
      const refused = value.others.find(
        (line) => line.fate === 'refused' && line.file === by?.file && line.line === by?.line,
      );
      if (refused) return `${sets}, but ${other} replaces it with ${shown(refused.value)}, which the kernel refuses`;
      if (by && value.is === 'value' && 'file' in value.source && place(value.source) === other) {
        return `${sets}, which that line overrides`;
      }
      return by ? `${sets}, but ${other} overrides it` : `${sets}, which something overrides`;
    }
  }
}

function hiding(file: string | undefined, { boot }: NodeFacts): string {
  const kind = boot.sysctl?.find(({ path }) => path === file)?.kind;
  const name = excerpt(file ?? 'another one', 128);
  return kind === 'mask' ? `${name}, a link to /dev/null,` : `${name}, which has the same name,`;
}

function shown(value: string): string {
  return value === '' ? 'nothing' : `"${excerpt(value)}"`;
}
