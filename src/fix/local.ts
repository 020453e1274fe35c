import { hostname } from 'node:os';
import { applyScript, planRequest, type Timing, undoLookScript, undoRequest, undoScript } from '../apply/script.ts';
import { judgeLocal, type LocalJudgement } from '../check/local.ts';
import { startRun } from '../check/run.ts';
import { systemOf } from '../check/system.ts';
import { localProfile, type ProfileOverrides } from '../cluster/overrides.ts';
import { messageOf } from '../errors.ts';
import { requestOf } from '../judge/request.ts';
import type { Rule } from '../judge/rule.ts';
import type { Plan, Refusal } from '../plan/plan.ts';
import { isRefusal, type PlanOptions, planNode } from '../plan/planner.ts';
import { findResets } from '../plan/resets.ts';
import { probeLocal } from '../probe/local.ts';
import {
  buildFixReport,
  buildUndoReport,
  type ChangedInput,
  type ChangesInput,
  type LookedAt,
  plannedNode,
} from '../report/build-fix.ts';
import type { FixReport, UndoReport } from '../report/fix-report.ts';
import { applied } from './applied.ts';
import { confirmOrThrow, type SecondLook, verifyAfterChange, waitToSettle } from './course.ts';
import { changeLocal, demandRoot } from './local-change.ts';
import { foretold, undone } from './undone.ts';

/** What a fix and an undo of this host have in common. */
interface LocalChangeOptions {
  run: string;
  rules: readonly Rule[];
  overrides: ProfileOverrides;
  /** Seconds between the change and the second look. */
  settle: number;
  signal: AbortSignal;
}

export interface LocalFixOptions extends LocalChangeOptions {
  plan: PlanOptions;
  /** Nothing is changed. */
  dryRun: boolean;
  /** Shows the plan, and asks whether to carry it out. */
  confirm(plan: FixReport): Promise<boolean>;
}

export interface LocalUndoOptions extends LocalChangeOptions {
  /** Also files that somebody else has edited. */
  force: boolean;
  /** Nothing is changed. */
  dryRun: boolean;
  /** Whether what there is to take back is told before the question. */
  preview: boolean;
  /** Shows that, and asks whether to go on. */
  confirm(host: UndoReport): Promise<boolean>;
}

/**
 * Repairs this very host: looks, plans, asks, changes it, and looks again in a fresh process. Of an image that is being built here
 * only the files are written.
 * @throws Declined when the user says no; CheckError without root, or where this host cannot be read
 */
export async function fixLocal(options: LocalFixOptions): Promise<FixReport> {
  if (!options.dryRun) demandRoot('fix');
  const { signal, run } = options;
  const look = await lookAtHost(options);
  const { host, judged } = look;
  const plan = planHost(look, options);
  const planned: ChangedInput =
    'unknown' in judged ? { ...host, outcome: 'unknown', reason: judged.unknown } : plannedNode(host, plan);
  const report = (node: ChangedInput) =>
    buildFixReport({ ...look.reported(node), ...(options.dryRun && { dryRun: 'client' as const }) });
  if (options.dryRun || isRefusal(plan) || plan.steps.length === 0) return report(planned);
  await confirmOrThrow(options.confirm(report(planned)), signal);
  const change = await changeLocal(applyScript, run, (timing) => planRequest(plan, timing), signal);
  // What the report tells to type names this host as the command line does.
  const result = applied(host, { ...plan, node: '--local' }, change);
  const seen = await verifyAfterChange(
    result,
    signal,
    () => lookAfter(look, options),
    (facts) => ({
      manual: [...(result.manual ?? []), ...findResets(plan, facts, look.profile)],
    }),
  );
  return report(seen);
}

/**
 * Takes back what fixes did to this very host, and looks again.
 * @throws as fixLocal
 */
export async function undoLocal(options: LocalUndoOptions): Promise<UndoReport> {
  const { signal, run, force, dryRun } = options;
  if (!dryRun) demandRoot('undo');
  const look = await lookAtHost(options);
  const report = (node: ChangedInput) =>
    buildUndoReport({ ...look.reported(node), ...(dryRun && { dryRun: 'client' as const }) });
  const request = (timing: Timing) => undoRequest(timing, { force });
  const before: ChangedInput =
    dryRun || options.preview
      ? foretold(look.host, await changeLocal(undoLookScript, run, request, signal), '--local')
      : { ...look.host, outcome: 'planned' };
  if (dryRun || (before.outcome !== 'planned' && before.outcome !== 'unknown')) return report(before);
  await confirmOrThrow(options.confirm(report(before)), signal);
  const change = await changeLocal(undoScript, run, request, signal);
  const result = undone(look.host, change, '--local');
  return report(await verifyAfterChange(result, signal, () => lookAfter(look, options)));
}

interface Look {
  profile: ReturnType<typeof localProfile>;
  judged: LocalJudgement;
  host: LookedAt;
  /** A report's parts, all but its kind. */
  reported(node: ChangedInput): ChangesInput;
}

async function lookAtHost({ run, rules, overrides, signal }: LocalChangeOptions): Promise<Look> {
  const runSoFar = startRun(run, signal, rules);
  const profile = localProfile(overrides);
  const facts = await probeLocal({ signal, request: requestOf(rules) });
  const judged = await judgeLocal(facts, profile, rules);
  const findings = 'findings' in judged && { before: judged.findings };
  return {
    profile,
    judged,
    host: { name: hostname(), system: systemOf(facts), ...findings },
    reported: (node) => ({
      run: runSoFar(),
      cluster: null,
      assumptions: [...profile.assumptions.map(({ text }) => text), ...judged.assumptions],
      nodes: [node],
      leftovers: [],
    }),
  };
}

function planHost({ judged, host: { name }, profile }: Look, { plan }: LocalFixOptions): Plan | Refusal {
  if ('unknown' in judged) return { node: name, reason: judged.unknown, remedy: [] };
  const { image, ...seen } = judged;
  if (image !== undefined && plan.runtimeOnly) {
    const reason = `this is ${image}, whose running kernel is not the image's: --runtime-only leaves nothing to do`;
    return { node: name, reason, remedy: [] };
  }
  return planNode({ node: name, ...seen }, profile, { ...plan, filesOnly: image !== undefined });
}

/** The second look at this host. Never rejects. */
async function lookAfter({ judged: first }: Look, options: LocalChangeOptions): Promise<SecondLook> {
  // Nothing resets the files of an image.
  if (!('image' in first)) await waitToSettle(options);
  try {
    const { judged, host } = await lookAtHost(options);
    return 'facts' in judged ? { facts: judged.facts, findings: host.before } : judged;
  } catch (error) {
    return { unknown: messageOf(error) };
  }
}
