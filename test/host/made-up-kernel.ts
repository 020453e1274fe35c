import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import { parseFacts } from '../../src/facts/parse.ts';
import { probeScript } from '../../src/probe/script.ts';
import { SWITCHES_REQUEST } from '../support/switches-request.ts';
import { type Entry, nodeTree } from './node-tree.ts';
import type { Shell } from './shells.ts';

/** Runs the probe where /proc and /sys are directories of our making: kernels unlike the one under the tests. */
export function onKernel(shell: Shell, entries: Readonly<Record<string, Entry>>, request = SWITCHES_REQUEST) {
  // busybox starts its tools through /proc/self/exe.
  using made = nodeTree({ '/proc/self/exe': { link: '/bin/busybox' }, '/sys/x': '', ...entries });
  const mounts = `mount --bind ${made.root}/sys /sys && mount --bind ${made.root}/proc /proc && exec "$@"`;
  const command = [
    'sh',
    '-c',
    mounts,
    'kernel',
    ...shell.command,
    '-c',
    probeScript(request),
    'netprereq',
    'local',
    made.root,
  ];
  const { stdout, stderr } = spawnSync('unshare', ['-r', '-m', ...command], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: shell.path },
  });
  expect(stderr).toBe('');
  return parseFacts(stdout, request);
}
