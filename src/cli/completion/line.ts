import type { Command } from '@oclif/core';
import { type Commands, flagIn, flagsOf } from '../command-flags.ts';

/** The command line so far: what it contains, and what its last word begins. */
export interface Line {
  command: { name: string; definition: Command.Class } | undefined;
  /** Values by the flag's name; a boolean's is empty. */
  given: ReadonlyMap<string, readonly string[]>;
  operands: readonly string[];
  wanted: { is: 'command' | 'flag' | 'operand' | 'nothing' } | { is: 'value'; flag: string };
  /** What is typed of it. */
  prefix: string;
}

/**
 * Reads a command line that is being typed.
 * @param words the words after the plug-in's name; the last one is being typed, and may be empty
 */
export function readLine(words: readonly string[], commands: Commands): Line {
  const prefix = words.at(-1) ?? '';
  const [name, ...rest] = words.slice(0, -1);
  const line = { command: undefined, given: new Map(), operands: [], prefix };
  if (name === undefined) return { ...line, wanted: { is: prefix.startsWith('-') ? 'flag' : 'command' } };
  const definition = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (definition === undefined) return { ...line, wanted: { is: 'nothing' } };
  return readCommand({ name, definition }, rest, prefix);
}

function readCommand(command: NonNullable<Line['command']>, words: readonly string[], prefix: string): Line {
  const flags = flagsOf(command.definition);
  const given = new Map<string, string[]>();
  const operands: string[] = [];
  const give = (flag: string, value: string) => given.set(flag, [...(given.get(flag) ?? []), value]);
  let open: string | undefined;
  let closed = false;
  for (const word of words) {
    if (open !== undefined) {
      give(open, word);
      open = undefined;
    } else if (word === '--') closed = true;
    else if (!word.startsWith('-')) operands.push(word);
    else {
      const flag = flagIn(word, flags);
      if (flag === undefined) continue;
      if (flag.value === undefined && flag.definition.type === 'option') open = flag.name;
      else give(flag.name, flag.value ?? '');
    }
  }
  const line = { command, given, operands };
  if (closed) return { ...line, wanted: { is: 'nothing' }, prefix };
  if (open !== undefined) return { ...line, wanted: { is: 'value', flag: open }, prefix };
  const flag = flagIn(prefix, flags);
  if (flag?.value !== undefined) return { ...line, wanted: { is: 'value', flag: flag.name }, prefix: flag.value };
  return { ...line, wanted: { is: prefix.startsWith('-') ? 'flag' : 'operand' }, prefix };
}
