import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/boot/command-line.ts';
import { mergeDirectories } from '../../src/boot/config-directories.ts';
import { denialOf, lookup, type ModuleTree } from '../../src/boot/modprobe.ts';
import { parseModprobeConfig } from '../../src/boot/modprobe-config.ts';
import { type Request, requestedBySystemd } from '../../src/boot/modules-load.ts';
import {
  configFiles,
  DIRECTORIES,
  fewerLines,
  LONG,
  type RandomFile,
  type RandomTree,
  randomTree,
  smaller,
  writeFiles,
  writeTree,
} from './generator/modprobe-tree.ts';
import { randomFrom } from './generator/random.ts';

// NETPREREQ_TREES=10000 for a long run, NETPREREQ_SEED to repeat one: the trees have that seed and those after it.
const TREES = Number(process.env.NETPREREQ_TREES ?? 100);
const SEED = Number(process.env.NETPREREQ_SEED ?? Date.now() % 1_000_000_000);
const PROGRAM = '/usr/lib/systemd/systemd-modules-load';

/** A tree of modprobe.d, one of modules-load.d, and a command line. */
interface BootTree {
  modprobe: RandomTree;
  lists: readonly RandomFile[];
  commandLine: string;
}

// The program looks at fixed places: what it is to find there is put over them in a mount namespace of its own, where they need not be
// there at all. Its debug messages tell what it asks for and what becomes of that; inserting always fails, because what stands for
// modules are empty files.
const SCRIPT = [
  'try() { "$@" 2>&1 || { echo "it failed to $*"; exit 125; }; }',
  'try mount -t overlay overlay -o "lowerdir=$1/over:/usr/lib" /usr/lib',
  'try mount -t overlay overlay -o "lowerdir=$1/over:/etc" /etc',
  'try mount --bind "$1/lib/modules" /usr/lib/modules',
  'for place in /run /usr/local/lib; do',
  '  try mount -t tmpfs tmpfs $place',
  '  try mkdir $place/modprobe.d $place/modules-load.d',
  'done',
  'for kind in modprobe modules-load; do',
  ...DIRECTORIES.map((directory, i) => `  try mount --bind "$1/$kind/${i}" ${directory}/$kind.d`),
  'done',
  'try mount --bind "$1/cmdline" /proc/cmdline',
  'export SYSTEMD_LOG_LEVEL=debug SYSTEMD_LOG_TARGET=console SYSTEMD_LOG_COLOR=0 SYSTEMD_PROC_CMDLINE="$2"',
  `exec ${PROGRAM} 2>&1`,
].join('\n');

/** What systemd-modules-load says of each file and each name, or why it cannot be run over made-up files. */
function modulesLoad(tree: BootTree): string[] | { whyNot: string } {
  using disk = writeTree(tree.modprobe, release());
  writeFiles(join(disk.root, 'modules-load'), tree.lists);
  for (const place of ['modules', 'modprobe.d', 'modules-load.d']) {
    mkdirSync(join(disk.root, 'over', place), { recursive: true });
  }
  writeFileSync(join(disk.root, 'cmdline'), `${tree.commandLine}\n`);
  const args = [
    '--mount',
    '--pid',
    '--fork',
    '--kill-child=KILL',
    'sh',
    '-c',
    SCRIPT,
    'sh',
    disk.root,
    tree.commandLine,
  ];
  const { stdout, stderr, status } = spawnSync('unshare', args, {
    encoding: 'utf8',
    cwd: '/',
    timeout: 10_000,
    killSignal: 'SIGKILL',
  });
  // systemd writes a newline for a carriage return at the end of a name.
  if (status !== null && status < 125) return stdout.replaceAll("\n'", "\r'").split('\n').flatMap(messageOf);
  return { whyNot: `${stdout ?? ''}${stderr ?? ''}`.trim().replaceAll('\n', ', ') || 'it was ended' };
}

// A name may end in a carriage return, which a dot does not stand for without the s.
const MESSAGES: readonly (readonly [RegExp, string])[] = [
  [/^apply: (.*)$/s, 'reads'],
  [/^Loading module: (.*)$/s, 'asks for'],
  [/^Module '(.*)' is (?:deny-listed|denylisted|blacklisted)/s, 'denied'],
  [/^Module '(.*)' is built ?in$/s, 'built in'],
  [/^Failed to find module '(.*)'$/s, 'not found'],
  [/^Failed to look ?up module alias '(.*)':/s, 'not found'],
  [/^Failed to insert module '(.*)':/s, 'tried'],
  [/^Inserted module '(.*)'$/s, 'tried'],
];
const KINDS = [...new Set(MESSAGES.map(([, kind]) => kind))];

