import { Command, Flags } from '@oclif/core';
import { connectionOptions } from '../cli/connection.ts';
import { SIGNAL_EXIT } from '../cli/exit-codes.ts';
import {
  checkedFlags,
  count,
  failOnFlag,
  GROUP,
  type KubectlFlagValues,
  kubectlFlags,
  outputFlag,
  overridesOf,
  podFlags,
  podOptionsOf,
  profileFlags,
  ruleFlags,
  wasTyped,
} from '../cli/flags.ts';
import { runInterruptible } from '../cli/run-interruptible.ts';
import { selectionOf, withoutCluster } from '../cli/selection.ts';
import { writeParts } from '../cli/streams.ts';
import { detectTerminal } from '../cli/terminal.ts';
import { UsageError } from '../errors.ts';
import type { CommandCompleter } from '../report/command-completer.ts';
import { exitCode, type FailOn } from '../report/exit.ts';
import { FORMATS, isExchangeFormat } from '../report/formats.ts';
import type { CheckReport } from '../report/report.ts';
import { run as typed } from '../text/advice.ts';

export class Check extends Command {
  static override summary = "Check what nodes need for the cluster's network";
  static override description =
    'Runs one short privileged pod per node. It changes nothing there.\n\n' +
    'Exit codes: 0 pass, 1 fail, 2 usage or other error, 3 a node is unknown.';
  static override examples = [
    { command: '<%= config.bin %> check', description: 'all nodes' },
    { command: '<%= config.bin %> check node-1 -o wide', description: 'one node, every deviation' },
    { command: '<%= config.bin %> check --fail-on boot', description: 'in CI: also after a reboot' },
    { command: '<%= config.bin %> check --local', description: 'this host, without a cluster' },
  ];
  static override usage = 'check [NODE... | -l LABELS | --local | --root DIRECTORY]';
  static override strict = false;
  static override flags = {
    ...checkedFlags,
    output: outputFlag(FORMATS),
    'fail-on': failOnFlag,
    ...ruleFlags,
    ...profileFlags,
    ...podFlags,
    'print-rbac': Flags.boolean({
      summary: 'Print the RBAC that a check needs',
      description: 'Print the RBAC manifest that grants you, or the user of --as, what a check needs; checks nothing',
      helpGroup: GROUP.pods,
    }),
    ...kubectlFlags,
  };

  async run(): Promise<void> {
    const { flags, argv, metadata } = await this.parse(Check);
    const selection = selectionOf(argv as string[], flags) ?? 'all';
    const alone = withoutCluster(flags);
    if (alone && flags['least-privilege']) {
      throw new UsageError(`cannot specify both ${alone} and --least-privilege: ${alone} makes no pod`);
    }
    if (flags['print-rbac']) return printRbac(flags, alone);
    const { newRunId, chooseRules, exceptionNotes } = await import('../check/run.ts');
    const chosen = await chooseRules(flags);
    const overrides = overridesOf(flags);
    const timeoutGiven = wasTyped('timeout', metadata);
    const pods = {
      ...podOptionsOf({ ...flags, timeoutGiven }),
      concurrency: count('concurrency', flags.concurrency),
    };
    const run = newRunId();
    const {
      result: report,
      interruption,
      retype,
    } = await runInterruptible(
      flags,
      async (signal, speech) => {
        if (alone) {
          const { checkLocal } = await import('../check/local.ts');
          for (const note of exceptionNotes(chosen)) speech.notice(note);
          return checkLocal({ run, ...chosen, overrides, root: flags.root, signal });
        }
        const { checkCluster } = await import('../check/cluster.ts');
        return checkCluster({
          run,
          connection: connectionOptions(flags, speech),
          selection,
          ...chosen,
          overrides,
          ...pods,
          leastPrivilege: flags['least-privilege'],
          signal,
          onProgress: speech.progress,
          onNotice: speech.notice,
        });
      },
      () => (alone ? [] : [typed(`kubectl netprereq cleanup --run ${run}`, 'To delete pods that may be left behind')]),
    );
    // Set before the output is written: a failed write replaces it.
    process.exitCode = interruption ? SIGNAL_EXIT[interruption] : exitCode(report, flags['fail-on']);
    await writeParts(await rendered(report, flags, retype));
    const { unknown } = report.summary;
    if (flags.output === 'name' && unknown > 0) {
      const names = report.nodes.flatMap(({ name, verdict }) => (verdict === 'unknown' ? [name] : []));
      process.stderr.write(`note: not in the list, because unknown: ${names.join(', ')}\n`);
    }
  }
}

async function rendered(
  report: CheckReport,
  { output, 'fail-on': failOn }: { output: (typeof FORMATS)[number]; 'fail-on': FailOn },
  retype: CommandCompleter,
): Promise<Iterable<string>> {
  if (isExchangeFormat(output)) {
    const { exchange } = await import('../report/exchange.ts');
    return [exchange(report, output, failOn, retype)];
  }
  const { renderParts } = await import('../report/index.ts');
  return renderParts(report, output, detectTerminal(process.stdout, process.env), retype);
}

async function printRbac(flags: KubectlFlagValues, alone: string | undefined): Promise<void> {
  if (alone) throw new UsageError(`cannot specify both ${alone} and --print-rbac: ${alone} asks no cluster`);
  const { rbacFor } = await import('../check/rbac.ts');
  const { manifest, problem } = await rbacFor(connectionOptions(flags));
  process.stdout.write(manifest);
  if (problem !== undefined) {
    process.stderr.write(`note: your user name is unknown (${problem}): replace NAME with it, or use --as\n`);
  }
}
