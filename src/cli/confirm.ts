import { createInterface } from 'node:readline/promises';
import { UsageError } from '../errors.ts';

/** Where a question is asked, and answered. */
export interface Conversation {
  input: NodeJS.ReadStream;
  output: NodeJS.WriteStream;
}

/**
 * Fails before anything else is done when there is nobody to answer a question.
 * @throws UsageError
 */
export function demandConsent(yes: boolean, { input, output }: Conversation): void {
  if (yes || (input.isTTY && output.isTTY)) return;
  throw new UsageError(
    'this changes nodes, and there is no terminal to ask on: --yes does without, --dry-run only shows it',
  );
}

/**
 * Asks a question that only y or yes answers with yes; the end of the input is a no.
 * @param signal an interruption is a no, too
 */
export async function confirmed(
  question: string,
  { input, output }: Conversation,
  signal: AbortSignal,
): Promise<boolean> {
  const terminal = createInterface({ input, output });
  // In its raw mode the terminal's Ctrl-C reaches only this.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  try {
    const answer = await Promise.race([terminal.question(`${question} [y/N] `, { signal }), closed]);
    return /^\s*y(es)?\s*$/i.test(answer);
  } catch {
    output.write('\n');
    return false;
  } finally {
    terminal.close();
  }
}
