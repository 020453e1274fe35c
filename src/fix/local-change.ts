import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Timing } from '../apply/script.ts';
import { CheckError, messageOf } from '../errors.ts';
import type { Change } from '../plan/change.ts';
import { RUNS_AT_MOST } from './change-pod.ts';

/** In which a change of this host must begin, in seconds: it begins at once. */
const BEGINS_WITHIN = 60;
/** Between the request to end after the current step and the end, in milliseconds. */
const GRACE_MS = 30_000;

/** @throws CheckError when this process may not change this host */
export function demandRoot(command: 'fix' | 'undo'): void {
  if (process.getuid?.() !== 0) {
    throw new CheckError('only root can change this host', { tries: [`sudo kubectl-netprereq ${command} --local`] });
  }
}

/**
 * Has this host changed by a script of apply/script.ts. Never rejects.
 * @param request makes the request that the script reads
 * @param signal lets the current step finish, and no other follow
 */
export async function changeLocal(
  script: string,
  run: string,
  request: (timing: Timing) => string,
  signal: AbortSignal,
): Promise<Change> {
  let directory: string | undefined;
  try {
    // Others may not look into it, nor put a link where the answer goes.
    directory = await mkdtemp(join(tmpdir(), 'netprereq-'));
    const answer = join(directory, 'answer');
    const now = Date.now() / 1000;
    const end = await runScript([script, answer, request({ run, now, notAfter: now + BEGINS_WITHIN })], signal);
    const message = await readFile(answer, 'utf8').catch(() => '');
    return message === '' ? { is: 'lost', why: end } : { is: 'answered', message };
  } catch (error) {
    return { is: 'not-begun', why: messageOf(error), remedy: [] };
  } finally {
    if (directory !== undefined) await rm(directory, { recursive: true, force: true }).catch(() => {});
  }
}

/** @returns how it ended. @throws when there is no sh */
async function runScript([script, answer, request]: [string, string, string], signal: AbortSignal): Promise<string> {
  const child = spawn('sh', ['-c', script, 'netprereq', 'local', '', answer, request], { stdio: 'ignore' });
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
