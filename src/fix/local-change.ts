import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyScript, type Timing } from '../apply/script.ts';
import { CheckError, messageOf } from '../errors.ts';
import type { Change } from '../plan/change.ts';
import { run } from '../text/advice.ts';
import { type ChangeKind, RUNS_AT_MOST } from './change-pod.ts';

/** In which a change of this host must begin, in seconds: it begins at once. */
const BEGINS_WITHIN = 60;
/** Between the request to end after the current step and the end, in milliseconds. */
const GRACE_MS = 30_000;

/**
 * @param target what is to be changed, as a command line names it
 * @throws CheckError when this process may not change it
 */
export function demandRoot(kind: ChangeKind, target: string): void {
  if (process.getuid?.() !== 0) {
    const what = target === '--local' ? 'this host' : 'an image';
    throw new CheckError(`only root can change ${what}`, {
      tries: [run(`sudo kubectl-netprereq ${kind === 'apply' ? 'fix' : kind} ${target}`)],
    });
  }
}

/**
 * Has this host changed, or an image's files. Never rejects.
 * @param request makes the request that apply.sh reads
 * @param signal lets the current step finish, and no other follow
 * @param image the root directory of an image, whose files alone may be changed; undefined: this host
 */
export async function changeLocal(
  run: string,
  request: (timing: Timing) => string,
  signal: AbortSignal,
  image?: string,
): Promise<Change> {
  let directory: string | undefined;
  try {
    // Others may not look into it, nor put a link where the answer goes.
    directory = await mkdtemp(join(tmpdir(), 'netprereq-'));
    const answer = join(directory, 'answer');
    const now = Date.now() / 1000;
    const where = image === undefined ? ['local', ''] : ['image', image === '/' ? '' : image];
    const end = await runScript(
      ['-c', applyScript, 'netprereq', ...where, answer, request({ run, now, notAfter: now + BEGINS_WITHIN })],
      signal,
    );
    const message = await readFile(answer, 'utf8').catch(() => '');
    return message === '' ? { is: 'lost', why: end } : { is: 'answered', message };
  } catch (error) {
    return { is: 'not-begun', why: messageOf(error), remedy: [] };
  } finally {
    if (directory !== undefined) await rm(directory, { recursive: true, force: true }).catch(() => {});
  }
}

/** @returns how it ended. @throws when there is no sh */
async function runScript(args: readonly string[], signal: AbortSignal): Promise<string> {
  const child = spawn('sh', args, { stdio: 'ignore' });
  const stop = () => child.kill('SIGTERM');
  const late = [
    setTimeout(stop, RUNS_AT_MOST * 1000),
    setTimeout(() => child.kill('SIGKILL'), RUNS_AT_MOST * 1000 + GRACE_MS),
  ];
  signal.addEventListener('abort', stop, { once: true });
  try {
    const [code, name] = (await once(child, 'close')) as [number | null, string | null];
    return `it was ended by ${name ?? `code ${code}`} before it answered`;
  } finally {
    for (const timer of late) clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
