import { fnmatch, isGlob } from './glob.ts';
import { type Cell, cellOf, forget, type Kernel, type WriteOutcome, write } from './sysctl-kernel.ts';
import type { Sysctl } from './sysctl-keys.ts';
import type { Gap, Place, Setting, Step } from './sysctl-lines.ts';

/** What became of a line that did not decide. */
export type LineOutcome =
  /** A later line, or one that is written later, sets the same variable. */
  | 'overridden'
  /** A later line exempts the key, which takes back what was assigned to it. */
  | 'taken back'
  /** It is a pattern, and another line names the key, to set it or to exempt it. */
  | 'spared'
  /** An earlier line says the same. */
  | 'repeated'
  /** The kernel does not take the value. */
  | 'refused'
  /** The sysctl does not exist when the line is applied. */
  | 'no such key'
  /** A file of the same name in a directory of higher precedence stands in its place. */
  | 'file replaced'
  /** Its file is not among those that are read. */
  | 'not read'
  /** Nothing reads the files. */
  | 'not applied';

/** What became of a line that did not decide, and the line, or the whole file, that made it so. */
export interface Loss {
  fate: LineOutcome;
  by?: Setting | { file: string };
}

/** What became of lines; one that is not in it was overridden, or did decide. */
export class Losses {
  /** Whatever key they are asked about. */
  readonly lines = new Map<Setting, Loss>();
  /** How writes ended, by the key: a pattern may be refused by one sysctl and taken by another. */
  readonly #writes = new Map<Setting, Map<string, WriteOutcome>>();

  /** What became of a line for this sysctl. */
  of(setting: Setting, key: string): Loss | undefined {
    const outcome = this.#writes.get(setting)?.get(key);
    return this.lines.get(setting) ?? (outcome === undefined || outcome === 'written' ? undefined : { fate: outcome });
  }

  /** Notes how a write ended; the last one counts. */
  note(setting: Setting, key: string, outcome: WriteOutcome): void {
    const writes = this.#writes.get(setting);
    if (writes) writes.set(key, outcome);
    else this.#writes.set(setting, new Map([[key, outcome]]));
  }

  /** Adds the writes of a later run over the same lines, which may have left out some. */
  add(later: Losses): void {
    for (const [setting, writes] of later.#writes) {
      for (const [key, outcome] of writes) this.note(setting, key, outcome);
    }
  }
}

interface Entry {
  setting: Setting;
  /** The number of the last step that asked for it. */
  asked: number;
}

/** Whether a program that was told so sets this path. */
export type Only = (path: string) => boolean;

/**
 * Writes what systemd-sysctl writes. It reads all files first, and keeps one assignment per path: a later one with another
 * value takes the place of the earlier and moves to the end, one with the same value changes nothing, so that the order of
 * the writes is not that of the last lines. Patterns spare every path that has a line of its own. Since release 252 it does not
 * write what the sysctl holds already.
 * `only`: it was told to leave out all other paths (--prefix).
 */
export function applySystemd(
  kernel: Kernel,
  steps: readonly Step[],
  { skipsRedundant = true, knowsPatterns = true, only = undefined as Only | undefined } = {},
): Losses {
  const losses = new Losses();
  const entries = entriesOf(steps, losses);
  for (const [path, { setting }] of entries) {
    if (setting.value === undefined) continue;
    const targets =
      isGlob(path) && knowsPatterns
        ? [...kernel.universe.matching(path)].filter((target) => !entries.has(target))
        : [path];
    for (const target of targets)
      if (only?.(target) ?? true) writeLine(kernel, target, setting, setting.value, losses, skipsRedundant);
  }
  forgetWhatGapsHide(kernel, steps, entries, only);
  return losses;
}

function entriesOf(steps: readonly Step[], { lines }: Losses): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const [asked, setting] of steps.entries()) {
    if ('gap' in setting) continue;
    const existing = entries.get(setting.path);
    if (existing && existing.setting.value === setting.value) {
      existing.asked = asked;
      lines.set(setting, { fate: 'repeated', by: existing.setting });
    } else {
      if (existing)
        lines.set(existing.setting, { fate: setting.value === undefined ? 'taken back' : 'overridden', by: setting });
      entries.delete(setting.path);
      entries.set(setting.path, { setting, asked });
    }
  }
  return entries;
}

