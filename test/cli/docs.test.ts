import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { commandsPage, exitCodes } from '../../scripts/docs/commands-page.ts';
import { applyScript, undoCommand, undoScript } from '../../src/apply/script.ts';
import { NAMESPACES } from '../../src/check/survey.ts';
import { EXIT, EXIT_MEANINGS, SIGNAL_EXIT } from '../../src/cli/exit-codes.ts';
import { kubectlFlags, podFlags } from '../../src/cli/flags.ts';
import { COMMANDS } from '../../src/commands/index.ts';
import { TIMEOUT_WITHOUT_LEASE } from '../../src/pods/fleet.ts';
import { DEFAULT_IMAGE } from '../../src/pods/image.ts';
import { probeCommand } from '../../src/probe/command.ts';
import { probeScript } from '../../src/probe/script.ts';
import { FORMATS } from '../../src/report/formats.ts';
import { RULES } from '../../src/rules/index.ts';
import { SWITCHES_REQUEST } from '../support/switches-request.ts';

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
const OTHERS = new Set(['--help', '--keep', '--version', '--system', '--prefix', '--sysctl', '--json']);

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
    const listed = [...readme.matchAll(/^\| \[`[\w-]+`\]\(docs\/rules\.md#([\w-]+)\)/gm)].map(([, id]) => id);
    expect(listed).toEqual(RULES.map(({ id }) => id));
  });
});

/** What people wrote of values that are the code's: where, as a pattern with the value in it, and what the code says. */
const VALUES: [page: string, pattern: RegExp, value: unknown][] = [
  ['README.md', /(\d+) s for a node whose kubelet has stopped reporting/, TIMEOUT_WITHOUT_LEASE],
  ['README.md', /with a shell \(Flannel does\), else\n`([^`]+)`/, DEFAULT_IMAGE],
  ['README.md', /an image with .*?export NETPREREQ_IMAGE=\S+?\/(busybox:\S+)/s, DEFAULT_IMAGE.split('/').at(-1)],
  ['README.md', /wherever Node (\S+) or newer does/, manifest.engines.node.replace('>=', '')],
  ['README.md', /`(-[a-z])` decides/, `-${kubectlFlags.namespace.char}`],
  ['README.md', /\(`([\w-]+)`, the CNI's own, or the current one: the first that does/, NAMESPACES.join()],
  ['README.md', /or `(\w+)`\.\n\n## Without a registry/, podFlags.image.env],
];

describe('what the pages say of defaults is what the code does', () => {
  test.for(pages)('%s: `--flag` (value)', (path) => {
    const definitions = Object.values(COMMANDS).map(({ flags = {} }) => flags as Record<string, { default?: unknown }>);
    for (const [, name = '', value = ''] of read(path).matchAll(/`--([a-z-]+)` \((\d\w*)\)/g)) {
      const defaults = new Set(definitions.flatMap((known) => known[name]?.default ?? []));
      expect([...defaults], `--${name}`).toContain(value);
    }
  });

  test('the README has the default of --timeout', () => {
    expect(readme).toContain(`\`--timeout\` (${podFlags.timeout.default}) is per node`);
  });

  test.for(VALUES)('%s: %s is %s', ([page, pattern, value]) => {
    expect(pattern.exec(read(page))?.[1]).toBe(String(value));
  });

  test('the README has the exit codes in a table, and nowhere another meaning of them', () => {
    const meanings = [...readme.matchAll(/exits? with (\d+)/g)].map(([, code]) => Number(code));
    const known = EXIT_MEANINGS.flatMap(({ codes }) => codes);
    for (const code of meanings) expect(known).toContain(code);
    expect(known).toEqual([...Object.values(EXIT), ...Object.values(SIGNAL_EXIT)]);
  });

  test('every output format that the README names is one, and every one is named', () => {
    const named = [...readme.matchAll(/`-o (\w+)`/g)].map(([, format]) => format);
    expect(new Set(['table', ...named])).toEqual(new Set(FORMATS));
  });
});

describe('what an image must contain is what the scripts demand', () => {
  /** The words that a pattern finds in a text, in alphabetical order. */
  const words = (text: string, pattern: RegExp) => {
    const [, list] = pattern.exec(text) ?? [];
    if (list === undefined) throw new Error(`nothing matches ${pattern}`);
    return list.split(' ').sort();
  };
  const unpackers = (command: readonly string[]) => words(`${command[2]}`, /^for t in ([a-z0-9 ]+);do/m);
  const sorted = (...lists: string[][]) => [...new Set(lists.flat())].sort();
  const toCheck = sorted(
    ['sh'],
    unpackers(probeCommand('pod', SWITCHES_REQUEST)),
    words(probeScript(SWITCHES_REQUEST), /^demand ([a-z ]+) \$k$/m),
  );
  const alsoToChange = sorted(
    unpackers(undoCommand({ run: 'r', now: 0, notAfter: 0 }, { force: false })),
    words(undoScript, /demand_tools\(\) \{ demand ([a-z0-9 ]+);/),
  );
  const toChange = sorted(toCheck, alsoToChange);

  test('in the README', () => {
    expect(words(readme, /^\| `check` \| `(sh [a-z0-9 ]+)`/m)).toEqual(toCheck);
    const added = alsoToChange.filter((program) => !toCheck.includes(program));
    expect(words(readme, /^\| `fix`, `undo` \| these, and `([a-z0-9 ]+)`/m)).toEqual(added);
  });

  test.for([
    ['check', toCheck],
    ['fix', toChange],
    ['undo', toChange],
  ] as const)('in the description of --image: %s', ([command, programs]) => {
    const description = COMMANDS[command]?.flags?.image?.description ?? '';
    const [, list = ''] = /it needs (.*?),(?: and)? gzip or cksum/.exec(description) ?? [];
    expect(list.split(', ').sort()).toEqual(programs);
  });

  test('in docs/fix.md, for undo and fix alike', () => {
    const demanded = words(applyScript, /demand_tools\(\) \{ demand ([a-z0-9 ]+);/);
    expect(words(read('docs/fix.md'), /a program is missing that the script needs: `([a-z0-9 ]+)`/)).toEqual(demanded);
  });
});

test.for(pages)('%s names no command and no flag that does not exist', (path) => {
  const text = read(path).replaceAll('--profile=sysadmin', '');
  const commands = [...text.matchAll(/kubectl netprereq ([a-z]\w*)/g)].map(([, name]) => name);
  for (const name of commands) expect(Object.keys(COMMANDS)).toContain(name);
  const named = [...text.matchAll(/(?<![\w-])--[a-z][a-z0-9-]*/g)].map(([flag]) => flag);
  expect(named.filter((flag) => !flags.has(flag) && !OTHERS.has(flag))).toEqual([]);
});
