import type { CommandCompleter } from '../report/command-completer.ts';
import { type Advice, adviceText, withCommand } from '../text/advice.ts';
import { commandCompleter, retypeHints } from './command-completer.ts';
import type { Interruption } from './exit-codes.ts';
import type { KubectlFlagValues } from './flags.ts';
import { interruptible } from './interrupt.ts';
import { inOwnName } from './own-name.ts';
import { progressOn } from './progress.ts';

/** How work that takes its time speaks to whoever waits for it, on stderr. */
export interface Speech {
  /** How far it is, in the one line that is overwritten. */
  progress(text: string): void;
  /** What stays; a command in it reaches the same cluster. */
  notice(advice: Advice): void;
  retype: CommandCompleter;
  /** Leaves the terminal to another program until what it returns is called. */
  yieldTo(): () => void;
}

/** What came of the work, the signal that cut it short, and what completes the commands that its report proposes. */
export interface Attended<T> {
  result: T;
  interruption: Interruption | undefined;
  retype: CommandCompleter;
}

/**
 * Runs what a user waits for: a progress line while it goes on, an orderly end on the first signal and `farewell` on the second, hints
 * of errors that name the cluster that was asked.
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
