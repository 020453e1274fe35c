import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

// The process tests run a bundle with rules of their own (test/support/rules.ts).
const root = () => resolve(import.meta.dirname, '..', '..', process.env.NETPREREQ_BUNDLE ?? '.');

export interface Result {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Runs the built command as a user would, and waits for its end. */
export function netprereq(args: readonly string[], env: Record<string, string> = {}): Promise<Result> {
  return ended(startNetprereq(args, env));
}

/** @param base what `env` is added to; default: this process's own environment */
export function startNetprereq(
  args: readonly string[],
  env: Record<string, string> = {},
  base: NodeJS.ProcessEnv = process.env,
): ChildProcess {
  const command = commandLine(args);
  return spawn(command.file, command.args, { env: { ...base, ...env } });
}

/** The built command as a program and its arguments. */
export function commandLine(args: readonly string[]): { file: string; args: string[] } {
  return { file: process.execPath, args: [join(root(), 'bin', 'run.js'), ...args] };
}

/** Collects what a process prints until it ends. */
export function ended(child: ChildProcess): Promise<Result> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (data) => {
    stdout += data;
  });
  child.stderr?.on('data', (data) => {
    stderr += data;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
