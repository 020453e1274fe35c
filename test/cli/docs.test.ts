import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { commandsPage, exitCodes } from '../../scripts/docs/commands-page.ts';
import { applyCommand, applyScript } from '../../src/apply/script.ts';
import { NAMESPACES } from '../../src/check/survey.ts';
import { EXIT, EXIT_MEANINGS, SIGNAL_EXIT } from '../../src/cli/exit-codes.ts';
import { kubectlFlags, podFlags } from '../../src/cli/flags.ts';
import { COMMANDS } from '../../src/commands/index.ts';
import { DEFAULT_IMAGE } from '../../src/pods/image.ts';
import { TIMEOUT_WITHOUT_LEASE } from '../../src/pods/probe-node.ts';
import { probeCommand } from '../../src/probe/command.ts';
import { probeScript } from '../../src/probe/script.ts';
import { FORMATS } from '../../src/report/formats.ts';
import { RULES } from '../../src/rules/index.ts';
import { textWidth } from '../../src/text/wrap.ts';
import { sectionsOf } from '../support/markdown.ts';
import { SWITCHES_REQUEST } from '../support/switches-request.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const readme = read('README.md');
/** A page's text wherever its lines were broken. */
const flowing = (text: string) => text.replaceAll(/\s+/g, ' ');
const pages = [
  'README.md',
  'README.zh-CN.md',
  ...readdirSync(new URL('docs/', root)).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];

const flags = new Set(
  Object.values(COMMANDS).flatMap((command) =>
    Object.entries(command.flags ?? {}).flatMap(([name, { char }]) => [`--${name}`, ...(char ? [`-${char}`] : [])]),
  ),
);
/** Command lines of other programs, in a block or in a sentence. */
const FOREIGN =
  /(?:^ {4}|^|`|&& |^RUN )(?:apt-get|buildah|debootstrap|systemd-nspawn|skopeo|podman|sha256sum|cosign|ctr|npm|kubectl krew|kubectl -n \S+ create) [^`\n]*/gm;
/** Of other programs, or of the command line itself; --keep is the demo's, --profile the benchmark's. */
const OTHERS = new Set([
  '--cpu-prof',
  '--tail',
  '--help',
  '--keep',
  '--version',
  '--system',
  '--prefix',
  '--profile',
  '--sysctl',
  '--json',
  '--mount',
]);

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
  ['README.md', /Else the image is `([^`]+)`/, DEFAULT_IMAGE],
  ['README.md', /an image with .*?export NETPREREQ_IMAGE=\S+?\/(busybox:\S+)/s, DEFAULT_IMAGE.split('/').at(-1)],
  ['README.md', /needs Node (\S+) or newer/, manifest.engines.node.replace('>=', '')],
  ['README.md', /`(-[a-z])` decides/, `-${kubectlFlags.namespace.char}`],
  ['README.md', /\(`([\w-]+)`, the CNI's own, or the current one: the first that does/, NAMESPACES.join()],
  ['README.md', /`--image-pull-secret`, or `(\w+)`/, podFlags.image.env],
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
    expect(flowing(readme)).toContain(`\`--timeout\` (${podFlags.timeout.default}) is per node`);
  });

  test.for(VALUES)('%s: %s is %s', ([page, pattern, value]) => {
    expect(pattern.exec(flowing(read(page)))?.[1]).toBe(String(value));
  });

  test('the README has the exit codes in a table, and nowhere another meaning of them', () => {
    const meanings = [...readme.matchAll(/exits? with (\d+)/g)].map(([, code]) => Number(code));
    const known = EXIT_MEANINGS.flatMap(({ codes }) => codes);
    for (const code of meanings) expect(known).toContain(code);
    expect(known).toEqual([...Object.values(EXIT), ...Object.values(SIGNAL_EXIT)]);
  });

  test('every output format that the README names is one, and every one is named', () => {
    const named = [...readme.matchAll(/\s`?-o (\w+)/g)].map(([, format]) => format);
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
  const DEMANDED = /^demand ([a-z0-9 ]+)$/m;
  const unpackers = (command: readonly string[]) => words(`${command[2]}`, /^for t in ([a-z0-9 ]+);do/m);
  const sorted = (...lists: string[][]) => [...new Set(lists.flat())].sort();
  const toCheck = sorted(
    ['sh'],
    unpackers(probeCommand('pod', SWITCHES_REQUEST)),
    words(probeScript(SWITCHES_REQUEST), /^demand ([a-z ]+) \$k$/m),
  );
  const alsoToChange = sorted(unpackers(applyCommand('')), words(applyScript, DEMANDED));
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
    const [, list = ''] = /must contain (.*?),(?: and)? gzip or cksum/.exec(description) ?? [];
    expect(list.split(', ').sort()).toEqual(programs);
  });

  test('in docs/fix.md, for undo and fix alike', () => {
    const demanded = words(applyScript, DEMANDED);
    expect(words(read('docs/fix.md'), /a program is missing that the script needs: `([a-z0-9 ]+)`/)).toEqual(demanded);
  });
});

/** What cannot be broken: a table's row, a line that is shown as it is, a command, a link. */
const WHOLE = /^\||^ {4}|^kubectl |^\S*\]\(\S+\)\S*$/;

test.for(['README.md', 'README.zh-CN.md'])('%s keeps to 100 columns, what cannot be broken excepted', (path) => {
  const long = read(path)
    .split('\n')
    .filter((line) => textWidth(line) > 100);
  expect(long.filter((line) => !WHOLE.test(line))).toEqual([]);
});

test.for(pages)('%s names no command and no flag that does not exist', (path) => {
  const text = read(path).replaceAll('--profile=sysadmin', '').replaceAll(FOREIGN, '');
  const commands = [...text.matchAll(/kubectl netprereq ([a-z]\w*)/g)].map(([, name]) => name);
  for (const name of commands) expect(Object.keys(COMMANDS)).toContain(name);
  const named = [...text.matchAll(/(?<![\w-])--[a-z][a-z0-9-]*/g)].map(([flag]) => flag);
  expect(named.filter((flag) => !flags.has(flag) && !OTHERS.has(flag))).toEqual([]);
});

test('every recipe for an image names the CNI', () => {
  const [, recipes = ''] = read('docs/images.md').split('\n## Recipes\n');
  const typed = recipes.match(/^.*kubectl-netprereq (?:check|fix) .*$/gm) ?? [];
  expect(typed.length).toBeGreaterThan(9);
  expect(typed.filter((line) => !/ --cni \w+/.test(line))).toEqual([]);
});

describe('README.zh-CN.md', () => {
  const [english, chinese] = [sectionsOf(readme), sectionsOf(read('README.zh-CN.md'))];

  test('has the sections of README.md, at the same levels and each in Chinese', () => {
    expect(chinese.map(({ level }) => level)).toEqual(english.map(({ level }) => level));
    for (const { heading } of chinese.slice(2)) expect(heading).toMatch(/\p{Script=Han}/u);
  });

  test.for(english.map(({ heading }, place) => [heading, place] as const))(
    'has in "%s" the same commands, links, code and rows of tables',
    ([, place]) => {
      const { heading: _, ...same } = english[place] ?? { heading: '' };
      expect(chinese[place]).toMatchObject(same);
    },
  );

  test('has the same exit codes in its table', () => {
    const codes = (text: string) => text.match(/^\| [\d, ]+ \|/gm);
    expect(codes(read('README.zh-CN.md'))).toEqual(codes(readme));
  });
});
