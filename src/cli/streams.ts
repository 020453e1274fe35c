import { EXIT } from './exit-codes.ts';

/**
 * A reader that has seen enough (`| head`, EPIPE) is no error, and a terminal that was closed (EIO) must not keep the run from deleting
 * its pods. A result that cannot be written (a full disk) is an error, and not the 1 of a node that fails.
 */
export function tolerateClosedStreams(): void {
  for (const stream of [process.stdout, process.stderr]) {
    // oclif has put one there when it was loaded, which throws whatever is no EPIPE.
    stream.removeAllListeners('error');
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE' || error.code === 'EIO') return;
      process.exitCode = EXIT.error;
      if (stream === process.stdout) process.stderr.write(`error: the output cannot be written: ${error.message}\n`);
    });
  }
}

/** Writes to stdout part by part, each once the one before has gone out; ends when nobody reads it any more. */
export async function writeParts(parts: Iterable<string>): Promise<void> {
  const { stdout } = process;
  for (const part of parts) {
    if (stdout.errored || stdout.destroyed) return;
    if (stdout.write(part)) continue;
    const { promise, resolve } = Promise.withResolvers<void>();
    const events = ['drain', 'error', 'close'];
    for (const event of events) stdout.once(event, resolve);
    await promise;
    for (const event of events) stdout.removeListener(event, resolve);
  }
}
