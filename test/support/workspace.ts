import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Workspace {
  directory: string;
  /** Removes the directory. */
  remove: () => Promise<void>;
}

/** Waits for the end of its input, which the death of its parent brings at the latest; nodes die later, on a busy machine seconds. */
const removeAtEnd =
  'while read -r _; do :; done; for i in $(seq 150); do rm -rf "$1"; sleep 0.2; [ -e "$1" ] || exit; done';

/**
 * A temporary directory that disappears even when this process is killed: a shell waits for that. It leaves no signal
 * handler in the process, which is a test runner's.
 */
export function createWorkspace(): Workspace {
  const directory = join(tmpdir(), `stand-in-${randomUUID().slice(0, 8)}`);
  const remove = () => rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  if (process.platform === 'win32') {
    mkdirSync(directory, { mode: 0o700 });
    return { directory, remove };
  }
  // Detached: Ctrl-C goes to the whole process group, and this shell has work to do after it.
  const shell = spawn('sh', ['-c', removeAtEnd, 'sh', directory], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const ended = once(shell, 'close');
  // Only now: a signal that ended this process before the shell ran would leave the directory.
  mkdirSync(directory, { mode: 0o700 });
  return {
    directory,
    async remove() {
      shell.stdin.end();
      await ended;
      await remove();
    },
  };
}
