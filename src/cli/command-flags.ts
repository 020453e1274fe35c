import type { Command, Interfaces } from '@oclif/core';

export type Flag = Interfaces.Flag<unknown>;
export type Commands = Readonly<Record<string, Command.Class>>;

/** A command's flags by name. */
export function flagsOf(definition: Command.Class): Record<string, Flag> {
  return (definition.flags ?? {}) as Record<string, Flag>;
}

/** A flag found in one word, and the value in that word. */
export interface SpelledFlag {
  name: string;
  definition: Flag;
  value: string | undefined;
}

/** `--name`, `--name=value`, `-n`, `-n=value` and `-nvalue`; undefined where there is none of that name. */
export function flagIn(word: string, flags: Readonly<Record<string, Flag>>): SpelledFlag | undefined {
  const [, long, value] = /^--([\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
  const [, char, given, attached] = /^-(\w)(?:=(.*)|(.+))?$/s.exec(word) ?? [];
  const name = long ?? Object.keys(flags).find((one) => char !== undefined && flags[one]?.char === char);
  const definition = name !== undefined && Object.hasOwn(flags, name) ? flags[name] : undefined;
  // oclif separates several booleans in one word.
  if (name === undefined || !definition || (definition.type === 'boolean' && attached !== undefined)) return undefined;
  return { name, definition, value: value ?? given ?? attached };
}
