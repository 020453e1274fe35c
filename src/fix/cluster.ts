import { isDeepStrictEqual } from 'node:util';
import limitConcurrency from 'p-limit';
import { systemOf } from '../check/system.ts';
import { skipReason } from '../cluster/select.ts';
import type { Node } from '../kube/cluster.ts';
import { refusalRemedy } from '../plan/refusals.ts';
import type { ChangedInput } from '../report/build-fix.ts';
import type { Symptom } from '../report/report.ts';
import { changeNode, rehearse } from './change-node.ts';
import { type Consent, type Course, changedAndSeen, confirmOrThrow, type Planned, type Work } from './course.ts';
import type { Examined } from './examine.ts';
import { changeFleet } from './fleet.ts';
import { leftWaiting, restartPods, withRestarts } from './restart-pods.ts';
import { lookAfter, type Session, type SessionOptions, withSession } from './session.ts';

export interface ClusterChangeOptions<Report> extends SessionOptions, Consent<Report> {
  /** How many nodes are changed at once. */
  changing: number;
  /** After so many failures no other node is begun. */
  maxFailures: number;
  /** Pods of the network that crash-loop on a node are deleted once it is repaired. */
  restartPods: boolean;
}

/** Everything that one run knows and is asked to do. */
interface Run<Report> {
  options: ClusterChangeOptions<Report>;
  course: Course<Report>;
  session: Session;
  /** By the nodes' names. */
  works: ReadonlyMap<string, Work>;
  /** The pods that are to be restarted, by their nodes' names; undefined: none are. */
  sick: ReadonlyMap<string, readonly Symptom[]> | undefined;
}

/**
 * Changes the selected nodes of a cluster: looks, plans, asks, changes one node after the other, and looks at each again.
 * @throws Declined when the user says no; CheckError, KubeError, UsageError when no node could be looked at
 */
export function changeCluster<Report>(options: ClusterChangeOptions<Report>, course: Course<Report>): Promise<Report> {
  const command = course.kind === 'undo' ? 'undo' : 'fix';
  return withSession({ ...options, command }, async (session) => {
    const { survey, examined, reported } = session;
    const { dryRun, signal } = options;
    const plans = new Map([...examined].map(([name, seen]) => [name, planFor(seen, course, session)]));
    const works = new Map([...plans].flatMap(([name, { work }]) => (work ? [[name, work]] : [])));
    const sick = options.restartPods ? await session.symptoms([...works.keys()]) : undefined;
    const before = survey.nodes.map((node) =>
      withRestarts(plans.get(node.name)?.before ?? unseen(node), sick?.get(node.name) ?? []),
    );
    const report = (nodes: readonly ChangedInput[]) => course.report({ ...reported(nodes), ...(dryRun && { dryRun }) });
    const run = { options, course, session, works, sick };
    if (dryRun) return report(dryRun === 'client' ? before : await rehearsed(before, run));
    if (works.size === 0 || signal.aborted) return report(before);
    await confirmOrThrow(options.confirm(report(before)), signal);
    return report(await changed(before, run));
  });
}

function planFor<Report>({ node, outcome, lookedAt }: Examined, course: Course<Report>, { survey }: Session): Planned {
  return course.plan(lookedAt, outcome, survey.profile, node.name);
}

function unseen(node: Node): ChangedInput {
  const about = { name: node.name, system: systemOf(undefined, node) };
  const skipped = skipReason(node);
  if (skipped !== undefined) return { ...about, outcome: 'skip', reason: skipped };
  return { ...about, outcome: 'unknown', reason: 'interrupted' };
}

/** What of a run a rehearsal needs. */
export interface Rehearsal {
  options: Pick<SessionOptions, 'signal'>;
  session: Pick<Session, 'examined' | 'changeOptionsFor'>;
  works: ReadonlyMap<string, Work>;
  course: Pick<Course<unknown>, 'kind'>;
}

/** Each is a request that webhooks may be asked about. */
const REHEARSALS_AT_ONCE = 16;

