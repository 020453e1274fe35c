import { parseUndo, type UndoItem, type UndoOutcome } from '../apply/outcome.ts';
import { swapDotsAndSlashes } from '../facts/sysctl-name.ts';
import type { Change } from '../plan/change.ts';
import { difference } from '../plan/difference.ts';
import { type Attempt, lockedRemedy, refusalReason, refusalRemedy } from '../plan/refusals.ts';
import type { ChangedInput, LookedAt } from '../report/build-fix.ts';
import type { ReportStep, StepOutcome } from '../report/fix-report.ts';
import { MODULES_FILE, SYSCTL_FILE } from '../systems/own-files.ts';
import { lockedBy, lost } from './applied.ts';

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
      const cut = outcome.dropped.includes('item') ? 'its answer had no room for the things one by one' : undefined;
      const reason = failed ? `${failed.path}: ${failed.detail ?? 'not restored'}` : cut;
      return { ...node, outcome: outcome.outcome, ...(reason && { reason }), steps: outcome.items.map(step) };
    }
  }
}

/**
 * What a report says of a node that has told what undo would do there. Nothing has been done.
 * @param change the answer of undoLookScript
 */
export function foretold(node: LookedAt, change: Change, target = node.name): ChangedInput {
  if (change.is === 'lost') return untold(node, change.why);
  if (change.is === 'not-begun') return untold(node, change.why, change.remedy);
  const told = undone(node, change, target);
  const { remedy: _, reason = '', ...rest } = told;
  if (told.outcome === 'unknown') return untold(node, reason.replace(/: what was done is not known$/, ''));
  if (told.outcome !== 'changed') return told;
  const steps = (rest.steps ?? []).map(
    (each): ReportStep => (each.outcome === 'changed' ? { ...each, outcome: 'planned' } : each),
  );
  return { ...rest, outcome: 'planned', steps };
}

function untold(node: LookedAt, why: string, remedy?: readonly string[]): ChangedInput {
  const reason = `what there is to take back is not known: ${why}`;
  return { ...node, outcome: 'unknown', reason, ...(remedy && { remedy }) };
}

function refused(
  outcome: Extract<UndoOutcome, { outcome: 'refused' }>,
  attempt: Attempt,
): Pick<ChangedInput, 'outcome' | 'reason' | 'remedy'> {
  const { edited, unjournalled, code } = outcome;
  const reason = refusalReason(outcome);
  if (code !== 'edited') {
    const strays = unjournalled.flatMap((path) => [
      `${path} was written by fix. Look at it, and if nothing needs it:`,
      `rm ${path}`,
    ]);
    return { outcome: 'refused', reason, remedy: [...strays, ...refusalRemedy(outcome, attempt)] };
  }
  const shown = edited.flatMap((file) => [`${file.path} is not as it was written here:`, ...difference(file)]);
  // Their texts may have had no room in the answer.
  const look = ['Look at them, in a root shell on the node:', `cat ${MODULES_FILE}`, `cat ${SYSCTL_FILE}`];
  const remedy = [...(shown.length > 0 ? shown : look), 'To take it all back nevertheless: --force'];
  return { outcome: 'refused', reason, remedy };
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
  const earlier = kind === 'file' && after === 'earlier';
  return {
    do: earlier ? 'restore-file' : usual.do,
    what: kind === 'value' ? swapDotsAndSlashes(path) : path,
    before: said(before) ?? (usual.before || null),
    after: said(after) ?? (usual.after || null),
    outcome: STATUS[status],
    ...(detail !== undefined && { reason: detail }),
  };
}

const said = (state: string | undefined) => (state === 'earlier' ? 'as before the first fix' : state);
