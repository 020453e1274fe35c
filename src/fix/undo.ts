import { setTimeout as sleep } from 'node:timers/promises';
import { VERSION } from '../check/run.ts';
import { surveyCluster } from '../check/survey.ts';
import { systemOf } from '../check/system.ts';
import { skipReason } from '../cluster/select.ts';
import { Declined } from '../errors.ts';
import { connect } from '../kube/client.ts';
import type { Cluster, Node } from '../kube/cluster.ts';
import { mayHaveChanged } from '../remediate/applied.ts';
import { undoCommand } from '../remediate/script.ts';
import { undone } from '../remediate/undone.ts';
import { buildUndoReport, type ChangedInput } from '../report/build-fix.ts';
import type { UndoReport } from '../report/fix-report.ts';
import { changeNode } from './change-node.ts';
import { type ChangeOptions, inTurn, type Session, withSession } from './session.ts';

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
export async function undoCluster(options: ClusterUndoOptions): Promise<UndoReport> {
  const cluster = await connect(options.connection);
  try {
    return await undo(cluster, options);
  } finally {
    await cluster.close();
  }
}

async function undo(cluster: Cluster, options: ClusterUndoOptions): Promise<UndoReport> {
  const startedAt = new Date();
  options.onProgress('reading the cluster');
  const survey = await surveyCluster(cluster, options);
  const report = (nodes: readonly ChangedInput[], leftovers: readonly string[]) =>
    buildUndoReport({
      run: {
        id: options.run,
        version: VERSION,
        startedAt,
        durationSeconds: (Date.now() - startedAt.getTime()) / 1000,
        interrupted: options.signal.aborted,
      },
      cluster: survey.summary,
      assumptions: survey.profile.assumptions,
      nodes,
      leftovers,
    });
  return withSession(cluster, survey, options, async (session) => {
    const planned = (node: Node) => beforehand(node, session);
    const before = survey.nodes.map(planned);
    if (survey.targets.length === 0 || options.signal.aborted) return report(before, session.leftovers);
    if (!(await options.confirm(report(before, session.leftovers)))) {
      options.signal.throwIfAborted();
      throw new Declined('Nothing was changed.');
    }
    const restore = (node: Node) => takeBack(node, session, options);
    const results = await inTurn(survey.targets, options, planned, restore, hasFailed);
    const done = new Map(results.map((result) => [result.name, result]));
    return report(
      before.map((node) => done.get(node.name) ?? node),
      session.leftovers,
    );
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
  const { force, signal, settle } = options;
  const command = (timing: Parameters<typeof undoCommand>[0]) => undoCommand(timing, { force });
  const change = await changeNode({ ...session.means(node), kind: 'undo', command });
  const result = undone(lookedAt(node, session), change);
  if (!mayHaveChanged(result) || signal.aborted) return result;
  options.onProgress(`looking at ${node.name} again`);
  await sleep(settle * 1000, undefined, { signal }).catch(() => {});
  const again = await session.lookAgain(node).catch(() => undefined);
  return again?.lookedAt.before ? { ...result, after: again.lookedAt.before } : result;
}

/** What was broken before the fix may well be broken after it was taken back: only the undo itself counts. */
function hasFailed({ outcome }: ChangedInput): boolean {
  return outcome !== 'changed' && outcome !== 'unchanged';
}
