import { writtenInteger } from './sysctl-integer.ts';
import { SYSCTL_KEYS, type SysctlKey, sysctl, sysctlOf } from './sysctl-keys.ts';
import type { Place } from './sysctl-lines.ts';

/** What gave a sysctl its value. */
export type Source =
  | Place
  | { commandLine: string }
  /** A program that sets it each time it starts: k3s, kube-proxy. */
  | { agent: string }
  | { kernelDefault: true }
  /** No line sets it, so that it stays as it is. */
  | { unchanged: true };

/** What a sysctl holds; value undefined: not known, because of this. */
export type Cell = { value: string; source: Source } | { value: undefined; because: string };

/** How a write ended. */
export type Outcome = 'written' | 'refused' | 'no such key';

/** The sysctls of a booting kernel. A key that is not in it does not exist yet. */
export type Kernel = Map<SysctlKey, Cell>;

/** A kernel that nothing has written to. */
export function freshKernel(existing: readonly SysctlKey[] = SYSCTL_KEYS): Kernel {
  return new Map(existing.map((key) => [key, { value: sysctl(key).kernelDefault, source: { kernelDefault: true } }]));
}

/** Adds what br_netfilter brings. */
export function loadBrNetfilter(kernel: Kernel): void {
  const bridge = freshKernel(SYSCTL_KEYS.filter((key) => sysctl(key).needs === 'br_netfilter'));
  for (const [key, cell] of bridge) kernel.set(key, cell);
}

/**
 * Writes as a program does, with what the kernel does to other sysctls at the same time. The outcome tells whether the
 * kernel took it; a write that it refuses leaves everything as it was.
 */
export function write(kernel: Kernel, path: string, text: string, source: Source): Outcome {
  const key = sysctlOf(path);
  const before = key && kernel.get(key);
  if (!before) return 'no such key';
  const written = writtenInteger(text);
  if (written.is === 'refused') return 'refused';
  const { flag, sets } = sysctl(key);
  const cell: Cell =
    written.is === 'unknown'
      ? { value: undefined, because: 'a value has bytes that are no text' }
      : { value: flag && written.value !== '0' ? '1' : written.value, source };
  kernel.set(key, cell);
  if (sets) propagate(kernel, sets, before, cell);
  return 'written';
}

function propagate(kernel: Kernel, sets: { key: string; on: 'write' | 'change' }, before: Cell, cell: Cell): void {
  const key = SYSCTL_KEYS.find((other) => other === sets.key);
  const target = key && kernel.get(key);
  if (!target || (sets.on === 'change' && before.value !== undefined && before.value === cell.value)) return;
  // What it was before also decides whether a program writes at all.
  const certain = before.value !== undefined && cell.value !== undefined;
  if (certain || target.value === cell.value) kernel.set(key, cell);
  else kernel.set(key, { value: undefined, because: 'it depends on a value that is not known' });
}

/** Makes every sysctl unknown: something was not read that may have written any of them. */
export function forget(kernel: Kernel, because: string): void {
  for (const key of kernel.keys()) kernel.set(key, { value: undefined, because });
}
