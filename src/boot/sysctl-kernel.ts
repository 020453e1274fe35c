import { writtenInteger, writtenText } from './sysctl-integer.ts';
import { defaultOf, followsDefault } from './sysctl-interfaces.ts';
import { type Effect, type Sysctl, usualName } from './sysctl-keys.ts';
import type { Place } from './sysctl-lines.ts';
import type { Universe } from './sysctl-universe.ts';

/** What gave a sysctl its value. */
export type Source =
  | Place
  | { commandLine: string }
  /** A program that sets it each time it starts: k3s, kube-proxy. */
  | { agent: string }
  | { kernelDefault: true }
  /** No line sets it, so that it stays as it is. */
  | { unchanged: true };

/** What a sysctl holds; value undefined: not known, because of this, or because nothing has set it and its default is not known. */
export type Cell =
  | { value: string; source: Source }
  | { value: undefined; because: string }
  | { value: undefined; unset: true };

/** How a write ended. */
export type WriteOutcome = 'written' | 'refused' | 'no such key';

/** The sysctls of a kernel, by their usual names. A key that is not in it does not exist yet. */
export class Kernel extends Map<string, Cell> {
  readonly universe: Universe;
  /** The sysctls of interfaces that still take what is written to conf.default. */
  readonly following = new Set<string>();

  constructor(universe: Universe) {
    super();
    this.universe = universe;
  }

  /** The sysctls as they are before anybody writes to them. */
  add(which: (sysctl: Sysctl) => boolean): void {
    for (const [key, sysctl] of this.universe.sysctls) if (which(sysctl)) this.set(key, untouched(sysctl));
  }
}

function untouched({ kernelDefault }: Sysctl): Cell {
  return kernelDefault === undefined
    ? { value: undefined, unset: true }
    : { value: kernelDefault, source: { kernelDefault: true } };
}

/** Adds what modules bring. */
export function loadModules(kernel: Kernel): void {
  kernel.add(needsModule);
}

/** Whether a sysctl comes with a module. */
export function needsModule({ needs }: Sysctl): boolean {
  return needs !== undefined && needs !== 'ipv6';
}

/**
 * Adds the sysctls of interfaces: each takes conf.default as it is now.
 * @param follow whether what is written to conf.default later reaches them, too, where the kernel has that
 */
export function addInterfaces(kernel: Kernel, follow: boolean): void {
  for (const [key, { of }] of kernel.universe.sysctls) {
    if (!of) continue;
    const inherited = kernel.get(usualName(defaultOf(of)));
    if (!inherited) continue;
    kernel.set(key, inherited);
    if (follow && followsDefault(of) && isUntouched(inherited)) kernel.following.add(key);
  }
}

/** What was written to conf.default before the interface came counts as written to the interface. */
function isUntouched(cell: Cell): boolean {
  return cell.value === undefined ? 'unset' in cell : 'kernelDefault' in cell.source;
}

/**
 * Writes as a program does, with what the kernel does to other sysctls at the same time. The outcome tells whether the
 * kernel took it; a write that it refuses leaves everything as it was.
 */
export function write(kernel: Kernel, path: string, text: string, source: Source): WriteOutcome {
  const { universe } = kernel;
  const key = universe.keyOf(path);
  const before = key === undefined ? undefined : kernel.get(key);
  if (key === undefined || !before) return 'no such key';
  const cell = cellOf(text, universe.sysctls.get(key), source);
  if (!cell) return 'refused';
  kernel.set(key, cell);
  kernel.following.delete(key);
  for (const effect of universe.effectsOf(key)) propagate(kernel, effect, before, cell);
  for (const other of universe.followersOf(key)) if (kernel.following.has(other)) kernel.set(other, cell);
  return 'written';
}

/** What a sysctl holds once this is written; undefined: the kernel refuses it. */
export function cellOf(text: string, known: Sysctl | undefined, source: Source): Cell | undefined {
  const written = known?.integer ? writtenInteger(text) : writtenText(text, known?.numbers);
  if (written.is === 'refused') return undefined;
  if (written.is === 'unknown') return { value: undefined, because: written.because };
  return { value: known?.flag && written.value !== '0' ? '1' : written.value, source };
}

function propagate(kernel: Kernel, { key, on, inverted }: Effect, before: Cell, cell: Cell): void {
  const target = kernel.get(key);
  if (!target || (on === 'change' && before.value !== undefined && before.value === cell.value)) return;
  const after = inverted && cell.value !== undefined ? { ...cell, value: cell.value === '0' ? '1' : '0' } : cell;
  // What it was before also decides whether a program writes at all.
  const certain = before.value !== undefined && after.value !== undefined;
  if (certain || (after.value !== undefined && target.value === after.value)) kernel.set(key, after);
  else kernel.set(key, { value: undefined, because: 'it depends on a value that is not known' });
}

/** Makes every sysctl unknown: something was not read that may have written any of them. */
export function forget(kernel: Kernel, because: string): void {
  for (const key of kernel.keys()) kernel.set(key, { value: undefined, because });
}
