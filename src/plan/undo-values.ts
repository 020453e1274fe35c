import type { OwnedFacts } from '../facts/facts.ts';
import { octalWord } from '../facts/octal-word.ts';
import { type JournalRecord, Story } from './journal.ts';
import { alongWith, switchedFamily } from './operation.ts';

/** What one path below /proc/sys is to become. Values: '=' and the value. */
export interface ValueTarget {
  path: string;
  now: string;
  to: string;
  /** Whether what is there now is what fix or the kernel put there; otherwise it stays. */
  ours: boolean;
  /** Whether fix wrote it, or the kernel along with what fix wrote. */
  written: boolean;
}

export interface UndoValues {
  /** What was written, in the order in which it is restored, then what changes besides; only what exists. */
  targets: readonly ValueTarget[];
  /** An undo has begun, and these are what it was to restore. */
  begun: boolean;
}

/**
 * What the values that fix wrote in this boot are to become. Pure.
 * @param records of this boot
 * @returns the path of a value that cannot be read, so that nothing can be told
 */
export function undoValues(records: readonly JournalRecord[], owned: OwnedFacts): UndoValues | { unread: string } {
  const written = [...new Set(records.flatMap((each) => (each.kind === 'value' ? [each.path] : [])))];
  const unread = written.find((path) => !owned.values[path] || owned.values[path] === '?');
  if (unread !== undefined) return { unread };
  if (!owned.sides && written.some(switchedFamily)) return { unread: 'net' };
  const begun = records.some(({ kind }) => kind === 'undo');
  const targets = (begun ? targetsOf : workedOut)(records, owned, written).filter(({ now }) => now !== '-');
  return { targets, begun };
}

/** Records for the journal, before the first value is restored: afterwards nobody could tell any more what was whose. */
export function notesOf(targets: readonly ValueTarget[]): string[] {
  const notes = targets.map(({ path, to, ours, written }) =>
    ['target', octalWord(path), octalWord(to), ours ? 'ours' : 'other', written ? 'value' : 'side'].join(' '),
  );
  return notes.length > 0 ? [...notes, 'undo'] : [];
}

/** What an undo that was begun was to restore. What else is not like the rest by now is somebody's. */
function targetsOf(records: readonly JournalRecord[], owned: OwnedFacts): ValueTarget[] {
  const told = records.flatMap((each) => {
    if (each.kind !== 'target') return [];
    const { path, value: to, ours, written } = each;
    return [{ path, now: nowOf(path, owned), to, ours, written }];
  });
  const others = Object.entries(owned.sides ?? {}).filter(([path]) => !told.some((target) => target.path === path));
  return [...told, ...others.map(([path, now]) => ({ path, now, to: now, ours: false, written: false }))];
}

/**
 * The story of each path is told by all that was written to it, and to what changes it along with itself: a side of which the journal
 * does not tell had the same value as forwarding had then.
 */
function workedOut(records: readonly JournalRecord[], owned: OwnedFacts, written: readonly string[]): ValueTarget[] {
  const stories = new Map<string, Story>();
  const tell = (path: string, found: string, wrote: string) =>
    stories.set(path, (stories.get(path)?.found(found) ?? new Story(found)).wrote(wrote));
  const sides = new Set([
    ...records.flatMap((each) => (each.kind === 'side' ? [each.path] : [])),
    ...Object.keys(owned.sides ?? {}),
    ...written,
  ]);
  for (const [index, each] of records.entries()) {
    if (each.kind !== 'value') continue;
    tell(each.path, each.before, each.after);
    const family = switchedFamily(each.path);
    if (family === undefined) continue;
    const told = sidesBehind(records, index);
    for (const path of sides) {
      const after = alongWith(family, path, each.after);
      const before = told.get(path) ?? alongWith(family, path, each.before);
      if (after !== undefined && before !== undefined) tell(path, before, after);
    }
  }
  const target = (path: string): ValueTarget => {
    const [now, story] = [nowOf(path, owned), stories.get(path)];
    const ours = story?.isOurs(now) ?? false;
    return { path, now, to: ours && story ? story.base : now, ours, written: written.includes(path) };
  };
  // Switches first: they change the others. Then the last one first: accept_ra goes back only after forwarding, or the default route is lost.
  const back = written.toReversed();
  const order = [...back.filter(switchedFamily), ...back.filter((path) => !switchedFamily(path))];
  const besides = [...sides].filter((path) => !written.includes(path) && stories.has(path));
  return [...order, ...besides].map(target);
}

/** The sides that a value's record is followed by. */
function sidesBehind(records: readonly JournalRecord[], index: number): ReadonlyMap<string, string> {
  const rest = records.slice(index + 1);
  const end = rest.findIndex(({ kind }) => kind === 'value');
  const own = end === -1 ? rest : rest.slice(0, end);
  return new Map(own.flatMap((each) => (each.kind === 'side' ? [[each.path, each.before] as const] : [])));
}

/** What a path holds: what is not told of the sides is like forwarding itself. */
function nowOf(path: string, { values, sides = {} }: OwnedFacts): string {
  const told = values[path] ?? sides[path];
  if (told !== undefined) return told;
  const family = path.startsWith('net/ipv6/') ? 'net/ipv6/conf/all/forwarding' : 'net/ipv4/ip_forward';
  return values[family] ?? '-';
}