/**
 * A line behind every gap decides its path, but not when it is written: a gap may hold the same line, and then others of the
 * same variable behind it. So a sysctl that several paths set is only known when all of them have such a line, and one value.
 */
function forgetWhatGapsHide(
  kernel: Kernel,
  steps: readonly Step[],
  entries: ReadonlyMap<string, Entry>,
  only: Only | undefined,
): void {
  const last = steps.findLastIndex((step) => 'gap' in step);
  const gap = steps[last];
  if (!gap || !('gap' in gap)) return;
  const { universe } = kernel;
  for (const key of kernel.keys()) {
    if (only && !universe.sysctls.get(key)?.paths.some(only)) continue;
    const values = universe.pathsThatSet(key).map((path) => {
      const entry = entries.get(path);
      return entry && entry.asked > last ? entry.setting.value : undefined;
    });
    if (!agree(values, universe.sysctls.get(key))) kernel.set(key, { value: undefined, because: gap.gap });
  }
}

function agree(values: readonly (string | undefined)[], known: Sysctl | undefined): boolean {
  const written = values.map((text) => text !== undefined && cellOf(text, known, { unchanged: true })?.value);
  return written.every((one) => typeof one === 'string' && one === written[0]);
}

/** What a release of procps makes of patterns: it knows none, or none in a line that only exempts, or all. */
export type ProcpsPatterns = 'none' | 'assignments' | 'all';

/** Writes what `sysctl` of procps writes when it reads these lines: one after the other, as they stand. */
export function applyProcps(kernel: Kernel, steps: readonly Step[], patterns: ProcpsPatterns): Losses {
  const losses = new Losses();
  const settings = steps.filter((step): step is Setting => !('gap' in step));
  const gap = steps.find((step): step is Gap => 'gap' in step);
  for (const step of steps) {
    if ('gap' in step) forget(kernel, step.gap);
    else if (step.value === undefined) continue;
    else if (!isGlob(step.path)) writeLine(kernel, step.path, step, step.value, losses);
    else if (patterns !== 'none') {
      // A line in a gap may exempt what the pattern covers.
      const before = gap && new Map(kernel);
      for (const target of spared(kernel, step, settings, patterns))
        writeLine(kernel, target, step, step.value, losses);
      if (gap && before) forgetDifferences(kernel, before, gap.gap);
    }
  }
  return losses;
}

/** The paths that a pattern covers, without those that another line names or exempts. */
function spared(kernel: Kernel, glob: Setting, settings: readonly Setting[], patterns: ProcpsPatterns): string[] {
  return [...kernel.universe.matching(glob.path)].filter(
    (target) =>
      !settings.some(
        ({ path, value }) => path === target || (patterns === 'all' && value === undefined && fnmatch(path, target)),
      ),
  );
}

function forgetDifferences(kernel: Kernel, before: ReadonlyMap<string, Cell>, because: string): void {
  const changed = ([key, cell]: [string, Cell]) => before.get(key)?.value !== cell.value;
  for (const [key] of [...kernel].filter(changed)) kernel.set(key, { value: undefined, because });
}

function writeLine(
  kernel: Kernel,
  path: string,
  setting: Setting,
  value: string,
  losses: Losses,
  skipsRedundant = false,
): void {
  const key = kernel.universe.keyOf(path);
  if (key === undefined) return;
  if (skipsRedundant && kernel.get(key)?.value === value) {
    credit(kernel, key, setting);
    return;
  }
  losses.note(setting, key, write(kernel, path, value, placeOf(setting)));
}

/** A line that confirms what is there already decides all the same: it is the last that had its say. */
function credit(kernel: Kernel, key: string, setting: Setting): void {
  const cell = kernel.get(key);
  if (cell?.value !== undefined) kernel.set(key, { value: cell.value, source: placeOf(setting) });
}

function placeOf({ file, line }: Setting): Place {
  return { file, line };
}
