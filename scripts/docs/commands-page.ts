import type { Command } from '@oclif/core';
import { type Flag, flagsOf } from '../../src/cli/command-flags.ts';
import { EXIT_MEANINGS } from '../../src/cli/exit-codes.ts';
import { GROUP } from '../../src/cli/flags.ts';
import { COMMANDS } from '../../src/commands/index.ts';
import { GENERATED, page, paragraph, table, verbatim } from './markdown.ts';

const BIN = 'kubectl netprereq';

/** docs/commands.md, from the commands as the command line knows them. */
export function commandsPage(): string {
  return page([
    '# Commands',
    GENERATED,
    paragraph(
      `\`${BIN} COMMAND -h\` prints the same, shorter. Flags go after the command: kubectl takes none before a plug-in's name.`,
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
  const groups = Map.groupBy(Object.entries(flagsOf(command)), ([, { helpGroup }]) => helpGroup);
  // They are the same everywhere, and stand under options.
  const kubectls = name !== 'options' && groups.delete(GROUP.kubectl);
  return [
    `## ${name}`,
    paragraph(`${command.summary ?? ''}.`),
    verbatim([`${BIN} ${[command.usage ?? name].flat().join(`\n    ${BIN} `)}`]),
    ...(command.description ?? '').split('\n\n').map(paragraph),
    ...(command.examples ? ['Examples:', verbatim(command.examples.map(example))] : []),
    ...[...groups].flatMap(([group, members]) => [
      ...(group === undefined || group === GROUP.kubectl ? [] : [`${group}:`]),
      table(
        ['flag', 'default', ''],
        members.map(([flag, definition]) => row(flag, definition)),
      ),
    ]),
    ...(kubectls ? ['It also takes the flags under [options](#options).'] : []),
  ];
}

function row(name: string, flag: Flag): string[] {
  const char = flag.char === undefined ? '' : `-${flag.char}, `;
  const takes = flag.type === 'option' ? ` ${flag.helpValue ?? 'VALUE'}` : '';
  const shown = typeof flag.default === 'string' ? `\`${flag.default}\`` : '';
  const text = flag.description ?? flag.summary ?? '';
  const options = flag.type === 'option' ? (flag.options ?? []) : [];
  const more = [
    // A text that lists the choices itself does not get them a second time.
    ...(options.every((option) => text.includes(option)) ? [] : [options.map((option) => `\`${option}\``).join(', ')]),
    ...(flag.type === 'option' && flag.multiple && !text.includes('repeatable') ? ['repeatable'] : []),
    ...(flag.env === undefined ? [] : [`or the variable \`${flag.env}\``]),
  ];
  return [`\`${char}--${name}${takes}\``, shown, [text, ...more].join('; ')];
}

function example(example: Command.Example): string {
  const { command, description } = typeof example === 'string' ? { command: example, description: '' } : example;
  return `${command.replaceAll('<%= config.bin %>', BIN)}${description && `  # ${description}`}`;
}
