import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import { parseFacts } from '../../src/facts/parse.ts';
import { type Entry, nodeTree } from './node-tree.ts';
import { PROBE_SCRIPT } from './run-probe.ts';
import type { Shell } from './shells.ts';

/** Runs the probe where /proc and /sys are directories of our making: kernels unlike the one under the tests. */
export function onKernel(shell: Shell, entries: Readonly<Record<string, Entry>>, script = PROBE_SCRIPT) {
  // busybox starts its tools through /proc/self/exe.
  using made = nodeTree({ '/proc/self/exe': { link: '/bin/busybox' }, '/sys/x': '', ...entries });
  const mounts = `mount --bind ${made.root}/sys /sys && mount --bind ${made.root}/proc /proc && exec "$@"`;
  const command = ['sh', '-c', mounts, 'kernel', ...shell.command, '-c', script, 'netprereq', 'local', made.root];
  const { stdout, stderr } = spawnSync('unshare', ['-r', '-m', ...command], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: shell.path },
  });
  expect(stderr).toBe('');
  return parseFacts(stdout);
}
