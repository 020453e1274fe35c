import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { commandLine, ended, type Result } from './command.ts';

/** Why no pseudo-terminal can be had here; undefined: it can. */
export const noTerminal = spawnSync('script', ['--version']).status === 0 ? undefined : 'no script(1) here';

/** The command on a pseudo-terminal, which shows stdout and stderr together. */
function onTerminal(args: readonly string[], env: Record<string, string>): ChildProcess {
  const { file, args: words } = commandLine(args);
  const command = [file, ...words].map((word) => `'${word}'`).join(' ');
  return spawn('script', ['-qec', command, '/dev/null'], {
    env: { ...process.env, ...env, TERM: 'xterm', NO_COLOR: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Answers the first question. */
export function answering(args: readonly string[], keys: string, env: Record<string, string>): Promise<Result> {
  const child = onTerminal(args, env);
  let seen = '';
  const answer = (data: Buffer) => {
    seen += data;
    if (!seen.includes('[y/N]')) return;
    child.stdout?.off('data', answer);
    child.stdin?.write(keys);
  };
  child.stdout?.on('data', answer);
  return ended(child);
}
