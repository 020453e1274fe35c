import type { Command, Interfaces } from '@oclif/core';
import { EXIT_MEANINGS } from '../../src/cli/exit-codes.ts';
import { COMMANDS } from '../../src/commands/index.ts';
import { GENERATED, page, paragraph, table, verbatim } from './markdown.ts';

type Flag = Interfaces.Flag<unknown>;

const BIN = 'kubectl netprereq';

/** docs/commands.md, from the commands as the command line knows them. */
export function commandsPage(): string {
  return page([
    '# Commands',
    GENERATED,
    paragraph(
      `\`${BIN} COMMAND -h\` prints the same. Flags go behind the command: kubectl takes none before a plug-in's name.`,
    ),
    ...Object.entries(COMMANDS).flatMap(([name, command]) => section(name, command)),
    '## Exit codes',
    exitCodes(),
    'kubectl on Windows turns every code but 0 into 1.',
  ]);
}

/** The table of the exit codes, as the README has it too. */
export function exitCodes(): string {
  return table(
    ['', ''],
    EXIT_MEANINGS.map(({ codes, meaning }) => [codes.join(', '), meaning]),
  );
}

function section(name: string, command: Command.Class): string[] {
  const flags = Object.entries({ ...command.baseFlags, ...command.flags } as Record<string, Flag>).filter(
    ([, flag]) => !flag.hidden,
  );
  const groups = Map.groupBy(flags, ([, { helpGroup }]) => helpGroup);
  return [
    `## ${name}`,
    paragraph(`${command.summary ?? ''}.`),
    verbatim([`${BIN} ${[command.usage ?? name].flat().join(`\n    ${BIN} `)}`]),
    ...(command.description ?? '').split('\n\n').map(paragraph),
    ...(command.examples ? ['Examples:', verbatim(command.examples.map(example))] : []),
    ...[...groups].flatMap(([group, members]) => [
      ...(group === undefined ? [] : [`Flags of ${group}'s own:`]),
      table(
        ['flag', 'default', ''],
        members.map(([flag, definition]) => row(flag, definition)),
      ),
    ]),
  ];
}

function row(name: string, flag: Flag): string[] {
  const char = flag.char === undefined ? '' : `-${flag.char}, `;
  const takes = flag.type === 'option' ? ` ${flag.helpValue ?? '<value>'}` : '';
  const shown =
    flag.default === undefined || typeof flag.default === 'function' || flag.default === false
      ? ''
      : `\`${flag.default}\``;
  const options =
    flag.type === 'option' && flag.options ? ` (${flag.options.map((option) => `\`${option}\``).join(', ')})` : '';
  const more = [
    ...(flag.type === 'option' && flag.multiple ? ['repeatable'] : []),
    ...(flag.env === undefined ? [] : [`or the variable \`${flag.env}\``]),
  ];
  // A description that lists the choices itself is not followed by them again.
  const text = (flag.description ?? '').replace(/: [\w-]+(?:, [\w-]+)+$/, '') + options;
  const rest = more.filter((item) => !text.includes(item));
  return [`\`${char}--${name}${takes}\``, shown, rest.length > 0 ? `${text}; ${rest.join('; ')}` : text];
}

function example(text: Command.Example): string {
  const command = typeof text === 'string' ? text : text.command;
  return command.replaceAll('<%= config.bin %>', BIN);
}
