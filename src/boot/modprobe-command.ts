import { normalizeName } from './modprobe-config.ts';

/** What a plain modprobe command loads. */
export interface ModprobeCommand {
  modules: string[];
  /** -b: it honours the blacklist. */
  denylist: boolean;
}

const COMMAND = /^[-@:+!|]*(?:\/\S*\/)?modprobe((?:\s+[\w./=-]+)+)\s*$/;
const FLAG = /^(?:-[abqsv]+|--(?:all|use-blacklist|quiet|syslog|verbose)?)$/;

/** Reads a unit's command; undefined: it is none that is followed. Without -a only the first name is one, what follows are its parameters. */
export function modprobeCommand(command: string): ModprobeCommand | undefined {
  const words = COMMAND.exec(command)?.[1]?.trim().split(/\s+/);
  if (!words) return undefined;
  const flags = words.filter((word) => word.startsWith('-'));
  const operands = words.filter((word) => !word.startsWith('-')).flatMap((word) => normalizeName(word) ?? []);
  if (!flags.every((flag) => FLAG.test(flag))) return undefined;
  const has = (letter: string, word: string) =>
    flags.some((flag) => flag === word || new RegExp(`^-[a-z]*${letter}`).test(flag));
  return { modules: has('a', '--all') ? operands : operands.slice(0, 1), denylist: has('b', '--use-blacklist') };
}
