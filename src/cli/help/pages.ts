import type { Command, Interfaces } from '@oclif/core';
import manifest from '../../../package.json' with { type: 'json' };
import { COMMANDS } from '../../commands/index.ts';
import { type HelpPage, type HelpPages, type HelpRow, OVERVIEW } from './page.ts';

type Flag = Interfaces.Flag<unknown>;

const BIN = 'kubectl netprereq';

/**
 * Every help text, from the definitions of commands and flags. The build puts what comes out into the bundle in place of this file: help
 * then loads neither the commands nor oclif, which takes longer than all the rest.
 */
export const PAGES: HelpPages = {
  [OVERVIEW]: {
    summary: manifest.description,
    usage: `${BIN} [COMMAND]`,
    tables: [
      {
        head: 'COMMANDS',
        rows: Object.entries(COMMANDS).map(([typed, { summary = '' }]) => ({ typed, meaning: [summary] })),
      },
    ],
    description: [`Flags go behind the command. '${BIN} COMMAND -h' says more about one.`],
    examples: [],
  },
  ...Object.fromEntries(Object.entries(COMMANDS).map(([name, command]) => [name, commandPage(name, command)])),
};

function commandPage(name: string, command: Command.Class): HelpPage {
  const flags = Object.entries({ ...command.baseFlags, ...command.flags } as Record<string, Flag>).filter(
    ([, { hidden }]) => !hidden,
  );
  const groups = Map.groupBy(flags, ([, { helpGroup }]) => helpGroup);
  return {
    summary: command.summary ?? '',
    usage: `${BIN} ${[command.usage ?? name].flat().join(`\n${BIN} `)}`,
    tables: [...groups].map(([group, members]) => ({
      head: group === undefined ? 'FLAGS' : `${group.toUpperCase()} FLAGS`,
      rows: members.map(([flag, definition]) => flagRow(flag, definition)),
    })),
    description: (command.description ?? '').split('\n\n'),
    examples: (command.examples ?? []).map((example) =>
      (typeof example === 'string' ? example : example.command).replaceAll('<%= config.bin %>', BIN),
    ),
  };
}

function flagRow(name: string, flag: Flag): HelpRow {
  // A flag without a short form leaves room for one, so that all long ones stand in one column.
  const char = flag.char === undefined ? '    ' : `-${flag.char}, `;
  const option = flag.type === 'option' ? flag : undefined;
  const value = option ? `=${option.helpValue ?? '<option>'}${option.multiple ? '...' : ''}` : '';
  const remarks = [
    ...(option && option.default !== undefined && typeof option.default !== 'function'
      ? [`[default: ${option.default}]`]
      : []),
    ...(option?.env === undefined ? [] : [`[env: ${option.env}]`]),
  ];
  const text = [...remarks, flag.description ?? ''].join(' ');
  // A description that lists the choices itself is not followed by them again.
  const choices = option?.options && !option.options.every((choice) => text.includes(choice)) ? option.options : [];
  return {
    typed: `${char}--${name}${value}`,
    meaning: [text, ...(choices.length > 0 ? [`<options: ${choices.join('|')}>`] : [])],
  };
}
