import { Command, Flags } from '@oclif/core';
import { connectionOptions } from '../cli/connection.ts';
import { SIGNAL_EXIT } from '../cli/exit-codes.ts';
import {
  count,
  type KubectlFlagValues,
  kubectlFlags,
  overridesOf,
  podFlags,
  podOptionsOf,
  profileFlags,
  ruleFlags,
} from '../cli/flags.ts';
import { runInterruptible } from '../cli/run-interruptible.ts';
import { selectionOf } from '../cli/selection.ts';
import { detectTerminal } from '../cli/terminal.ts';
import { UsageError } from '../errors.ts';
import { exitCode, FAIL_ON } from '../report/exit.ts';
import { FORMATS } from '../report/formats.ts';

export class Check extends Command {
  static override summary = "Check what the nodes' kernels must provide for the cluster's network";
  static override description =
    "Starts one short-lived privileged pod on every node (see --least-privilege), reads kernel modules and sysctls in the node's own network namespace, deletes the pod, " +
    'and says which node lacks what, why, and what to type next. Nothing on a node is changed.\n\n' +
    'Exit codes: 0 nothing required fails, 1 something does, 2 wrong usage or no check possible, 3 no failure seen but some node is unknown, 129, 130 and 143 ended by a signal.';
  static override examples = [
    '<%= config.bin %> check',
    '<%= config.bin %> check node-1 node-2',
    '<%= config.bin %> check -l node-role.kubernetes.io/worker -o json',
    '<%= config.bin %> check --local',
  ];
  static override usage = 'check [NODE... | -l SELECTOR | --all-nodes | --local] [flags]';
  static override strict = false;
  static override flags = {
    selector: Flags.string({
      char: 'l',
      description: 'the nodes with these labels; an empty selector means all, as in kubectl get',
      helpValue: '<labels>',
    }),
    'all-nodes': Flags.boolean({ description: 'all nodes (the default)' }),
    local: Flags.boolean({ description: 'check this very host: no cluster, no root needed' }),
    output: Flags.option({ options: FORMATS })({ char: 'o', description: 'output format', default: 'table' }),
    'fail-on': Flags.option({ options: FAIL_ON })({
      description: 'what makes the exit code 1: boot adds what the next boot will break, warn any warning',
      default: 'fail',
    }),
    'print-rbac': Flags.boolean({
      description: 'print the RBAC manifest that grants you, or the user of --as, what a check needs; checks nothing',
    }),
    ...ruleFlags,
    ...profileFlags,
    ...podFlags,
    ...kubectlFlags,
  };

  async run(): Promise<void> {
    const { flags, argv } = await this.parse(Check);
    const selection = selectionOf(argv as string[], flags) ?? 'all';
    if (flags.local && flags['least-privilege']) {
      throw new UsageError('cannot specify both --local and --least-privilege: --local makes no pod');
    }
    if (flags['print-rbac']) return printRbac(flags);
    const { newRunId, selectRules } = await import('../check/run.ts');
    const rules = selectRules(flags.only ?? [], flags.skip ?? []);
    const overrides = overridesOf(flags);
    const pods = { ...podOptionsOf(flags), concurrency: count('concurrency', flags.concurrency) };
    const run = newRunId();
    const {
      result: report,
      interruption,
      retype,
    } = await runInterruptible(
      flags,
      async (signal, speech) => {
        if (flags.local) return (await import('../check/local.ts')).checkLocal({ run, rules, overrides, signal });
        const { checkCluster } = await import('../check/cluster.ts');
        return checkCluster({
          run,
          connection: connectionOptions(flags, speech),
          selection,
          rules,
          overrides,
          ...pods,
          leastPrivilege: flags['least-privilege'],
          signal,
          onProgress: speech.progress,
          onNotice: speech.notice,
        });
      },
      (retyped) => {
        if (flags.local) return undefined;
        return retyped(`If pods of this run are left: kubectl netprereq cleanup --run ${run}`);
      },
    );
    const { render } = await import('../report/index.ts');
    const terminal = detectTerminal(process.stdout, process.env);
    process.stdout.write(render(report, flags.output, terminal, retype));
    const { unknown } = report.summary;
    if (flags.output === 'name' && unknown > 0) {
      process.stderr.write(`${unknown === 1 ? '1 node' : `${unknown} nodes`} could not be judged\n`);
    }
    process.exitCode = interruption ? SIGNAL_EXIT[interruption] : exitCode(report, flags['fail-on']);
  }
}

async function printRbac(flags: KubectlFlagValues & { local: boolean }): Promise<void> {
  if (flags.local) throw new UsageError('cannot specify both --local and --print-rbac: --local asks no cluster');
  const { rbacFor } = await import('../check/rbac.ts');
  const { manifest, problem } = await rbacFor(connectionOptions(flags));
  process.stdout.write(manifest);
  if (problem !== undefined) {
    process.stderr.write(
      `note: your user name is not known (${problem}): put it in place of NAME, or give it with --as\n`,
    );
  }
}