/** The plan again, without the nodes whose pods the API server would refuse. */
export function rehearsed(
  before: readonly ChangedInput[],
  { options, session, works, course: { kind } }: Rehearsal,
): Promise<ChangedInput[]> {
  const rehearsal = async (entry: ChangedInput): Promise<ChangedInput> => {
    const [seen, work] = [session.examined.get(entry.name), works.get(entry.name)];
    if (!seen || !work) return entry;
    if (options.signal.aborted) return { ...entry, reason: 'not rehearsed: interrupted' };
    const reason = await rehearse({ ...session.changeOptionsFor(seen.node), kind, request: work.request });
    return reason === undefined ? entry : { ...seen.lookedAt, outcome: 'refused', reason, remedy: [] };
  };
  return limitConcurrency(REHEARSALS_AT_ONCE).map(before, rehearsal);
}

/** What was to be reported, with what came of the nodes that were begun, and why the others were not. */
async function changed<Report>(before: readonly ChangedInput[], run: Run<Report>): Promise<ChangedInput[]> {
  const { options, session, works } = run;
  const nodes = session.survey.targets.filter(({ name }) => works.has(name));
  const results = new Map<string, ChangedInput>();
  const notBegun = await changeFleet({
    nodes,
    concurrency: options.changing,
    maxFailures: options.maxFailures,
    signal: options.signal,
    async change(node) {
      options.onProgress(`changing ${node.name} (${results.size} of ${nodes.length} done)`);
      const work = works.get(node.name);
      if (!work) return true;
      const result = await withPods(await change(node, work, run), run);
      results.set(node.name, result);
      return !work.failed(result);
    },
  });
  return before.map((entry) => {
    const reason = notBegun.get(entry.name);
    return results.get(entry.name) ?? { ...entry, ...(reason !== undefined && { reason }) };
  });
}

/** A node with what becomes of the pods that suffered there. */
async function withPods<Report>(result: ChangedInput, { course, session, sick }: Run<Report>): Promise<ChangedInput> {
  const { name } = result;
  if (course.kind !== 'apply') return result;
  if (sick) return restartPods(session.cluster, result, sick.get(name) ?? []);
  if (result.outcome !== 'changed') return result;
  return leftWaiting(result, (await session.symptoms([name])).get(name) ?? []);
}

/** Carries out one node's plan, and has a fresh process look at what came of it. */
async function change<Report>(node: Node, work: Work, run: Run<Report>): Promise<ChangedInput> {
  const { options, session, course } = run;
  const stale =
    work.steps && Date.now() - session.lookedAtTime > PLAN_LASTS_MS && (await changedSince(node, work, run));
  if (stale) return stale;
  const end = await changeNode({ ...session.changeOptionsFor(node), kind: course.kind, request: work.request });
  return changedAndSeen(work, end, options.signal, () => lookAfter(node, session, options));
}

/** How old the look may be on which a plan rests: routes and bridges come and go, and the script compares values only. */
const PLAN_LASTS_MS = 120_000;

/** Looks again at a node whose plan has waited, for an answer or for other nodes; undefined: the same would be planned now. */
async function changedSince<Report>(
  node: Node,
  { steps }: Work,
  { session, course }: Run<Report>,
): Promise<ChangedInput | undefined> {
  const again = await session.lookAgain(node);
  if ('unknown' in again.outcome) {
    const { unknown, remedy = [] } = again.outcome;
    const reason = `it could not be checked again before the change: ${unknown}: nothing was changed`;
    return { ...again.lookedAt, outcome: 'failed', reason, remedy };
  }
  if (isDeepStrictEqual(planFor(again, course, session).work?.steps, steps)) return undefined;
  const reason = 'the node has changed since the plan was made: nothing was changed';
  const remedy = refusalRemedy({ code: 'before', reason }, { command: 'fix', target: node.name });
  return { ...again.lookedAt, outcome: 'refused', reason, remedy };
}
