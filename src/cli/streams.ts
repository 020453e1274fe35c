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
