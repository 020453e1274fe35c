import { UsageError } from '../errors.ts';
import { run } from '../text/advice.ts';
import { shellWord } from '../text/shell-word.ts';
import { shownValue } from './command-completer.ts';
import { type Commands, flagIn, flagsOf, type SpelledFlag } from './command-flags.ts';
import { BARE_VALUES } from './flags.ts';

/** The error for flags before the command, with the corrected command line, quoted for a shell. */
export function flagsFirst(argv: readonly string[], commands: Commands): UsageError {
  const at = commandIndex(argv, commands);
  const [first = ''] = argv;
  const name = at === undefined ? 'COMMAND' : (argv[at] ?? '');
  const others = argv.filter((_, index) => index !== at);
  const words = ['kubectl', 'netprereq', name, ...withoutSecrets(others, commands).map(shellWord)];
  // The value after "=" is not repeated here: the line below shows it, or its placeholder.
  return new UsageError(`flags cannot be placed before the command: ${first.split('=')[0]}`, [
    run(words.join(' '), at === undefined ? 'name a command first' : 'the command comes first'),
  ]);
}

/** The index of the command: the first word that is neither a flag nor a flag's value. */
function commandIndex(argv: readonly string[], commands: Commands): number | undefined {
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (!word.startsWith('-')) return Object.hasOwn(commands, word) ? at : undefined;
    if (takesNext(word, commands)) at += 1;
  }
  return undefined;
}

/** Whether the word after a flag is its value. */
function takesNext(word: string, commands: Commands): boolean {
  const flag = flagOfAny(word, commands);
  return flag?.definition.type === 'option' && flag.value === undefined && !Object.hasOwn(BARE_VALUES, flag.name);
}

/** The flag, from any command: a flag means the same in all commands. */
function flagOfAny(word: string, commands: Commands): SpelledFlag | undefined {
  const found = Object.values(commands).map((command) => flagIn(word, flagsOf(command)));
  return found.find((flag) => flag !== undefined);
}

function withoutSecrets(words: readonly string[], commands: Commands): string[] {
  return words.map((word, index) => {
    const flag = flagOfAny(word, commands);
    if (flag?.value !== undefined) {
      const shown = shownValue(flag.name, flag.value);
      return shown === flag.value ? word : `--${flag.name}=${shown}`;
    }
    const before = words[index - 1];
    const taker = before !== undefined && takesNext(before, commands) ? flagOfAny(before, commands) : undefined;
    return taker ? shownValue(taker.name, word) : word;
  });
}
