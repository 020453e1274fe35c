import { UsageError } from '../errors.ts';
import type { Course } from '../fix/course.ts';
import type { PlanOptions } from '../plan/planner.ts';
import type { FixReport, UndoReport } from '../report/fix-report.ts';
import type { FixFormat } from '../report/formats.ts';
import { localTarget } from '../report/local-target.ts';
import { nameList } from '../report/names.ts';
import { type Advice, run } from '../text/advice.ts';
import { confirmed, demandConsent } from './confirm.ts';
import { connectionOptions } from './connection.ts';
import { SIGNAL_EXIT } from './exit-codes.ts';
import { count, type KubectlFlagValues, overridesOf, type PodFlagValues, podOptionsOf, seconds } from './flags.ts';
import { runInterruptible, type Speech } from './run-interruptible.ts';
import { explicitSelection, type SelectionFlagValues, withoutCluster } from './selection.ts';
import { detectTerminal } from './terminal.ts';

/** Which nodes are being changed now, and by which pods: a user who interrupts must know. */
export interface ChangesUnderWay {
  /** @param pod as namespace/name; undefined: the node's change is over */
  onPod(node: string, pod: string | undefined): void;
  /** The message for the first interruption: what the run still waits for; undefined: nothing. */
  waiting(): string | undefined;
  /** The message for the second one: what is left behind, and how to see its result. */
  farewell(): readonly Advice[];
}

const NODES_NAMED = 10;

/** @param id the run's id, with which its pods are labelled */
export function changesUnderWay(id: string): ChangesUnderWay {
  const pods = new Map<string, string>();
  const nodes = () => nameList([...pods.keys()], NODES_NAMED);
  return {
    onPod(node, pod) {
      if (pod === undefined) pods.delete(node);
      else pods.set(node, pod);
    },
    waiting() {
      if (pods.size === 0) return undefined;
      return `Interrupted: waiting for ${nodes()}; no other node will be changed.\nPress Ctrl-C again to leave; the change continues on the node.`;
    },
    farewell() {
      if (pods.size === 0) return [run('kubectl netprereq cleanup', 'To delete pods that may be left behind')];
      return [
        ...[...pods].map(([node, pod]) => `${node} is still being changed by pod ${pod}, which ends by itself.`),
        run(`kubectl netprereq check ${[...pods.keys()].join(' ')}`, 'To see the result'),
        run(`kubectl netprereq cleanup --run ${id}`, 'To delete leftover pods'),
      ];
    },
  };
}

/** The same for this host, or an image by its root directory. */
function farewellHere(root: string | undefined): readonly Advice[] {
  const target = localTarget(root === undefined ? undefined : { image: { root } });
  return [run(`kubectl netprereq undo ${target}`, 'A change may be incomplete. To revert it')];
}

/** Parsed values of the flags that fix and undo share. */
type ProfileFlagValues = Parameters<typeof overridesOf>[0];
interface ChangeFlagValues extends KubectlFlagValues, PodFlagValues, SelectionFlagValues, ProfileFlagValues {
  'dry-run': 'none' | 'client' | 'server';
  yes: boolean;
  only?: string[] | undefined;
  skip?: string[] | undefined;
  policy?: string | undefined;
  'restart-pods'?: boolean;
  output: FixFormat;
  settle: string;
  concurrency: string;
  'max-failures': string;
}

/** What differs between fix and undo. */
interface ChangeCommand<Report> {
  /** @param chosen all rules that are judged, and the ids that --only names */
  course(chosen: Pick<PlanOptions, 'rules' | 'only'>): Promise<Course<Report>>;
  /** Whether to show the plan even if the user is not asked. */
  isShown: boolean;
  /** @param alone whether it runs without a cluster */
  question(plan: Report, alone: boolean): string;
  exitCode(report: Report): number;
}

/** How many nodes are read at once, even if fewer are changed at once. */
const LOOKS_AT_ONCE = 32;

/**
 * Runs a command that changes nodes, this host or an image: from its flags to its report and exit code. The first interruption
 * prints what the run still waits for, the second one what is left behind.
 * @throws UsageError, Declined, and errors that prevent the run
 */
export async function runChange<Report extends FixReport | UndoReport>(
  flags: ChangeFlagValues,
  words: readonly string[],
  command: ChangeCommand<Report>,
): Promise<void> {
  const selection = explicitSelection(words, flags);
  const dryRun = flags['dry-run'] === 'none' ? undefined : flags['dry-run'];
  const alone = withoutCluster(flags);
  if (alone && flags['restart-pods']) {
    throw new UsageError(`cannot specify both ${alone} and --restart-pods: ${alone} asks no cluster`);
  }
  if (alone && dryRun === 'server') throw new UsageError(`${alone} asks no server: use --dry-run=client`);
  const terminals = { input: process.stdin, output: process.stderr };
  const consented = flags.yes || dryRun !== undefined;
  demandConsent(consented, terminals, '--yes to proceed or --dry-run to see the plan');
  const { newRunId, chooseRules, exceptionNotes } = await import('../check/run.ts');
  const chosen = await chooseRules(flags);
  const run = newRunId();
  const underWay = changesUnderWay(run);
  // --local does not use all of them, but wrong values are errors there, too.
  const checked = {
    ...podOptionsOf(flags),
    changing: count('concurrency', flags.concurrency),
    maxFailures: count('max-failures', flags['max-failures']),
  };
  const work = async (signal: AbortSignal, speech: Speech): Promise<Report> => {
    signal.addEventListener('abort', () => {
      const waiting = underWay.waiting();
      if (waiting === undefined) return;
      speech.notice(waiting);
      // The notice ends the line that shows that the run is not stuck.
      speech.progress('waiting for the change to end');
    });
    const options = {
      run,
      ...chosen,
      dryRun,
      overrides: overridesOf(flags),
      settle: seconds('settle', flags.settle),
      signal,
      async confirm(plan: Report) {
        const { renderPlan } = await import('../report/fix.ts');
        if (!flags.yes || command.isShown) {
          speech.notice(renderPlan(plan, detectTerminal(process.stderr, process.env), speech.retype));
        }
        return flags.yes || confirmed(command.question(plan, alone !== undefined), terminals, signal);
      },
    };
    const ids = chosen.rules.map(({ id }) => id);
    const course = await command.course({ rules: chosen.rules, only: flags.only && ids });
    if (alone) for (const note of exceptionNotes(chosen)) speech.notice(note);
    if (alone) return (await import('../fix/local.ts')).changeHere({ ...options, root: flags.root }, course);
    const { changeCluster } = await import('../fix/cluster.ts');
    const { progress: onProgress, notice: onNotice } = speech;
    const cluster = { selection, connection: connectionOptions(flags, speech), onProgress, onNotice };
    const restart = { restartPods: flags['restart-pods'] ?? false };
    const pods = { ...checked, ...restart, leastPrivilege: false, concurrency: LOOKS_AT_ONCE, onPod: underWay.onPod };
    return changeCluster({ ...options, ...cluster, ...pods }, course);
  };
  const { result, interruption, retype } = await runInterruptible(flags, work, () =>
    alone ? farewellHere(flags.root) : underWay.farewell(),
  );
  const { renderFix } = await import('../report/fix.ts');
  process.stdout.write(renderFix(result, flags.output, detectTerminal(process.stdout, process.env), retype));
  process.exitCode = interruption ? SIGNAL_EXIT[interruption] : command.exitCode(result);
}
