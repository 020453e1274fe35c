import { systemOf } from '../check/system.ts';
import { skipReason } from '../cluster/select.ts';
import type { Node } from '../kube/cluster.ts';
import { undoCommand } from '../remediate/script.ts';
import { undone } from '../remediate/undone.ts';
import { buildUndoReport, type ChangedInput } from '../report/build-fix.ts';
import type { UndoReport } from '../report/fix-report.ts';
import { changeNode } from './change-node.ts';
import { agreed } from './course.ts';
import { type ChangeOptions, inTurn, proof, type Session, withSession } from './session.ts';

export interface ClusterUndoOptions extends ChangeOptions {
  /** Also files that somebody else has edited. */
  force: boolean;
  /** Asks whether to go on, with the nodes as they are now. */
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
    const before = survey.nodes.map((node) => beforehand(node, session));
    if (survey.targets.length === 0 || options.signal.aborted) return buildUndoReport(reported(before));
    await agreed(options.confirm(buildUndoReport(reported(before))), options.signal);
    const restore = (node: Node) => takeBack(node, session, options);
    return buildUndoReport(reported(await inTurn(before, survey.targets, options, restore, hasFailed)));
  });
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
  const command = (timing: Parameters<typeof undoCommand>[0]) => undoCommand(timing, { force: options.force });
  const change = await changeNode({ ...session.means(node), kind: 'undo', command });
  const result = undone(lookedAt(node, session), change);
  const again = await proof(node, result, session, options);
  return again?.lookedAt.before ? { ...result, after: again.lookedAt.before } : result;
}

/** What was broken before the fix may well be broken after it was taken back: only the undo itself counts. */
function hasFailed({ outcome }: ChangedInput): boolean {
  return outcome !== 'changed' && outcome !== 'unchanged';
}