function messageOf(line: string): string[] {
  return MESSAGES.flatMap(([pattern, kind]) => {
    const [, name] = pattern.exec(line) ?? [];
    return name === undefined ? [] : [`${kind} ${name}`];
  });
}

function simulate({ modprobe, lists, commandLine }: BootTree): string[] {
  const config = parseModprobeConfig(configFiles(modprobe.files, 'modprobe.d'), commandLine);
  const tree: ModuleTree = {
    dependencies: (name) => modprobe.kernel.dependencies[name] ?? null,
    builtin: (name) => modprobe.kernel.builtin.includes(name),
  };
  const words = parseCommandLine(commandLine, 'systemd');
  const files = configFiles(lists, 'modules-load.d');
  const { requests } = requestedBySystemd(files, words);
  const messages = ({ name }: Request) => {
    const fates = (lookup(name, config, tree) ?? []).map(({ module }) => {
      if (tree.builtin(module)) return `built in ${module}`;
      return denialOf(module, config) ? `denied ${module}` : `tried ${module}`;
    });
    return [`asks for ${name}`, ...(fates.length > 0 ? fates : [`not found ${name}`])];
  };
  // Which file a name is from, the real one tells by reading it first.
  const read = mergeDirectories(files).read.filter(({ kind }) => kind !== 'other');
  return [
    ...requests.filter(({ at }) => 'commandLine' in at).flatMap(messages),
    ...read.flatMap(({ path }) => [
      `reads ${path}`,
      ...requests.filter(({ at }) => 'file' in at && at.file === path).flatMap(messages),
    ]),
  ];
}

const NAMES = [
  'np_br',
  'np-br',
  'np_bridge',
  'np-stp',
  'np_x',
  'np_in',
  'np_gone',
  'zebra',
  'off',
  'np_[a-b]r',
  'np_b]',
];
const FILE_NAMES = ['a', 'B', '10-k8s', 'modules', 'é', 'a b', '$(x)', "it's"];
const SUFFIXES = ['.conf', '.conf', '.conf', '.conf', '.bak', '.conf.dpkg-old'];

function randomBoot(seed: number): BootTree {
  const { below, pick } = randomFrom(seed ^ 0x5eed);
  const some = <T>(most: number, make: () => T): T[] => Array.from({ length: below(most + 1) }, make);
  const name = () => pick(NAMES);
  const contents = [
    ...Array.from({ length: 4 }, () => name),
    () => '',
    () => `#${name()}`,
    () => `;${name()}`,
    () => `${name()} ${name()}`,
    () => `${name()},${name()}`,
    () => `${name()}\\`,
    () => `${name()} # why`,
    () => `${' '.repeat(LONG)}${name()}`,
    () => `#${name().repeat(LONG)}`,
  ];
  const line = () => {
    const end = pick(['', '', '', ' ', '\t', '\r', ` \r${name()}`, '\r\r']);
    return `${pick(['', '', ' ', '\t', '\t \t'])}${pick(contents)()}${end}`;
  };
  const file = (): RandomFile => ({
    directory: pick([0, 0, 1, 2, 3] as const),
    name: `${pick(FILE_NAMES)}${pick(SUFFIXES)}`,
    kind: pick(['file', 'file', 'file', 'file', 'file', 'mask', 'dangling'] as const),
    lines: some(5, line),
  });
  const words = [
    () => `modules_load=${name()},${name()}`,
    () => `modules-load=${name()},,${name()}`,
    () => `"modules_load=${name()}"`,
    () => `rd.modules_load=${name()}`,
    () => `modprobe.blacklist=${name()},${name()}`,
    () => `modprobe.blacklist="${name()},${name()},${name()}"`,
    () => `"modprobe.blacklist=${name()},${name()} ${name()}"`,
    () => `modprobe.blacklist="${name()} x",${name()}`,
    () => 'modules_load',
    () => 'quiet',
    () => '--',
  ];
  const lists = new Map(some(5, file).map((made) => [`${made.directory}/${made.name}`, made]));
  const commandLine = ['root=/dev/vda1', ...some(3, () => pick(words)())].join(' ');
  return { modprobe: randomTree(seed), lists: [...lists.values()], commandLine };
}

function differs(tree: BootTree): { simulated: string[]; real: string[] } | undefined {
  const simulated = simulate(tree);
  const real = modulesLoad(tree);
  if (!Array.isArray(real)) return { simulated, real: [real.whyNot] };
  return JSON.stringify(simulated) === JSON.stringify(real) ? undefined : { simulated, real };
}

