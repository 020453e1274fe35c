import { EXIT } from './exit-codes.ts';

/**
 * A closed pipe (`| head`, EPIPE) is no error, and a closed terminal (EIO) must not keep the run from deleting its pods. A result
 * that cannot be written (a full disk) is an error; its exit code must not be the 1 of a failing node.
 */
export function tolerateClosedStreams(): void {
  for (const stream of [process.stdout, process.stderr]) {
    // When oclif is loaded it adds a listener that throws every error except EPIPE.
    stream.removeAllListeners('error');
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE' || error.code === 'EIO') return;
      process.exitCode = EXIT.error;
      if (stream === process.stdout) process.stderr.write(`error: the output cannot be written: ${error.message}\n`);
    });
  }
}

/** Writes parts to stdout one after the other; stops if the reader has closed the pipe. */
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
