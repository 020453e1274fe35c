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
  ruleFlags,
  seconds,
  selectionFlags,
} from '../cli/flags.ts';
import { explicitSelection } from '../cli/selection.ts';
import { detectTerminal } from '../cli/terminal.ts';
import { UsageError } from '../errors.ts';
import { FAIL_ON, fixExitCode } from '../report/exit.ts';
import type { FixReport } from '../report/fix-report.ts';
import { FIX_FORMATS } from '../report/formats.ts';

export class Fix extends Command {
  static override summary = 'Repair nodes: now, for the next boot, and proven';
  static override description =
    'Looks at the nodes as check does, shows what it would do, asks, and does it on one node after the other: our own files in modules-load.d and ' +
    "sysctl.d, modprobe, sysctls in the node's own network namespace. No other file is edited. Then a fresh pod looks again. Everything is journalled on the node, and undo takes it back.\n\n" +
    'It acts on what is required and fails, now or at the next boot; on what is recommended only where --only names it. ' +
    'What no program should do (a deny list, a missing package, a reboot) it says.\n\n' +
    'Exit codes: those of check, for the nodes as they are afterwards; 1 also when a node was refused or failed, or when you say no. ' +
    'With --dry-run 0, unless a node would be refused (1) or could not be looked at (3).';
  static override examples = [
    '<%= config.bin %> fix node-1 --dry-run',
    '<%= config.bin %> fix node-1',
    '<%= config.bin %> fix -l node-role.kubernetes.io/worker --yes -o json',
  ];
  static override usage = 'fix [NODE... | -l SELECTOR | --all-nodes | --local] [flags]';
  static override strict = false;
  static override flags = {
    ...selectionFlags,
    local: Flags.boolean({ description: 'repair this very host: no cluster; as root' }),
    output: Flags.option({ options: FIX_FORMATS })({ char: 'o', description: 'output format', default: 'table' }),
    'dry-run': Flags.option({ options: ['none', 'client', 'server'] as const })({
      description: 'change nothing: show the plan; server: and ask the API server whether it takes the pods',
      default: 'none',
    }),
    ...changeFlags,
    'runtime-only': Flags.boolean({ description: 'change the running kernel only: write no file for the next boot' }),
    'allow-other-bridges': Flags.boolean({
      description:
        'switch on bridge netfilter although the node has other bridges in use, or its FORWARD has a policy of DROP',
    }),
    'fail-on': Flags.option({ options: FAIL_ON })({
      description: 'what makes the exit code 1: boot adds what the next boot will break, warn any warning',
      default: 'fail',
    }),
    ...ruleFlags,
    ...profileFlags,
    ...changingPodFlags,
    ...kubectlFlags,
  };

  async run(): Promise<void> {
    const { flags, argv } = await this.parse(Fix);
    const selection = explicitSelection(argv as string[], flags);
    const dryRun = flags['dry-run'] === 'none' ? undefined : flags['dry-run'];
    if (flags.local && dryRun === 'server') throw new UsageError('--local asks no server: --dry-run=client');
    const terminals = { input: process.stdin, output: process.stderr };
    demandConsent(flags.yes || dryRun !== undefined, terminals);
    const { newRunId, selectRules } = await import('../check/run.ts');
    const rules = selectRules(flags.only ?? [], flags.skip ?? []);
    const only = flags.only && rules.map(({ id }) => id);
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
        plan: { only, runtimeOnly: flags['runtime-only'], allowOtherBridges: flags['allow-other-bridges'] },
        settle: seconds('settle', flags.settle),
        signal,
        async confirm(plan: FixReport) {
          const { renderPlan } = await import('../report/fix.ts');
          // Documents hold the steps; whoever reads a table gets to know them before they are taken, --yes or not.
          if (!flags.yes || flags.output === 'table') {
            speech.notice(renderPlan(plan, detectTerminal(process.stderr, process.env)));
          }
          if (flags.yes) return true;
          const { planned, nodes } = plan.summary;
          const where = flags.local ? 'this host' : `${planned} of ${nodes} nodes`;
          return confirmed(`Carry this out on ${where}?`, terminals, signal);
        },
      };
      if (flags.local) {
        return (await import('../fix/local.ts')).fixLocal({ ...options, dryRun: dryRun !== undefined });
      }
      const { fixCluster } = await import('../fix/fix.ts');
      return fixCluster({ ...options, ...means(), dryRun });
    });
    const { renderFix } = await import('../report/fix.ts');
    process.stdout.write(renderFix(report, flags.output, detectTerminal(process.stdout, process.env), retype));
    process.exitCode = interruption ? SIGNAL_EXIT[interruption] : fixExitCode(report, flags['fail-on']);
  }
}
