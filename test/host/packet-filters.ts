import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { PLAIN } from './namespace-host.ts';
import type { Entry } from './node-tree.ts';
import { noNamespaces } from './shells.ts';

const PROGRAMS = ['nft', 'iptables-nft', 'ip6tables-nft', 'iptables-legacy', 'ip6tables-legacy'];

/** Why packet filters of both kinds cannot be had in namespaces here; undefined when they can. */
export const noFilters = noNamespaces ?? lacking();

/** Whether the machine has the real programs, and a kernel for both of them in a namespace. */
function lacking(): string | undefined {
  const missing = PROGRAMS.find((program) => !existsSync(`/usr/sbin/${program}`));
  if (missing) return `no ${missing} here`;
  const both = 'nft list ruleset && nft add table ip x && iptables-legacy -S';
  return spawnSync('unshare', ['-r', '-n', 'sh', '-c', both]).status === 0
    ? undefined
    : 'the kernel has not both kinds of packet filter';
}

/** A node with programs by these names, each the machine's real one. */
export function nodeWith(programs: Readonly<Record<string, string>>): Record<string, Entry> {
  const entries = Object.entries(programs).map(([name, real]): [string, Entry] => [
    `/usr/sbin/${name}`,
    `#!/bin/sh\nexec /usr/sbin/${real} "$@"\n`,
  ]);
  return { ...PLAIN, ...Object.fromEntries(entries) };
}
