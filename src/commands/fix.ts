import { Command, Flags } from '@oclif/core';
import { runChange } from '../cli/changing.ts';
import {
  changedFlags,
  changeFlags,
  changingPodFlags,
  failOnFlag,
  GROUP,
  kubectlFlags,
  outputFlag,
  profileFlags,
  ruleFlags,
  wasTyped,
} from '../cli/flags.ts';
import { fixExitCode } from '../report/exit.ts';
import type { FixReport } from '../report/fix-report.ts';
import { FIX_FORMATS } from '../report/formats.ts';
import { nameList } from '../report/names.ts';

const NODES_NAMED = 10;

export class Fix extends Command {
  static override summary = 'Repair nodes now and across reboots, and verify the result';
  static override description =
    'Shows a plan, asks, changes one node after the other, and checks it again. Loads modules, sets sysctls, and writes its own files in modules-load.d and sysctl.d; edits no other file.\n\n' +
    'Fixes what is required and fails now or after a reboot; what is recommended only with --only. Lists what you must do by hand (a deny list, a missing package, a reboot).\n\n' +
    'Exit codes: as check, for the nodes afterwards; 1 also if a node was refused or failed, or you answer no. With --dry-run 0, or 1 if a node would be refused, 3 if one is unknown.';
  static override examples = [
    { command: '<%= config.bin %> fix node-1 --dry-run', description: 'show the plan' },
    { command: '<%= config.bin %> fix node-1', description: 'show the plan, ask, fix' },
    { command: '<%= config.bin %> fix --all-nodes --yes', description: 'without asking' },
    { command: '<%= config.bin %> undo node-1', description: 'revert it' },
  ];
  static override usage = 'fix NODE... | -l LABELS | --all-nodes | --local | --root DIRECTORY';
  static override strict = false;
  static override flags = {
    ...changedFlags,
    ...changeFlags('the plan'),
    'runtime-only': Flags.boolean({
      summary: 'Change the running kernel only, write no file',
      description: 'Change the running kernel only: write no file for the next boot',
      helpGroup: GROUP.change,
    }),
    'allow-other-bridges': Flags.boolean({
      summary: 'Switch on bridge netfilter despite other bridges',
      description:
        'Switch on bridge netfilter although the node has other bridges in use, or its FORWARD chain has the policy DROP',
      helpGroup: GROUP.change,
    }),
    'restart-pods': Flags.boolean({
      summary: 'Restart crash-looping CNI and kube-proxy pods',
      description:
        'Once a node is repaired, delete the pods of the CNI and of kube-proxy that crash-loop there; the plan shows them',
      helpGroup: GROUP.change,
    }),
    output: outputFlag(FIX_FORMATS),
    'fail-on': failOnFlag,
    ...ruleFlags,
    ...profileFlags,
    ...changingPodFlags,
    ...kubectlFlags,
  };

  async run(): Promise<void> {
    const { flags, argv, metadata } = await this.parse(Fix);
    await runChange<FixReport>({ ...flags, timeoutGiven: wasTyped('timeout', metadata) }, argv as string[], {
      async course(chosen) {
        const { fixCourse } = await import('../fix/fix.ts');
        return fixCourse({
          ...chosen,
          runtimeOnly: flags['runtime-only'],
          allowOtherBridges: flags['allow-other-bridges'],
        });
      },
      // JSON and YAML contain the steps. A table shows them before they are taken, with --yes too.
      isShown: flags.output === 'table',
      question({ nodes }, alone) {
        const planned = nodes.filter(({ outcome }) => outcome === 'planned').map(({ name }) => name);
        return `Apply this to ${alone ? (flags.root ?? 'this host') : nameList(planned, NODES_NAMED)}?`;
      },
      exitCode: (report) => fixExitCode(report, flags['fail-on']),
    });
  }
}