/** The smallest tree that still shows a difference, as far as leaving out one thing after the other leads. */
function shrink(tree: BootTree): BootTree {
  const words = tree.commandLine.split(' ');
  const candidates = [
    ...tree.lists.map((_, i) => ({ ...tree, lists: tree.lists.toSpliced(i, 1) })),
    ...fewerLines(tree.lists).map((lists) => ({ ...tree, lists })),
    ...words.slice(1).map((_, i) => ({ ...tree, commandLine: words.toSpliced(i + 1, 1).join(' ') })),
    ...smaller(tree.modprobe).map((modprobe) => ({ ...tree, modprobe })),
  ];
  const next = candidates.find(differs);
  return next ? shrink(next) : tree;
}

const EMPTY: BootTree = {
  modprobe: { files: [], kernel: { dependencies: {}, builtin: [] }, names: [] },
  lists: [],
  commandLine: '',
};
const WHY_NOT = whyNot();
const TITLE = `what systemd-modules-load asks for over ${TREES} trees, NETPREREQ_SEED=${SEED}${WHY_NOT ? ` (skipped: ${WHY_NOT})` : ''}`;

function whyNot(): string | undefined {
  if (!existsSync(PROGRAM)) return 'there is no systemd-modules-load here';
  if (process.getuid?.() !== 0) return 'it needs root, who can mount';
  const trial = modulesLoad(EMPTY);
  return Array.isArray(trial) ? undefined : trial.whyNot;
}

const FEATURES: Readonly<Record<string, RegExp>> = {
  'comment #': /^\s*#/,
  'comment ;': /^\s*;/,
  'comment behind a name': /\S #/,
  'two names': /np\S* \S/,
  blanks: /^[ \t]+np|np\S*[ \t]+$/,
  dash: /np-/,
  backslash: /\\/,
  'carriage return': /\r/,
};

/** How many of the trees have each feature. */
function occurrences(trees: readonly BootTree[]): Record<string, number> {
  const having = (test: (tree: BootTree) => boolean) => trees.filter(test).length;
  const lines = Object.entries(FEATURES).map(([feature, pattern]) => [
    feature,
    having(({ lists }) => lists.some((file) => file.lines.some((line) => line.length < LONG && pattern.test(line)))),
  ]);
  const places = DIRECTORIES.map((directory, i) => [
    directory,
    having(({ lists }) => lists.some((file) => file.directory === i)),
  ]);
  return Object.fromEntries([
    ...lines,
    ...places,
    ['long line', having(({ lists }) => lists.some((file) => file.lines.some((line) => line.length >= LONG)))],
    ['mask', having(({ lists }) => lists.some(({ kind }) => kind === 'mask'))],
    ['dangling link', having(({ lists }) => lists.some(({ kind }) => kind === 'dangling'))],
    ['another suffix', having(({ lists }) => lists.some((file) => !file.name.endsWith('.conf')))],
    ['same name twice', having(({ lists }) => new Set(lists.map((file) => file.name)).size < lists.length)],
    ['command line', having(({ commandLine }) => /modules[-_]load=/.test(commandLine))],
  ]);
}

describe.skipIf(WHY_NOT)(TITLE, { timeout: 60_000 + TREES * 400 }, () => {
  test('the trees have every feature', () => {
    const counts = occurrences(Array.from({ length: TREES }, (_, i) => randomBoot(SEED + i)));
    process.stderr.write(
      `systemd-modules-load: ${TREES} trees from seed ${SEED}; trees with each feature: ${JSON.stringify(counts)}\n`,
    );
    if (TREES >= 300) expect(Math.min(...Object.values(counts))).toBeGreaterThan(0);
  });

  test('is what the real one asks for, and what the deny list says of it', () => {
    const fates: Record<string, number> = {};
    for (let seed = SEED; seed < SEED + TREES; seed++) {
      const tree = randomBoot(seed);
      const messages = simulate(tree);
      for (const kind of KINDS) {
        fates[kind] = (fates[kind] ?? 0) + messages.filter((message) => message.startsWith(`${kind} `)).length;
      }
      if (!differs(tree)) continue;
      const least = shrink(tree);
      expect.fail(`NETPREREQ_SEED=${seed} NETPREREQ_TREES=1: ${JSON.stringify({ ...differs(least), least }, null, 1)}`);
    }
    process.stderr.write(
      `systemd-modules-load: ${TREES} trees from seed ${SEED}; what became of names: ${JSON.stringify(fates)}\n`,
    );
    if (TREES >= 300) expect(Math.min(...Object.values(fates))).toBeGreaterThan(0);
  });
});
