import { describe, expect, test } from 'vitest';
import { compareConfiguration, compareRun, compareSteps, type Difference } from './generator/modprobe-compare.ts';
import { VERSION, whyNoCage, whyNoModprobe } from './generator/modprobe-real.ts';
import { LONG, type RandomTree, randomTree, smaller, type TreeOnDisk, writeTree } from './generator/modprobe-tree.ts';

// NETPREREQ_TREES=10000 for a long run, NETPREREQ_SEED to repeat one: the trees have that seed and those after it.
const TREES = Number(process.env.NETPREREQ_TREES ?? 100);
const SEED = Number(process.env.NETPREREQ_SEED ?? Date.now() % 1_000_000_000);

type Compare = (tree: RandomTree, disk: TreeOnDisk) => Difference | undefined;

function differenceOf(tree: RandomTree, compare: Compare): Difference | undefined {
  using disk = writeTree(tree, VERSION);
  return compare(tree, disk);
}

/** The smallest tree that still shows a difference, as far as leaving out one thing after the other leads. */
function shrink(tree: RandomTree, compare: Compare): RandomTree {
  const next = smaller(tree).find((candidate) => differenceOf(candidate, compare));
  return next ? shrink(next, compare) : tree;
}

/** Compares as many trees as are asked for; the first difference fails with its seed and its smallest tree. */
function compareAll(compare: Compare, prepare: (tree: RandomTree, seed: number) => RandomTree = (tree) => tree): void {
  for (let seed = SEED; seed < SEED + TREES; seed++) {
    const tree = prepare(randomTree(seed), seed);
    if (!differenceOf(tree, compare)) continue;
    const least = shrink(tree, compare);
    const difference = differenceOf(least, compare);
    expect.fail(`NETPREREQ_SEED=${seed} NETPREREQ_TREES=1: ${JSON.stringify({ difference, tree: least }, null, 1)}`);
  }
}

/** The tree with an install line for every module, first of all, that says its name and fails for some. */
function withCommands(tree: RandomTree, seed: number): RandomTree {
  const modules = ['np_br', 'np_bridge', 'np_stp', 'np_llc', 'np_x', 'np_y'];
  const lines = modules.map((name, i) => `install ${name} echo ${name}; exit ${[0, 0, 0, 1][(seed >> i) & 3]}`);
  const others = tree.files.map((file) => ({ ...file, lines: file.lines.filter((line) => !/install|\\/.test(line)) }));
  return { ...tree, files: [...others, { directory: 0, name: '!.conf', kind: 'file', lines }] };
}

const FEATURES: Readonly<Record<string, RegExp>> = {
  alias: /^\s*alias\s+\S+\s+\S/,
  blacklist: /^\s*blacklist\s+\S/,
  install: /^\s*install\s+\S+\s+\S/,
  softdep: /^\s*softdep\s+\S+\s+\S/,
  pattern: /[*?[]/,
  dash: /np-/,
  continuation: /\\$/,
  comment: /^\s*#/,
  'carriage return': /\r$/,
};

function occurrences(): Record<string, number> {
  const trees = Array.from({ length: TREES }, (_, i) => randomTree(SEED + i));
  const having = (test: (tree: RandomTree) => boolean) => trees.filter(test).length;
  const lines = Object.entries(FEATURES).map(([name, pattern]) => [
    name,
    having(({ files }) => files.some((file) => file.lines.some((line) => line.length < LONG && pattern.test(line)))),
  ]);
  const kinds = ['mask', 'dangling', 'directory'].map((kind) => [
    kind,
    having(({ files }) => files.some((file) => file.kind === kind)),
  ]);
  const replaced = having(({ files }) => new Set(files.map(({ name }) => name)).size < files.length);
  const long = having(({ files }) => files.some((file) => file.lines.some((line) => line.length >= LONG)));
  return Object.fromEntries([...lines, ...kinds, ['same name twice', replaced], ['long line', long]]);
}

const why = whyNoModprobe();
const whyNotRun = whyNoCage();
const skipped = (reason: string | undefined) => (reason ? ` (skipped: ${reason})` : '');

describe.skipIf(why)(
  `modprobe over ${TREES} trees, NETPREREQ_SEED=${SEED}${skipped(why)}`,
  { timeout: 60_000 + TREES * 400 },
  () => {
    test('the trees have every feature', () => {
      const counts = occurrences();
      process.stderr.write(
        `modprobe: ${TREES} trees from seed ${SEED}; trees with each feature: ${JSON.stringify(counts)}\n`,
      );
      if (TREES >= 300) expect(Math.min(...Object.values(counts))).toBeGreaterThan(0);
    });

    test('the simulation reads the same directives from modprobe.d (modprobe -c)', () =>
      compareAll(compareConfiguration));

    test('it takes the same steps, in the same order (modprobe -n -v, with and without -b)', () =>
      compareAll(compareSteps));

    test.skipIf(whyNotRun)(
      `it stops at the same step when one fails (modprobe, with install commands)${skipped(whyNotRun)}`,
      () => compareAll(compareRun, withCommands),
    );
  },
);
