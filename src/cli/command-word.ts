import { UsageError } from '../errors.ts';
import { similar } from '../text/nearest.ts';
import type { Commands } from './command-flags.ts';
import { flagsFirst } from './flags-first.ts';

/**
 * The first word is to be a command: kubectl takes no flags in front of a plug-in's commands, and oclif reports the words behind one that
 * it does not know as parts of its name.
 * @throws UsageError
 */
export function demandCommand(argv: readonly string[], commands: Commands): void {
  const [word = ''] = argv;
  if (Object.hasOwn(commands, word) || word === '--version') return;
  if (word.startsWith('-')) throw flagsFirst(argv, commands);
  throw unknownCommand(word, Object.keys(commands));
}

/** What kubectl says to a command that it does not know, with those that may have been meant. */
export function unknownCommand(word: string, commands: readonly string[]): UsageError {
  const meant = word === '' ? [] : similar(word, commands);
  return new UsageError(`unknown command "${word}" for "kubectl netprereq"${didYouMean(meant)}`);
}

/** The end of an error's text that names what may have been meant, as kubectl has it; empty where that is nothing. */
export function didYouMean(names: readonly string[]): string {
  return names.length === 0 ? '' : `\n\nDid you mean this?\n${names.map((name) => `\t${name}\n`).join('')}`;
}
