import { COMMANDS } from '../../commands/index.ts';
import { complete, NOTHING } from './candidates.ts';
import { lookedUp } from './names.ts';

/**
 * Answers kubectl's question how the last of the words could go on, as cobra's `__complete` does: a candidate per line, a tab before its
 * description, then a colon and the directive. Nothing else goes to stdout, and it never fails. Ends the process: what a
 * cluster that does not answer has left behind must not keep the shell waiting.
 */
export async function runCompletion(words: readonly string[]): Promise<never> {
  const { candidates, directive } = await complete(words, COMMANDS, lookedUp).catch(() => NOTHING);
  const lines = candidates.map(({ word, description }) =>
    description === undefined ? word : `${word}\t${description.split('\n')[0]}`,
  );
  await new Promise((written) => process.stdout.write(`${[...lines, `:${directive}`].join('\n')}\n`, written));
  process.exit(0);
}
