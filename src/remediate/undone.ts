import type { ChangedInput, LookedAt } from '../report/build-fix.ts';
import type { ReportStep, StepOutcome } from '../report/fix-report.ts';
import { lockedBy, lost } from './applied.ts';
import type { Change } from './change.ts';
import { type EditedFile, parseUndo, type UndoItem, type UndoOutcome } from './outcome.ts';
import { type Attempt, lockedRemedy, refusalRemedy } from './refusals.ts';

/** Lines of a difference: more are an administrator's file, not a difference. */
const LINES_SHOWN = 10;

/**
 * What a report says of a node on which fixes were taken back, or were to be. The node has not been looked at again yet.
 * @param target how a command line names it: --local for this host
 */
export function undone(node: LookedAt, change: Change, target = node.name): ChangedInput {
  if (change.is === 'not-begun') {
    return { ...node, outcome: 'failed', reason: `${change.why}: nothing was changed`, remedy: change.remedy };
  }
  if (change.is === 'lost') return { ...node, ...lost(change.why) };
  const attempt: Attempt = { command: 'undo', target };
  const outcome = parseUndo(change.message);
  switch (outcome.outcome) {
    case 'unknown':
      return { ...node, ...lost(outcome.problem) };
    case 'locked':
      return { ...node, outcome: 'refused', reason: lockedBy(outcome), remedy: lockedRemedy(outcome, attempt) };
    case 'refused':
      return { ...node, ...refused(outcome, attempt) };
    default: {
      const failed = outcome.items.find(({ status }) => status === 'failed');
      const reason = failed && `${failed.path}: ${failed.detail ?? 'not restored'}`;
      return { ...node, outcome: outcome.outcome, ...(reason && { reason }), steps: outcome.items.map(step) };
    }
  }
}

function refused(
  outcome: Extract<UndoOutcome, { outcome: 'refused' }>,
  attempt: Attempt,
): Pick<ChangedInput, 'outcome' | 'reason' | 'remedy'> {
  const { reason, edited, code } = outcome;
  const shown = edited.flatMap((file) => [`${file.path} is not as it was written here:`, ...difference(file)]);
  const remedy =
    code === 'edited' ? [...shown, 'To take it all back nevertheless: --force'] : refusalRemedy(outcome, attempt);
  return { outcome: 'refused', reason: `${reason}: nothing was changed`, remedy };
}

/** The lines that only one of the two has. */
function difference({ expected = '', found }: EditedFile): string[] {
  if (found === undefined) return ['  it is gone'];
  const [ours, theirs] = [expected, found].map((text) => text.split('\n').filter((line) => line !== ''));
  const lines = [
    ...(ours ?? []).filter((line) => !theirs?.includes(line)).map((line) => `- ${line}`),
    ...(theirs ?? []).filter((line) => !ours?.includes(line)).map((line) => `+ ${line}`),
  ];
  return lines.length > LINES_SHOWN ? [...lines.slice(0, LINES_SHOWN), '…'] : lines;
}

const STATUS: Readonly<Record<UndoItem['status'], StepOutcome>> = {
  restored: 'changed',
  unchanged: 'unchanged',
  left: 'left',
  failed: 'failed',
  'next-boot': 'left',
};

const DOES: Readonly<Record<UndoItem['kind'], { do: string; before: string; after: string }>> = {
  file: { do: 'remove-file', before: 'present', after: 'absent' },
  dir: { do: 'remove-directory', before: 'present', after: 'absent' },
  module: { do: 'unload-module', before: 'present', after: 'absent' },
  value: { do: 'restore-sysctl', before: '', after: '' },
};

function step({ kind, path, status, before, after, detail }: UndoItem): ReportStep {
  const usual = DOES[kind];
  return {
    do: usual.do,
    what: kind === 'value' ? dotted(path) : path,
    before: before ?? (usual.before || null),
    after: after ?? (usual.after || null),
    outcome: STATUS[status],
    ...(detail !== undefined && { reason: detail }),
  };
}

/** A path below /proc/sys as sysctl(8) spells it: in the name of an interface a dot becomes a slash. */
function dotted(path: string): string {
  return path.replace(/[./]/g, (separator) => (separator === '/' ? '.' : '/'));
}
