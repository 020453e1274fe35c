import type { FileContent, OwnedFacts } from '../facts/facts.ts';
import { swapDotsAndSlashes } from '../facts/sysctl-name.ts';
import { JOURNAL, type JournalRecord, journalRecords, Story, textOf } from './journal.ts';
import { alongWith, type Operation, switchedFamily } from './operation.ts';
import { TITLE } from './own-lines.ts';
import { notesOf, undoValues, type ValueTarget } from './undo-values.ts';

/** One thing that undo takes back, or why not. */
export interface UndoStep {
  readonly do: 'remove-file' | 'restore-file' | 'remove-directory' | 'unload-module' | 'restore-sysctl';
  /** The file, directory, module or sysctl. */
  readonly what: string;
  readonly before: string | null;
  readonly after: string | null;
  /** left: no longer ours to take back, or not to be taken back; reason tells. */
  readonly is: 'planned' | 'unchanged' | 'left';
  readonly reason?: string;
  readonly operation?: Operation;
}

/** What undo will do on one node, worked out from its journal and from how it is now. */
export interface UndoPlan {
  readonly bootId: string;
  readonly owned: OwnedFacts;
  /** What people are told of, in the order in which it is done. */
  readonly steps: readonly UndoStep[];
  /** What is done besides: what the kernel changes along with forwarding, the journal. */
  readonly besides: readonly Operation[];
  /** Records for the journal, written before the first step. */
  readonly notes: readonly string[];
}

/** A file of ours that somebody else has edited. */
export interface EditedFile {
  readonly path: string;
  readonly expected: FileContent;
  readonly found: FileContent;
}

/** Why nothing is taken back: one of the codes of plan/refusals.ts and its sentence. */
export interface UndoRefusal {
  readonly code: 'journal' | 'no-journal' | 'file' | 'edited';
  readonly reason: string;
  readonly edited?: readonly EditedFile[];
  /** Files of ours of which no journal tells. */
  readonly unjournalled?: readonly string[];
}

/**
 * What undo will do. Pure.
 * @param bootId of the node as it is now: what was done to the kernel in another boot is past
 * @param force also files that somebody else has edited
 */
export function planUndo(owned: OwnedFacts, bootId: string, { force }: { force: boolean }): UndoPlan | UndoRefusal {
  const records = journalRecords(owned);
  if ('code' in records) return records;
  const swept = owned.leftovers.map((path): UndoStep => {
    return { ...removal('remove-file', path), operation: { do: 'sweep', path } };
  });
  if (owned.journal === null) {
    const steps = [...swept, ...owned.directories.map(directoryStep)];
    return unjournalled(owned) ?? { bootId, owned, steps, besides: [], notes: [] };
  }
  const files = fileStories(records);
  const refusal = editedFiles(files, owned, force);
  if (refusal) return refusal;
  const present = records.filter(({ boot }) => boot === bootId);
  const values = undoValues(present, owned);
  if ('unread' in values) {
    const reason = `/proc/sys/${values.unread} cannot be read, so what to restore is unknown`;
    return { code: 'journal', reason };
  }
  const steps = [
    ...[...files].map(([path, story]) => fileStep(path, story, owned)),
    ...directorySteps(records, owned),
    ...swept,
    ...values.targets.filter(({ written }) => written).map(valueStep),
    ...once(records, 'module').map(moduleStep),
    ...once(
      records.filter(({ boot }) => boot !== bootId),
      'value',
    ).map(pastStep),
  ];
  const besides = alongside(values.targets);
  const needed = ({ path, written }: ValueTarget) => written || besides.some((each) => each.path === path);
  const notes = values.begun ? [] : notesOf(values.targets.filter(needed));
  return { bootId, owned, steps, besides: [...besides, { do: 'forget' }], notes };
}

/** Without a journal nothing tells what a file of ours replaced, nor what else was changed. */
function unjournalled({ files }: OwnedFacts): UndoRefusal | undefined {
  const unread = Object.keys(files).find((path) => files[path] === '?');
  if (unread !== undefined) {
    return { code: 'journal', reason: `there is no ${JOURNAL}, and whether there is a ${unread} is unknown` };
  }
  const ours = Object.keys(files)
    .filter((path) => textOf(files[path])?.startsWith(TITLE))
    .sort();
  if (ours.length === 0) return undefined;
  const reason = `there is no ${JOURNAL}, so what was there before is unknown`;
  return { code: 'no-journal', reason, unjournalled: ours };
}

