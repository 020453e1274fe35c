import { type LocalCheckOptions, lookHere, stillAssumed } from '../check/local.ts';
import { startRun } from '../check/run.ts';
import { messageOf } from '../errors.ts';
import type { ChangedInput, LookedAt } from '../report/build-fix.ts';
import { localTarget } from '../report/local-target.ts';
import { changeRequest } from './change-request.ts';
import { type Consent, type Course, changedAndSeen, confirmOrThrow, type SecondLook, waitToSettle } from './course.ts';
import { changeLocal, demandRoot } from './local-change.ts';

export interface LocalChangeOptions<Report> extends LocalCheckOptions, Consent<Report> {}

/**
 * Changes this very host: looks, plans, asks, changes it, and looks again in a fresh process. Of an image only the files are written, and
 * also where it is not known whether this is one.
 * @throws Declined when the user says no; CheckError without root, or where this host cannot be read
 */
export async function changeHere<Report>(options: LocalChangeOptions<Report>, course: Course<Report>): Promise<Report> {
  const { run, root, signal, dryRun } = options;
  if (!dryRun) demandRoot(course.kind, localTarget(root === undefined ? undefined : { image: { root } }));
  const runSoFar = startRun(run, signal, options);
  const { node, profile, facts, judged, ...look } = await lookHere(options, changeRequest(options.rules));
  const host: LookedAt = { ...node, ...('findings' in judged && { before: judged.findings }) };
  const report = (changed: ChangedInput) =>
    course.report({
      run: runSoFar(),
      cluster: null,
      ...(dryRun && { dryRun }),
      assumptions: [...stillAssumed(profile, facts), ...look.assumptions],
      nodes: [changed],
      leftovers: [],
    });
  // A journal tells what to undo also where nothing can be judged.
  const outcome = course.kind === 'undo' ? { facts } : judged;
  const { before, work } = course.plan(host, outcome, profile, localTarget(host));
  if (dryRun || !work) return report(before);
  await confirmOrThrow(options.confirm(report(before)), signal);
  const end = await changeLocal(run, work.request, signal, host.image?.root);
  return report(await changedAndSeen(work, end, signal, () => lookAfter(host, options)));
}

/** The second look. Never rejects. */
async function lookAfter({ image }: LookedAt, options: LocalCheckOptions & { settle: number }): Promise<SecondLook> {
  // Nothing resets the files of an image.
  if (!image) await waitToSettle(options);
  try {
    const { judged, doubt } = await lookHere(options);
    return doubt ?? judged;
  } catch (error) {
    return { unknown: messageOf(error) };
  }
}
