import type { Command } from '@oclif/core';
import manifest from '../../../package.json' with { type: 'json' };
import { COMMANDS } from '../../commands/index.ts';
import { type Flag, flagsOf } from '../command-flags.ts';
import { GROUP } from '../flags.ts';
import { type HelpPage, type HelpPages, type HelpRow, OVERVIEW } from './page.ts';

const BIN = 'kubectl netprereq';

/**
 * Every help text, from the definitions of commands and flags. The build puts the result into the bundle in place of this file. So
 * help loads neither the commands nor oclif, which takes longer than everything else.
 */
export const PAGES: HelpPages = {
  [OVERVIEW]: {
    summary: manifest.description,
    description: '',
    examples: [
      { typed: `${BIN} check`, meaning: 'what nodes lack' },
      { typed: `${BIN} fix NODE`, meaning: 'repair a node; asks first' },
      { typed: `${BIN} explain "ERROR"`, meaning: 'why' },
    ],
    usage: [`${BIN} COMMAND [flags]`],
    tables: [
      {
        head: 'Commands',
        rows: Object.entries(COMMANDS).map(([typed, { summary = '' }]) => ({ typed, meaning: summary })),
      },
    ],
    notes: [`More about a command: ${BIN} COMMAND -h`],
  },
  ...Object.fromEntries(Object.entries(COMMANDS).map(([name, command]) => [name, commandPage(name, command)])),
};

function commandPage(name: string, command: Command.Class): HelpPage {
  const flags = Object.entries(flagsOf(command));
  const groups = Map.groupBy(flags, ([, { helpGroup = 'Flags' }]) => helpGroup);
  const elsewhere = name !== 'options' && groups.delete(GROUP.kubectl);
  const [description = '', ...notes] = (command.description ?? '').split('\n\n');
  return {
    summary: command.summary ?? '',
    description,
    examples: (command.examples ?? []).map((example) => {
      const { command: typed = '', description: meaning = '' } =
        typeof example === 'string' ? { command: example } : example;
      return { typed: typed.replaceAll('<%= config.bin %>', BIN), meaning };
    }),
    usage: [command.usage ?? name].flat().map((usage) => `${BIN} ${usage}`),
    tables: [...groups].map(([group, members]) => ({
      head: group === GROUP.kubectl ? 'Flags' : group,
      rows: members.map(([flag, definition]) => flagRow(flag, definition)),
    })),
    notes: [...notes, ...(elsewhere ? [`For -n, --context and other flags of kubectl: ${BIN} options`] : [])],
  };
}

function flagRow(name: string, flag: Flag): HelpRow {
  // A flag without a short form is indented, so that all long names are in one column.
  const char = flag.char === undefined ? '    ' : `-${flag.char}, `;
  const value = flag.type === 'option' ? `=${flag.helpValue ?? 'VALUE'}` : '';
  const bare = flag.type === 'boolean' || typeof flag.default !== 'string' ? undefined : flag.default;
  const meaning = flag.summary ?? flag.description ?? '';
  return {
    typed: `${char}--${name}${value}`,
    meaning: bare === undefined || bare === 'none' ? meaning : `${meaning} (default ${bare})`,
  };
}