function fileStories(records: readonly JournalRecord[]): ReadonlyMap<string, Story> {
  const stories = new Map<string, Story>();
  for (const each of records) {
    if (each.kind !== 'file') continue;
    const { path, before, after } = each;
    stories.set(path, (stories.get(path)?.found(before) ?? new Story(before)).wrote(after));
  }
  return stories;
}

/** What is no file is not removed by force either: undo would end half-way. */
function editedFiles(files: ReadonlyMap<string, Story>, owned: OwnedFacts, force: boolean): UndoRefusal | undefined {
  const edited = [...files].flatMap(([path, story]) => {
    const found = owned.files[path] ?? '?';
    return story.isEdited(found) ? [{ path, expected: story.last, found }] : [];
  });
  const other = edited.find(({ found }) => found === '?');
  if (other) return { code: 'file', reason: `${other.path} is not a file any more, or cannot be read` };
  if (force || edited.length === 0) return undefined;
  return { code: 'edited', reason: 'files have been edited since fix wrote them', edited };
}

function removal(does: UndoStep['do'], what: string): UndoStep {
  return { do: does, what, before: 'present', after: 'absent', is: 'planned' };
}

function fileStep(path: string, { first }: Story, { files }: OwnedFacts): UndoStep {
  const now = files[path] ?? '?';
  const state = (content: FileContent) => (content === '-' ? 'absent' : content === first ? EARLIER : 'present');
  const step = first === '-' ? removal('remove-file', path) : removal('restore-file', path);
  const told = { ...step, before: state(now), after: state(first) };
  if (now === first) return { ...told, is: 'unchanged' };
  return { ...told, operation: { do: 'write-file', path, before: now, after: first } };
}

const EARLIER = 'as before the first fix';

/** From the last one that was made. */
function directorySteps(records: readonly JournalRecord[], { directories }: OwnedFacts): UndoStep[] {
  const made = new Set(records.flatMap((each) => (each.kind === 'dir' ? [each.path] : [])));
  return [...made]
    .filter((path) => directories.includes(path))
    .toReversed()
    .map(directoryStep);
}

function directoryStep(path: string): UndoStep {
  return { ...removal('remove-directory', path), operation: { do: 'remove-directory', path } };
}

function valueStep({ path, now, to, ours }: ValueTarget): UndoStep {
  const plain = (value: string) => value.replace(/^=/, '');
  const step = { do: 'restore-sysctl', what: swapDotsAndSlashes(path), before: plain(now), after: plain(to) } as const;
  if (!ours) return { ...step, is: 'left', reason: 'the value has been changed since fix set it' };
  if (now === to) return { ...step, is: 'unchanged' };
  return { ...step, is: 'planned', operation: { do: 'write-sysctl', path, before: now, after: to } };
}

/** What the restored switches of forwarding do not make of the others by themselves. */
function alongside(targets: readonly ValueTarget[]): Extract<Operation, { do: 'write-sysctl' }>[] {
  const switched = targets.filter(({ path, ours, now, to }) => switchedFamily(path) && ours && now !== to);
  return targets.flatMap(({ path, now, to, ours, written }) => {
    if (switchedFamily(path)) return [];
    const made = switched.flatMap((each) => {
      const family = switchedFamily(each.path);
      return (family && alongWith(family, path, each.to)) ?? [];
    });
    // One that was written is a step of its own, unless it is somebody's.
    const restored = written && ours && now !== to;
    return restored || (made[0] ?? now) === to ? [] : [{ do: 'write-sysctl' as const, path, before: now, after: to }];
  });
}

/** A module that was loaded stays: what uses it by now cannot be known. */
function moduleStep(name: string): UndoStep {
  return { ...removal('unload-module', name), is: 'left', reason: 'it stays loaded until the next boot' };
}

/** What other boots' runs did to the kernel is past, unless the files brought it back. */
function pastStep(path: string): UndoStep {
  const reason = 'the node has been rebooted since: takes effect at the next boot';
  return { do: 'restore-sysctl', what: swapDotsAndSlashes(path), before: null, after: null, is: 'left', reason };
}

function once(records: readonly JournalRecord[], kind: 'module' | 'value'): string[] {
  const names = records.flatMap((each) => {
    if (each.kind !== kind) return [];
    return each.kind === 'module' ? [each.name] : each.kind === 'value' ? [each.path] : [];
  });
  return [...new Set(names)];
}
