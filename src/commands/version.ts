import { Command } from '@oclif/core';
import { UsageError } from '../errors.ts';

export class Version extends Command {
  static override summary = 'Show the version';
  static override description = 'The same as --version: of this program, and of the Node that runs it.';
  static override usage = 'version';
  static override strict = false;

  async run(): Promise<void> {
    const [word] = (await this.parse(Version)).argv as string[];
    if (word !== undefined) throw new UsageError(`unexpected argument "${word}": version takes none`);
    process.stdout.write(`${this.config.userAgent}\n`);
  }
}
