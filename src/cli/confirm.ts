import { createInterface } from 'node:readline/promises';
import { UsageError } from '../errors.ts';

/** Where a question is asked, and answered. */
export interface Conversation {
  input: NodeJS.ReadStream;
  output: NodeJS.WriteStream;
}

/**
 * Fails at the start if nobody can answer a question.
 * @param instead what else to type
 * @throws UsageError
 */
export function demandConsent(yes: boolean, { input, output }: Conversation, instead: string): void {
  if (yes || (input.isTTY && output.isTTY)) return;
  throw new UsageError(`cannot ask without a terminal: use ${instead}`);
}

/**
 * Asks a question. Only y and yes mean yes; the end of the input means no. The terminal keeps its own line editing: Ctrl-C stays a
 * signal, and a shell that stops and resumes this program has nothing to restore.
 * @param signal an interruption also means no
 */
export async function confirmed(
  question: string,
  { input, output }: Conversation,
  signal: AbortSignal,
): Promise<boolean> {
  const asked = `${question} [y/N] `;
  const lines = createInterface({ input, output, terminal: false });
  // After fg the user sees the question again.
  const askAgain = () => output.write(asked);
  process.on('SIGCONT', askAgain);
  let answered = false;
  // Ctrl-D and Ctrl-C leave the cursor after the question.
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
