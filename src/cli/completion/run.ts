import { COMMANDS } from '../../commands/index.ts';
import { complete, NOTHING } from './candidates.ts';
import { lookedUp } from './names.ts';

/**
 * Answers kubectl's request to complete the last word, as cobra's `__complete` does: one candidate per line, a tab before its
 * description, then a colon and the directive. It writes nothing else to stdout and never fails. It ends the process, so that open
 * requests to a cluster do not keep the shell waiting.
 */
export async function runCompletion(words: readonly string[]): Promise<never> {
  const { candidates, directive } = await complete(words, COMMANDS, lookedUp).catch(() => NOTHING);
  const lines = candidates.map(({ word, description }) =>
    description === undefined ? word : `${word}\t${description.split('\n')[0]}`,
  );
  await new Promise((written) => process.stdout.write(`${[...lines, `:${directive}`].join('\n')}\n`, written));
  process.exit(0);
}
