import { UsageError } from '../errors.ts';
import { similar } from '../text/nearest.ts';
import type { Commands } from './command-flags.ts';
import { flagsFirst } from './flags-first.ts';

/**
 * Checks that the first word is a command: kubectl allows no flags before a plug-in's commands, and oclif takes the words after an
 * unknown command for parts of its name.
 * @throws UsageError
 */
export function demandCommand(argv: readonly string[], commands: Commands): void {
  const [word = ''] = argv;
  if (Object.hasOwn(commands, word) || word === '--version') return;
  if (word.startsWith('-')) throw flagsFirst(argv, commands);
  throw unknownCommand(word, Object.keys(commands));
}

/** kubectl's message for an unknown command, with similar known ones. */
export function unknownCommand(word: string, commands: readonly string[]): UsageError {
  const meant = word === '' ? [] : similar(word, commands);
  return new UsageError(`unknown command "${word}" for "kubectl netprereq"${didYouMean(meant)}`);
}

/** The end of an error's text that suggests similar names, as kubectl writes it; empty if there are none. */
export function didYouMean(names: readonly string[]): string {
  return names.length === 0 ? '' : `\n\nDid you mean this?\n${names.map((name) => `\t${name}\n`).join('')}`;
}
