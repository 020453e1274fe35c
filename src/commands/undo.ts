import { Command, Flags } from '@oclif/core';
import { attendedChange } from '../cli/changing.ts';
import { confirmed, demandConsent } from '../cli/confirm.ts';
import { SIGNAL_EXIT } from '../cli/exit-codes.ts';
import {
  changeFlags,
  changingPodFlags,
  kubectlFlags,
  overridesOf,
  profileFlags,
  seconds,
  selectionFlags,
} from '../cli/flags.ts';
import { explicitSelection } from '../cli/selection.ts';
import { detectTerminal } from '../cli/terminal.ts';
import { UsageError } from '../errors.ts';
import { undoExitCode } from '../report/exit.ts';
import type { UndoReport } from '../report/fix-report.ts';
import { FIX_FORMATS } from '../report/formats.ts';
import { nameList } from '../report/names.ts';

export class Undo extends Command {
  static override summary = 'Take back what fix did to nodes';
  static override description =
    'By the journal that fix keeps on each node: removes our files and restores the values that are still ours, then looks at the node again. A module stays loaded until the next boot. ' +
    'A file of ours that somebody has edited is shown, and nothing is changed without --force. A node that was never fixed is left as it is.\n\n' +
    'Exit codes: 0 taken back, or nothing to take back; 1 a node was refused or failed; 2 wrong usage; 3 some node is unknown.';
  static override examples = [
    '<%= config.bin %> undo node-1 --dry-run',
    '<%= config.bin %> undo node-1',
    '<%= config.bin %> undo --all-nodes --yes',
  ];
  static override usage = 'undo [NODE... | -l SELECTOR | --all-nodes | --local] [flags]';
  static override strict = false;
  static override flags = {
    ...selectionFlags,
    local: Flags.boolean({ description: 'undo it on this very host: no cluster; as root' }),
    output: Flags.option({ options: FIX_FORMATS })({ char: 'o', description: 'output format', default: 'table' }),
    'dry-run': Flags.option({ options: ['none', 'client', 'server'] as const })({
      description:
        'change nothing: show what there is to take back; server: and ask the API server whether it takes the pods',
      default: 'none',
    }),
    ...changeFlags,
    force: Flags.boolean({ description: 'also files of ours that somebody has edited since' }),
    ...profileFlags,
    ...changingPodFlags,
    ...kubectlFlags,
  };

  async run(): Promise<void> {
    const { flags, argv } = await this.parse(Undo);
    const selection = explicitSelection(argv as string[], flags);
    const terminals = { input: process.stdin, output: process.stderr };
    const dryRun = flags['dry-run'] === 'none' ? undefined : flags['dry-run'];
    if (flags.local && dryRun === 'server') throw new UsageError('--local asks no server: --dry-run=client');
    demandConsent(flags.yes || dryRun !== undefined, terminals);
    const { newRunId, selectRules } = await import('../check/run.ts');
    const rules = selectRules([], []);
    const run = newRunId();
    const {
      result: report,
      interruption,
      retype,
    } = await attendedChange(flags, run, selection, async (signal, speech, means) => {
      const options = {
        run,
        rules,
        overrides: overridesOf(flags),
        force: flags.force,
        settle: seconds('settle', flags.settle),
        signal,
        preview: !flags.yes,
        async confirm(plan: UndoReport) {
          if (flags.yes) return true;
          const { renderPlan } = await import('../report/fix.ts');
          speech.notice(renderPlan(plan, detectTerminal(process.stderr, process.env)));
          const names = plan.nodes
            .filter(({ outcome }) => outcome === 'planned' || outcome === 'unknown')
            .map(({ name }) => name);
          return confirmed(`Take back what fix did on ${nameList(names, 10)}?`, terminals, signal);
        },
      };
      if (flags.local) {
        return (await import('../fix/local.ts')).undoLocal({ ...options, dryRun: dryRun !== undefined });
      }
      const { undoCluster } = await import('../fix/undo.ts');
      return undoCluster({ ...options, ...means(), dryRun });
    });
    const { renderFix } = await import('../report/fix.ts');
    process.stdout.write(renderFix(report, flags.output, detectTerminal(process.stdout, process.env), retype));
    process.exitCode = interruption ? SIGNAL_EXIT[interruption] : undoExitCode(report);
  }
}
