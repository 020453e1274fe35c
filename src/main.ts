import { Config, type Interfaces, run as runCommandLine } from '@oclif/core';
import manifest from '../package.json' with { type: 'json' };
import { flagsOf } from './cli/command-flags.ts';
import { demandCommand } from './cli/command-word.ts';
import { flagWords } from './cli/flag-words.ts';
import { reportError } from './cli/report-error.ts';
import { tolerateClosedStreams } from './cli/streams.ts';
import { COMMANDS } from './commands/index.ts';

const HELP_FLAGS: readonly string[] = ['-h', '--help'];

/**
 * Runs the command line; the exit code is left in process.exitCode, so that what was printed still gets out.
 * @param argv the words behind `kubectl netprereq`; with `__complete` in front of them, how the last one could go on
 */
export async function run(argv: string[]): Promise<void> {
  tolerateClosedStreams();
  if (argv[0] === '__complete') return (await import('./cli/completion/run.ts')).runCompletion(argv.slice(1));
  try {
    const words = await withoutHelp(argv);
    if (words === undefined) return;
    demandCommand(words, COMMANDS);
    await runCommandLine(
      flagWords(words, COMMANDS),
      await Config.load({ root: import.meta.dirname, plugins: new Map([[manifest.name, plugin()]]) }),
    );
  } catch (error) {
    process.exitCode = await reportError(error, argv);
  }
}

/**
 * Gives help where it is asked for; oclif's own would load more, and aligns less.
 * @returns the words without the question for help, which oclif would answer; undefined: it was answered
 */
async function withoutHelp(argv: readonly string[]): Promise<string[] | undefined> {
  if (argv.length > 0 && argv[0] !== 'help' && !argv.some((word) => HELP_FLAGS.includes(word))) return [...argv];
  const { answerAtOnce } = await import('./cli/help/answer.ts');
  if (answerAtOnce(argv)) return undefined;
  // Behind -- they are names like any other.
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  return argv.filter((word, index) => index > end || !HELP_FLAGS.includes(word));
}

/** oclif's view of this program, from memory: nothing is looked up in the file system at start. */
function plugin(): Interfaces.Plugin {
  const pjson = {
    name: manifest.name,
    version: manifest.version,
    description: manifest.description,
    oclif: {
      bin: 'kubectl netprereq',
      dirname: manifest.name,
      topicSeparator: ' ',
    },
  } as unknown as Interfaces.PJSON;
  const commands = Object.entries(COMMANDS).map(([id, command]) => ({
    aliases: [],
    hidden: false,
    hiddenAliases: [],
    id,
    args: named(command.args),
    flags: named(flagsOf(command)),
    pluginName: manifest.name,
    pluginType: 'core',
    strict: command.strict,
    ...(command.usage && { usage: command.usage }),
    ...(command.summary && { summary: command.summary }),
    ...(command.description && { description: command.description }),
    ...(command.examples && { examples: command.examples }),
    load: async () => command,
  }));
  return {
    _base: '',
    alias: manifest.name,
    commandIDs: Object.keys(COMMANDS),
    commands: commands as unknown as Interfaces.Plugin['commands'],
    commandsDir: undefined,
    findCommand: async (id: string) => COMMANDS[id],
    hasManifest: false,
    hooks: {},
    isRoot: true,
    load: async () => {},
    moduleType: 'module',
    name: manifest.name,
    options: { root: import.meta.dirname },
    pjson,
    root: import.meta.dirname,
    topics: [],
    type: 'core',
    valid: true,
    version: manifest.version,
  } as unknown as Interfaces.Plugin;
}

function named<T extends object>(definitions: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(definitions).map(([name, definition]) => [name, { ...definition, name }]));
}
