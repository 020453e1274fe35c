import { Interrupted } from '../errors.ts';
import { type Interruption, SIGNAL_EXIT } from './exit-codes.ts';

/**
 * Runs `work` so that SIGINT, SIGTERM and SIGHUP abort its signal instead of ending the process, because it has pods to
 * delete. A second signal ends the process at once, with `farewell` on stderr.
 * @param farewell lines to print on the second signal, for example how to clean up
 * @returns the work's result, and the signal that interrupted it
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  farewell: () => readonly string[],
): Promise<{ result: T; interruption: Interruption | undefined }> {
  const controller = new AbortController();
  let interruption: Interruption | undefined;
  const onSignal = (signal: Interruption) => {
    if (!interruption) {
      interruption = signal;
      controller.abort(new Interrupted(signal));
      return;
    }
    for (const line of farewell()) process.stderr.write(`${line}\n`);
    process.exit(SIGNAL_EXIT[signal]);
  };
  const signals = Object.keys(SIGNAL_EXIT) as Interruption[];
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return { result: await work(controller.signal), interruption };
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}
