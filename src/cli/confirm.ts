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
  throw new UsageError('cannot ask without a terminal: use --yes to proceed or --dry-run to see the plan');
}

/**
 * Asks a question that only y or yes answers with yes; the end of the input is a no. The terminal keeps its own line editing: Ctrl-C stays
 * a signal, and a shell that stops this program and brings it back finds nothing to restore.
 * @param signal an interruption is a no, too
 */
export async function confirmed(
  question: string,
  { input, output }: Conversation,
  signal: AbortSignal,
): Promise<boolean> {
  const asked = `${question} [y/N] `;
  const lines = createInterface({ input, output, terminal: false });
  // Whoever comes back by fg sees what is still waited for.
  const askAgain = () => output.write(asked);
  process.on('SIGCONT', askAgain);
  let answered = false;
  // Ctrl-D and Ctrl-C leave the cursor behind the question.
  const closed = new Promise<string>((resolve) =>
    lines.once('close', () => {
      if (!answered) output.write('\n');
      resolve('');
    }),
  );
  try {
    const answer = await Promise.race([lines.question(asked, { signal }), closed]);
    answered = true;
    return /^\s*y(es)?\s*$/i.test(answer);
  } catch {
    return false;
  } finally {
    process.off('SIGCONT', askAgain);
    lines.close();
  }
}
