import type { CommandCompleter } from '../report/command-completer.ts';
import { type Advice, adviceText, withCommand } from '../text/advice.ts';
import { commandCompleter, retypeHints } from './command-completer.ts';
import type { Interruption } from './exit-codes.ts';
import type { KubectlFlagValues } from './flags.ts';
import { interruptible } from './interrupt.ts';
import { inOwnName } from './own-name.ts';
import { progressOn } from './progress.ts';

/** How a long run talks to the user, on stderr. */
export interface Speech {
  /** The progress, in one line that is overwritten. */
  progress(text: string): void;
  /** A message that stays; commands in it reach the same cluster. */
  notice(advice: Advice): void;
  retype: CommandCompleter;
  /** Hides the progress until the returned function is called, so that something else can use the terminal. */
  yieldTo(): () => void;
}

/** The result, the signal that interrupted it, and the completer for the commands that its report suggests. */
export interface Attended<T> {
  result: T;
  interruption: Interruption | undefined;
  retype: CommandCompleter;
}

/**
 * Runs work that a user waits for. It shows a progress line, ends in order on the first signal, prints `farewell` on the second, and
 * completes the commands in hints of errors, so that they reach the same cluster.
 */
export async function runInterruptible<T>(
  flags: KubectlFlagValues,
  work: (signal: AbortSignal, speech: Speech) => Promise<T>,
  farewell: () => readonly Advice[],
): Promise<Attended<T>> {
  const retype = commandCompleter(flags);
  const progress = progressOn(process.stderr, process.env);
  const clear = () => progress.clear();
  const said = (advice: Advice) => inOwnName(adviceText(withCommand(advice, retype)));
  const speech: Speech = {
    progress: (text) => progress.update(text),
    notice(advice) {
      clear();
      process.stderr.write(`${said(advice)}\n`);
    },
    retype,
    yieldTo: () => progress.yieldTo(),
  };
  try {
    const end = await interruptible(
      (signal) => work(signal, speech),
      () => {
        clear();
        return farewell().map(said);
      },
    );
    return { ...end, retype };
  } catch (error) {
    throw retypeHints(error, retype);
  } finally {
    clear();
  }
}
