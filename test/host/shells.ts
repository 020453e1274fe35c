import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

export interface Shell {
  name: string;
  command: readonly string[];
  /** Its PATH: busybox comes with all its own tools, the others use the system's. */
  path: string;
  /** Why tests of it are skipped. */
  missing?: string;
}

const PATH = process.env.PATH ?? '/usr/sbin:/usr/bin:/sbin:/bin';

/** The shells that nodes' images and hosts have as sh. */
export const SHELLS: readonly Shell[] = [
  plainShell('dash'),
  plainShell('bash'),
  present('busybox') ? busybox() : { name: 'busybox', command: [], path: '', missing: 'no busybox here' },
];

/** Suites say in their name why they are skipped. */
export function titleOf(shell: Shell): string {
  return shell.missing ? `${shell.name} (skipped: ${shell.missing})` : shell.name;
}

/** Why no network and mount namespaces can be made here; undefined when they can. */
export const noNamespaces = reasonAgainstNamespaces();

function reasonAgainstNamespaces(): string | undefined {
  if (!present('unshare')) return 'no unshare here';
  if (!present('ip')) return 'no ip here';
  const bridge = 'ip link add x0 type bridge && ip link add x1 type veth peer name x2 && mount -t sysfs none /sys';
  const tried = spawnSync('unshare', ['-r', '-n', '-m', '-p', '-f', '--mount-proc', 'sh', '-c', bridge]);
  return tried.status === 0 ? undefined : 'no namespaces or no bridges here';
}

function plainShell(name: string): Shell {
  return { name, command: [name], path: PATH, ...(present(name) ? {} : { missing: `no ${name} here` }) };
}

function busybox(): Shell {
  const tools = mkdtempSync(join(tmpdir(), 'netprereq-busybox-'));
  afterAll(() => rmSync(tools, { recursive: true }));
  spawnSync('busybox', ['--install', '-s', tools]);
  return { name: 'busybox', command: ['busybox', 'sh'], path: `${tools}:${PATH}` };
}

function present(tool: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
}
