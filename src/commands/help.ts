import { Command } from '@oclif/core';
import { unknownCommand } from '../cli/command-word.ts';
import { unknownFlag } from '../cli/unknown-flag.ts';
import { UsageError } from '../errors.ts';

/** cli/help prints help before oclif is loaded. This runs only for help with something that does not exist. */
export class Help extends Command {
  static override summary = 'Show help for a command';
  static override description = 'The same as -h or --help after the command.';
  static override examples = [
    { command: '<%= config.bin %> help', description: 'all commands' },
    { command: '<%= config.bin %> help check', description: 'one command' },
  ];
  static override usage = 'help [COMMAND]';
  static override strict = false;

  async run(): Promise<void> {
    const flag = this.argv.find((word) => word.startsWith('-'));
    if (flag !== undefined) throw unknownFlag(flag, []);
    const [topic = '', extra] = this.argv;
    if (!this.config.commandIDs.includes(topic)) throw unknownCommand(topic, this.config.commandIDs);
    throw new UsageError(`unexpected argument "${extra}": help takes one command`);
  }
}
