import { commandCompleter, retypeHints } from './command-completer.ts';
import type { Interruption } from './exit-codes.ts';
import type { KubectlFlagValues } from './flags.ts';
import { interruptible } from './interrupt.ts';
import { progressOn } from './progress.ts';

/** How work that takes its time speaks to whoever waits for it, on stderr. */
export interface Speech {
  /** How far it is, in the one line that is overwritten. */
  progress(text: string): void;
  /** A line that stays; commands in it reach the same cluster. */
  notice(text: string): void;
  /** Leaves the terminal to another program until what it returns is called. */
  yieldTo(): () => void;
}

/** What came of the work, the signal that cut it short, and what completes the commands that its report proposes. */
export interface Attended<T> {
  result: T;
  interruption: Interruption | undefined;
  retype(text: string): string;
}

/**
 * Runs what a user waits for: a progress line while it goes on, an orderly end on the first signal and `farewell` on the second, hints
 * of errors that name the cluster that was asked.
 */
export async function runInterruptible<T>(
  flags: KubectlFlagValues,
  work: (signal: AbortSignal, speech: Speech) => Promise<T>,
  farewell: (retype: (text: string) => string) => string | undefined,
): Promise<Attended<T>> {
  const retype = commandCompleter(flags);
  const progress = progressOn(process.stderr, process.env);
  const clear = () => progress.clear();
  const speech: Speech = {
    progress: (text) => progress.update(text),
    notice(text) {
      clear();
      process.stderr.write(`${retype(text)}\n`);
    },
    yieldTo: () => progress.yieldTo(),
  };
  try {
    const end = await interruptible(
      (signal) => work(signal, speech),
      () => {
        clear();
        return farewell(retype);
      },
    );
    return { ...end, retype };
  } catch (error) {
    throw retypeHints(error, retype);
  } finally {
    clear();
  }
}
