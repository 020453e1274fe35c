import { Command } from '@oclif/core';
import { kubectlFlags } from '../cli/flags.ts';
import { UsageError } from '../errors.ts';

/** Lists kubectl's flags, which the help of other commands omits. cli/help shows the page before oclif is loaded. */
export class Options extends Command {
  static override summary = "Show kubectl's own flags (--context, -n, -v ...)";
  static override description =
    'Every command that asks a cluster takes these flags, with the meaning that they have in kubectl.';
  static override examples = [
    { command: '<%= config.bin %> check --context staging', description: 'another cluster' },
    { command: '<%= config.bin %> check -n kube-system', description: 'where the pods go' },
    { command: '<%= config.bin %> check -v=6', description: 'log every request' },
  ];
  static override usage = 'options';
  static override strict = false;
  static override flags = kubectlFlags;

  async run(): Promise<void> {
    const [word] = (await this.parse(Options)).argv as string[];
    throw new UsageError(`unexpected argument "${word}": options takes none`);
  }
}
