import { globMatches, isGlob } from './glob.ts';
import type { LineOutcome, Loss, Losses } from './sysctl-apply.ts';
import type { Kernel, Source } from './sysctl-kernel.ts';
import type { Place, Setting } from './sysctl-lines.ts';
import type { Universe } from './sysctl-universe.ts';

/** A line that sets the sysctl too, and did not decide. */
export interface OtherLine extends Place {
  /** Of the key as the line has it, below /proc/sys: perhaps another name of the sysctl, or a pattern. */
  path: string;
  /** As the file has it. */
  value: string;
  fate: LineOutcome;
  /** What made it so: another line, or a file that stands in the place of its own. */
  by?: { file: string; line?: number };
}

/** What a sysctl will hold, and what decides that. */
export type BootValue =
  /** `path`: the key as the line has it that decides. */
  | { is: 'value'; value: string; source: Source; path?: string; others: readonly OtherLine[] }
  /** It does not exist. */
  | { is: 'absent'; others: readonly OtherLine[] }
  /** Nothing sets it, and the kernel's own default is not known. */
  | { is: 'unset'; others: readonly OtherLine[] }
  | { is: 'unknown'; because: string; others: readonly OtherLine[] };

/** What one run of the simulation came to. */
export interface Run {
  kernel: Kernel;
  /** Every line of every file, also of those that were not read. */
  settings: readonly Setting[];
  losses: Losses;
}

/** The value of one sysctl, by its usual name, after a run. */
export function valueIn(run: Run, key: string): BootValue {
  const { kernel, settings } = run;
  const cell = kernel.get(key);
  const source = cell?.value === undefined ? undefined : cell.source;
  const paths = kernel.universe.pathsThatSet(key);
  const setting = settings.filter((one) => sets(one, paths, kernel.universe));
  const decides = (one: Setting) => source && 'file' in source && source.file === one.file && source.line === one.line;
  const decider = setting.findLast(decides);
  const others = setting.flatMap((one): OtherLine[] => {
    const { file, line, path, value } = one;
    if (value === undefined || decides(one)) return [];
    const { fate, by } = whatBecame(one, key, run, setting) ?? { fate: 'overridden', by: decider };
    const place = by && ('line' in by ? { file: by.file, line: by.line } : { file: by.file });
    return [{ file, line, path, value, fate, ...(place && { by: place }) }];
  });
  if (!cell) return { is: 'absent', others };
  if (cell.value !== undefined) {
    return { is: 'value', value: cell.value, source: cell.source, ...(decider && { path: decider.path }), others };
  }
  return 'unset' in cell ? { is: 'unset', others } : { is: 'unknown', because: cell.because, others };
}

/** What kept a line from deciding, if it was not the line that did decide. */
function whatBecame(one: Setting, key: string, { losses }: Run, setting: readonly Setting[]): Loss | undefined {
  const lost = losses.of(one, key);
  // A line that repeats another shares its fate.
  if (lost?.fate === 'repeated' && lost.by && 'path' in lost.by) return losses.of(lost.by, key) ?? lost;
  if (lost || !isGlob(one.path)) return lost;
  const named = setting.findLast((other) => !isGlob(other.path) && globMatches(one.path, other.path));
  return named && { fate: 'spared', by: named };
}

function sets({ path }: Setting, paths: readonly string[], universe: Universe): boolean {
  if (!isGlob(path)) return paths.includes(path);
  const matched = universe.matching(path);
  return paths.some((own) => matched.has(own));
}

/** One of the things that may be, with a clause that says so ("if …"). */
export interface Option<T> {
  is: T;
  assuming: string;
}

/** One way in which it may go: what had to be assumed for it, and what it comes to. */
export interface Possibility {
  assuming: readonly string[];
  value: BootValue;
}

/** The value on which all possibilities agree; else unknown, with the assumptions that make the difference. */
export function settle(possibilities: readonly Possibility[]): BootValue {
  const [first, ...rest] = possibilities;
  if (!first) throw new RangeError('nothing was simulated');
  const unknown = possibilities.find(({ value }) => value.is === 'unknown')?.value;
  const other = rest
    .filter(({ value }) => show(value) !== show(first.value))
    .sort((a, b) => differences(first, a).length - differences(first, b).length)[0];
  if (!other) return first.value;
  if (unknown) return unknown;
  const clause = (one: Possibility, than: Possibility) => `${show(one.value)} ${differences(one, than).join(' and ')}`;
  return { is: 'unknown', because: `${clause(first, other)}, ${clause(other, first)}`, others: first.value.others };
}

function differences(one: Possibility, than: Possibility): string[] {
  return one.assuming.filter((clause, i) => clause !== than.assuming[i]);
}

function show(value: BootValue): string {
  return value.is === 'value' ? value.value : value.is;
}
