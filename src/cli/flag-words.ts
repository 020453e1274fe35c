import type { Command } from '@oclif/core';
import { UsageError } from '../errors.ts';
import { BARE_VALUES } from './flags.ts';
import { unknownFlag } from './unknown-flag.ts';

type Flags = Command.Class['flags'];
type Flag = Flags[string];

/** One flag as it was typed, with the words that it took, or words that are no flags. */
interface Typed {
  words: readonly string[];
  flag?: { name: string; definition: Flag; value: string | undefined };
}

function find(word: string, flags: Flags): { name: string; definition: Flag; value: string | undefined } | undefined {
  const [, long, value] = /^--([\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
  const definition = long === undefined ? undefined : Object.entries(flags).find(([name]) => name === long)?.[1];
  if (long !== undefined) return definition && { name: long, definition, value };
  const [, char, attached] = /^-(\w)(?:=?(.+))?$/s.exec(word) ?? [];
  const short = char === undefined ? undefined : Object.entries(flags).find(([, { char: known }]) => known === char);
  if (short === undefined || (short[1].type === 'boolean' && attached !== undefined)) return undefined;
  return { name: short[0], definition: short[1], value: attached };
}

/** Whether a word that stands for none of the flags looks like one. Several booleans in one word are for oclif to take apart. */
function isUnknown(word: string, flags: Flags): boolean {
  return /^--./.test(word) || (/^-./.test(word) && !Object.values(flags).some(({ char }) => char === word[1]));
}

function take(argv: readonly string[], flags: Flags): Typed[] {
  const typed: Typed[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    if (word === '--') return [...typed, { words: argv.slice(i) }];
    const flag = find(word, flags);
    const next = argv[i + 1];
    const bare = flag && Object.hasOwn(BARE_VALUES, flag.name) ? BARE_VALUES[flag.name] : undefined;
    if (flag && flag.value === undefined && bare !== undefined) {
      typed.push({ words: [word], flag: { ...flag, value: bare } });
    } else if (flag?.definition.type === 'option' && flag.value === undefined && next !== undefined) {
      typed.push({ words: [word, next], flag: { ...flag, value: next } });
      i++;
    } else if (flag === undefined && isUnknown(word, flags)) {
      throw unknownFlag(word, Object.keys(flags));
    } else typed.push({ words: [word], ...(flag ? { flag } : {}) });
  }
  return typed;
}

/** `--name` for true, nothing for false: oclif would take `=false` for an argument of its own, and the flag for true. */
function boolean(name: string, value: string | undefined): string[] {
  if (value === undefined || ['true', 't', '1'].includes(value.toLowerCase())) return [`--${name}`];
  if (['false', 'f', '0'].includes(value.toLowerCase())) return [];
  throw new UsageError(`invalid argument "${value}" for "--${name}" flag: must be true or false`);
}

function words({ words: asTyped, flag }: Typed): readonly string[] {
  if (flag === undefined) return asTyped;
  const { name, definition, value } = flag;
  if (definition.type === 'boolean') return boolean(name, value);
  return value === undefined ? asTyped : [`--${name}=${value}`];
}

/**
 * Rewrites flags that kubectl's parser understands otherwise than oclif's: of a repeated one the last counts (an alias may already
 * have it), a boolean may be given as `--flag=false`, the word behind a flag is its value whatever it begins with, `-n=x` is `-n x`.
 * @throws UsageError for a boolean with another value, and for a flag that the command does not have
 */
export function flagWords(argv: readonly string[], commands: Readonly<Record<string, Command.Class>>): string[] {
  const at = argv.findIndex((word) => Object.hasOwn(commands, word));
  const command = commands[argv[at] ?? ''];
  if (command === undefined) return [...argv];
  const typed = take(argv.slice(at + 1), command.flags);
  const last = new Map(typed.map(({ flag }, i) => [flag?.name, i]));
  const rewritten = typed.flatMap((one, i) => {
    const { flag } = one;
    const repeatable = flag?.definition.type === 'option' && flag.definition.multiple;
    return flag === undefined || repeatable || last.get(flag.name) === i ? words(one) : [];
  });
  return [...argv.slice(0, at + 1), ...rewritten];
}
