import limitConcurrency from 'p-limit';
import { type Timing, undoCommand, undoLookCommand } from '../apply/script.ts';
import { systemOf } from '../check/system.ts';
import { skipReason } from '../cluster/select.ts';
import type { Node } from '../kube/cluster.ts';
import { buildUndoReport, type ChangedInput } from '../report/build-fix.ts';
import type { UndoReport } from '../report/fix-report.ts';
import { changeNode, rehearse } from './change-node.ts';
import { confirmOrThrow, verifyAfterChange } from './course.ts';
import { type ChangeOptions, changeNodes, lookAfter, type Session, withSession } from './session.ts';
import { foretold, undone } from './undone.ts';

export interface ClusterUndoOptions extends ChangeOptions {
  /** Also files that somebody else has edited. */
  force: boolean;
  /** Nothing is changed; 'server': the API server is asked whether it would take the pods. */
  dryRun?: UndoReport['dryRun'] | undefined;
  /** Whether nodes tell what there is to take back before the question: a question that nobody is asked needs no answer. */
  preview: boolean;
  /** Shows what will be taken back, and asks whether to go on. */
  confirm(nodes: UndoReport): Promise<boolean>;
}

/**
 * Takes back on the selected nodes what fixes did there, one node after the other, and looks at each again. A node that could not be looked
 * at before is tried all the same: its journal says what to restore.
 * @throws Declined when the user says no; CheckError, KubeError, UsageError when no node could be asked
 */
export function undoCluster(options: ClusterUndoOptions): Promise<UndoReport> {
  return withSession(options, async (session) => {
    const { survey, reported } = session;
    const { dryRun, signal, preview } = options;
    const known = survey.nodes.map((node) => beforehand(node, session));
    const before = dryRun || preview ? await foretell(known, session, options) : known;
    if (dryRun) return buildUndoReport({ ...reported(await rehearsed(before, session, options)), dryRun });
    const todo = survey.targets.filter(({ name }) => isOpen(before.find((entry) => entry.name === name)));
    if (todo.length === 0 || signal.aborted) return buildUndoReport(reported(before));
    await confirmOrThrow(options.confirm(buildUndoReport(reported(before))), signal);
    const restore = (node: Node) => takeBack(node, session, options);
    return buildUndoReport(reported(await changeNodes(before, todo, options, restore, hasFailed)));
  });
}

/** Whether a node is to be tried: one that could not be looked at is, because its journal may say what to restore. */
function isOpen(entry: ChangedInput | undefined): boolean {
  return entry?.outcome === 'planned' || entry?.outcome === 'unknown';
}

/** What nodes tell that undo would do, by pods that change nothing; of a node that gave no answer before, nobody asks again. */
async function foretell(
  known: readonly ChangedInput[],
  session: Session,
  options: ClusterUndoOptions,
): Promise<ChangedInput[]> {
  const { survey, examined } = session;
  const limit = limitConcurrency(options.concurrency);
  return limit.map([...known], async (entry) => {
    const node = survey.targets.find(({ name }) => name === entry.name);
    if (!node || entry.outcome !== 'planned' || options.signal.aborted) return entry;
    const seen = examined.get(node.name)?.outcome;
    if (seen && 'unknown' in seen) {
      return foretold(lookedAt(node, session), { is: 'not-begun', why: seen.unknown, remedy: seen.remedy ?? [] });
    }
    options.onProgress(`asking ${node.name} what there is to take back`);
    const command = (timing: Timing) => undoLookCommand(timing, { force: options.force });
    const changeOptions = { ...session.changeOptionsFor(node), onPod: () => {} };
    return foretold(lookedAt(node, session), await changeNode({ ...changeOptions, kind: 'look', command }));
  });
}

/** The same without the nodes whose pods the API server would refuse. */
async function rehearsed(
  before: readonly ChangedInput[],
  session: Session,
  options: ClusterUndoOptions,
): Promise<ChangedInput[]> {
  if (options.dryRun !== 'server') return [...before];
  return Promise.all(
    before.map(async (entry) => {
      const node = session.survey.targets.find(({ name }) => name === entry.name);
      if (!node || entry.outcome !== 'planned') return entry;
      const command = (timing: Timing) => undoCommand(timing, { force: options.force });
      const refused = await rehearse({ ...session.changeOptionsFor(node), kind: 'undo', command });
      if (refused?.is !== 'not-begun') return entry;
      return { ...lookedAt(node, session), outcome: 'refused', reason: refused.why, remedy: refused.remedy };
    }),
  );
}

function lookedAt(node: Node, { examined }: Session) {
  return examined.get(node.name)?.lookedAt ?? { name: node.name, system: systemOf(undefined, node) };
}

function beforehand(node: Node, session: Session): ChangedInput {
  const skipped = skipReason(node);
  const about = lookedAt(node, session);
  return skipped === undefined ? { ...about, outcome: 'planned' } : { ...about, outcome: 'skip', reason: skipped };
}

async function takeBack(node: Node, session: Session, options: ClusterUndoOptions): Promise<ChangedInput> {
  const command = (timing: Timing) => undoCommand(timing, { force: options.force });
  const change = await changeNode({ ...session.changeOptionsFor(node), kind: 'undo', command });
  const result = undone(lookedAt(node, session), change);
  return verifyAfterChange(result, options.signal, () => lookAfter(node, session, options));
}

/** What was broken before the fix may well be broken after it was taken back: only the undo itself counts. */
function hasFailed({ outcome }: ChangedInput): boolean {
  return outcome !== 'changed' && outcome !== 'unchanged';
}
