import { spawnSync } from 'node:child_process';
import { parseFacts } from '../../src/facts/parse.ts';
import type { FactsRequest } from '../../src/facts/request.ts';
import { probeScript } from '../../src/probe/script.ts';
import { SWITCHES_REQUEST } from '../support/switches-request.ts';
import type { Shell } from './shells.ts';

/** The probe as it reads the switches. */
export const PROBE_SCRIPT = probeScript(SWITCHES_REQUEST);

interface Run {
  root?: string;
  mode?: string;
  output?: string;
  parent?: string;
  uid?: number;
  /** What is asked; the switches unless it says something else. */
  request?: FactsRequest;
  /** The script, where it is another one. */
  text?: string;
}

/** Runs the probe's text under a shell, as it stands, and gives what it printed. A status other than 0 throws. */
export function runProbe(shell: Shell, run: Run = {}): string {
  const { mode = 'local', root = '', output = '', parent = '', uid } = run;
  const [file = '', ...args] = [
    ...shell.command,
    '-c',
    run.text ?? (run.request ? probeScript(run.request) : PROBE_SCRIPT),
    'netprereq',
    mode,
    root,
    output,
    parent,
  ];
  const { status, stdout, stderr } = spawnSync(file, args, {
    encoding: 'utf8',
    cwd: '/',
    // bash takes a socket as standard input for rshd's, and then reads ~/.bashrc.
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: shell.path },
    maxBuffer: 64 * 1024 * 1024,
    ...(uid !== undefined && { uid, gid: uid }),
  });
  if (status !== 0 || stderr !== '') throw new Error(`${shell.name} ended with ${status}: ${stderr}`);
  return stdout;
}

/** The facts of a made-up node. */
export function probe(shell: Shell, run: Run = {}) {
  return parseFacts(runProbe(shell, run), run.request ?? SWITCHES_REQUEST);
}
