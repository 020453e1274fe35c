import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { commandsPage, exitCodes } from '../../scripts/docs/commands-page.ts';
import { SIGNAL_EXIT } from '../../src/cli/exit-codes.ts';
import { COMMANDS } from '../../src/commands/index.ts';
import { RULES } from '../../src/rules/index.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const readme = read('README.md');
const pages = [
  'README.md',
  ...readdirSync(new URL('docs/', root)).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];

const flags = new Set(
  Object.values(COMMANDS).flatMap((command) =>
    Object.entries({ ...command.baseFlags, ...command.flags }).flatMap(([name, { char }]) => [
      `--${name}`,
      ...(char ? [`-${char}`] : []),
    ]),
  ),
);
/** Of other programs, or of the command line itself; --keep is the demo's. */
const OTHERS = new Set(['--help', '--keep', '--version', '--system', '--sysctl', '--json']);

test('docs/commands.md is what npm run docs makes of the commands', () => {
  expect(read('docs/commands.md')).toBe(commandsPage());
});

describe('the README', () => {
  test('shows every command, and the same exit codes as the code', () => {
    for (const name of Object.keys(COMMANDS)) expect(readme).toContain(`\`kubectl netprereq ${name}`);
    expect(readme).toContain(exitCodes());
    for (const code of Object.values(SIGNAL_EXIT)) expect(exitCodes()).toContain(String(code));
  });

  test('lists every rule, in display order', () => {
    const listed = [...readme.matchAll(/^\| \[[\w-]+\]\(docs\/rules\.md#([\w-]+)\)/gm)].map(([, id]) => id);
    expect(listed).toEqual(RULES.map(({ id }) => id));
  });
});

test.for(pages)('%s names no command and no flag that does not exist', (path) => {
  const text = read(path).replaceAll('--profile=sysadmin', '');
  const commands = [...text.matchAll(/kubectl netprereq ([a-z]\w*)/g)].map(([, name]) => name);
  for (const name of commands) expect(Object.keys(COMMANDS)).toContain(name);
  const named = [...text.matchAll(/(?<![\w-])--[a-z][a-z0-9-]*/g)].map(([flag]) => flag);
  expect(named.filter((flag) => !flags.has(flag) && !OTHERS.has(flag))).toEqual([]);
});
