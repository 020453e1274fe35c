import { Command, Flags } from '@oclif/core';
import { runChange } from '../cli/changing.ts';
import {
  changedFlags,
  changeFlags,
  changingPodFlags,
  GROUP,
  kubectlFlags,
  outputFlag,
  profileFlags,
  wasTyped,
} from '../cli/flags.ts';
import { undoExitCode } from '../report/exit.ts';
import type { UndoReport } from '../report/fix-report.ts';
import { FIX_FORMATS } from '../report/formats.ts';
import { nameList } from '../report/names.ts';

export class Undo extends Command {
  static override summary = 'Revert what fix changed on nodes';
  static override description =
    "Reads the journal that fix keeps on each node, removes fix's own files, restores the values that nobody has changed since, and checks the node again. " +
    'Modules stay loaded until a reboot.\n\n' +
    'A file of fix that somebody has edited since is shown, and kept unless --force is given. A node that was never fixed stays as it is.\n\n' +
    'Exit codes: 0 undone or nothing to undo, 1 a node was refused or failed, 2 wrong usage, 3 a node is unknown.';
  static override examples = [
    { command: '<%= config.bin %> undo node-1 --dry-run', description: 'show what it would do' },
    { command: '<%= config.bin %> undo node-1', description: 'ask, and undo' },
    { command: '<%= config.bin %> undo --all-nodes --yes', description: 'without asking' },
  ];
  static override usage = 'undo NODE... | -l LABELS | --all-nodes | --local | --root DIRECTORY';
  static override strict = false;
  static override flags = {
    ...changedFlags,
    ...changeFlags('what undo would do'),
    force: Flags.boolean({ summary: 'Also files of fix that were edited since', helpGroup: GROUP.change }),
    output: outputFlag(FIX_FORMATS),
    ...profileFlags,
    ...changingPodFlags,
    ...kubectlFlags,
  };

  async run(): Promise<void> {
    const { flags, argv, metadata } = await this.parse(Undo);
    await runChange<UndoReport>({ ...flags, timeoutGiven: wasTyped('timeout', metadata) }, argv as string[], {
      course: async ({ rules }) => (await import('../fix/undo.ts')).undoCourse({ force: flags.force, rules }),
      isShown: false,
      question({ nodes }) {
        const names = nodes.filter(({ outcome }) => outcome === 'planned' || outcome === 'unknown');
        return `Undo what fix changed on ${nameList(
          names.map(({ name }) => name),
          10,
        )}?`;
      },
      exitCode: undoExitCode,
    });
  }
}
