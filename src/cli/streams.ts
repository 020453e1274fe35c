/**
 * A reader that has seen enough (`| head`, EPIPE) is no error, and a terminal that was closed (EIO) must not keep the run from deleting
 * its pods.
 */
export function tolerateClosedStreams(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
}
