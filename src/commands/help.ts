import { Command } from '@oclif/core';
import { unknownCommand } from '../cli/command-word.ts';

/** Help with a command that exists is given before oclif is loaded (cli/help); what comes here asks for another. */
export class Help extends Command {
  static override summary = 'Show what there is, or all about one command';
  static override description = 'The same as -h or --help behind the command.';
  static override examples = ['<%= config.bin %> help', '<%= config.bin %> help check'];
  static override usage = 'help [COMMAND]';
  static override strict = false;

  async run(): Promise<void> {
    const topic = this.argv.find((word) => !word.startsWith('-')) ?? '';
    throw unknownCommand(topic, this.config.commandIDs);
  }
}
