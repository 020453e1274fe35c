import { Command, Flags } from '@oclif/core';
import { installScript, SCRIPT } from '../cli/completion/script.ts';
import { UsageError } from '../errors.ts';

const FIRST = `kubectl's own completion must be loaded in your shell, too:
  source <(kubectl completion bash)
  for zsh, fish and PowerShell: kubectl completion -h`;

export class Completion extends Command {
  static override summary = 'Set up tab completion';
  static override description =
    "kubectl's own completion must be loaded in your shell first: source <(kubectl completion bash). " +
    'For zsh, fish and PowerShell see kubectl completion -h. ' +
    'This command writes kubectl_complete-netprereq into the directory of the plug-in, where kubectl 1.26 and newer finds it. kubectl then completes ' +
    'commands, flags, rules, nodes, namespaces and contexts. Uninstalling the plug-in leaves the file, which then offers nothing: delete it.';
  static override examples = [
    { command: 'source <(kubectl completion bash)', description: "load kubectl's own completion" },
    { command: '<%= config.bin %> completion', description: 'write the script' },
    { command: '<%= config.bin %> completion --print', description: 'show it' },
  ];
  static override usage = 'completion [--print]';
  static override strict = false;
  static override flags = {
    print: Flags.boolean({ summary: 'Print the script instead of writing it' }),
  };

  async run(): Promise<void> {
    const { flags, argv } = await this.parse(Completion);
    if (argv.length > 0)
      throw new UsageError(
        `unexpected argument "${argv[0]}": completion takes none; for the one of your shell see kubectl completion -h`,
      );
    if (flags.print) {
      process.stdout.write(SCRIPT);
      return;
    }
    if (process.platform === 'win32')
      throw new UsageError('completion needs a POSIX shell: it is not available on Windows');
    const { file, existed } = installScript(process.env.PATH ?? '');
    process.stdout.write(existed ? `${file} already exists\n` : `${file} written\n`);
    process.stderr.write(`${FIRST}\n`);
  }
}
