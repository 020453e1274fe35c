import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProgramName } from '../../src/boot/sysctl-programs.ts';
import { PROCPS_RELEASES } from '../../src/boot/sysctl-reapply.ts';
import type { ConfigFile } from '../../src/facts/facts.ts';
import { probe } from '../host/run-probe.ts';
import { SHELLS } from '../host/shells.ts';
import { differences, type Releases, type Tally } from './generator/sysctl-compare.ts';
import { filesOf } from './generator/sysctl-facts.ts';
import { SWITCHES } from './generator/sysctl-followed.ts';
import { type Real, versionOf, Workshop, whyNotReal } from './generator/sysctl-real.ts';
import { describeTree, randomTree, smaller, type Tree } from './generator/sysctl-tree.ts';

// NETPREREQ_TREES=10000 for a long run, NETPREREQ_SEED to repeat one: the trees have that seed and those after it.
const COUNT = Number(process.env.NETPREREQ_TREES ?? 100);
const SEED = Number(process.env.NETPREREQ_SEED ?? Date.now() % 1_000_000_000);
const BATCH = 100;
/** One of so many trees is also read by the real probe, which takes longer than all the rest. */
const PROBED = 6;

const why = whyNotReal();
const shells = SHELLS.filter(({ missing }) => !missing);

type Reader = (tree: Tree, root: string) => readonly ConfigFile[] | undefined;

/** Reads the tree's files by the probe script, under one of the shells. */
const probed: Reader = (tree, root) => {
  const shell = shells[tree.seed % shells.length];
  return shell && probe(shell, { mode: 'host', root }).boot.sysctl;
};

describe.skipIf(why)(`sysctl files of random nodes, by the real programs${why ? ` (skipped: ${why})` : ''}`, () => {
  let workshop: Workshop;
  let releases: Releases;
  const tally: Tally = { known: 0, unknown: 0 };
  const features = new Map<string, number>();

  beforeAll(() => {
    workshop = new Workshop();
    releases = { systemd: systemdRelease(), procps: procpsRelease(workshop) };
  });
  afterAll(() => workshop?.[Symbol.dispose]());

  test(`the simulation of ${COUNT} trees comes to the values of the kernel (NETPREREQ_SEED=${SEED})`, () => {
    for (let from = 0; from < COUNT; from += BATCH) {
      const size = Math.min(BATCH, COUNT - from);
      const trees = Array.from({ length: size }, (_, i) => randomTree(SEED + from + i)).filter(
        ({ split }) => !split || readsOwnLib(),
      );
      for (const feature of trees.flatMap((tree) => [...tree.features])) {
        features.set(feature, (features.get(feature) ?? 0) + 1);
      }
      const results = workshop.run(trees);
      for (const [i, tree] of trees.entries()) {
        expectAgreement(tree, results[i], (one) => filesOf(one));
        if (tree.seed % PROBED === 0) expectAgreement(tree, results[i], probed);
      }
      workshop.clear();
    }
    process.stderr.write(report());
    // A share of few is no measure. What older releases make of `..` in a path is not simulated.
    const most = systemdNumber() < 252 ? 0.15 : 0.05;
    if (COUNT >= 300) expect(tally.unknown / (tally.known + tally.unknown)).toBeLessThan(most);
  }, 3_600_000);

  function expectAgreement(tree: Tree, result: { real: Real; root: string } | undefined, read: Reader): void {
    if (result && found(tree, result, read, tally).length > 0) {
      const [smallest, found] = shrink(tree, read);
      expect.fail(`${found.join('\n')}\n${describeTree(smallest)}`);
    }
  }

  function found(tree: Tree, { real, root }: { real: Real; root: string }, read: Reader, count?: Tally): string[] {
    const files = read(tree, root);
    // The probe leaves out what no rule asks for.
    const keys = read === probed ? SWITCHES : undefined;
    return files ? differences(tree, files, real, releases, count, keys) : ['the files were not read'];
  }

  function shrink(tree: Tree, read: Reader): [Tree, string[]] {
    for (let current = tree; ; ) {
      const candidates = [...smaller(current), current];
      const results = workshop.run(candidates);
      const verdicts = candidates.map((one, i) => (results[i] ? found(one, results[i], read) : []));
      const next = verdicts.findIndex((one) => one.length > 0);
      const smallest = candidates[next] ?? current;
      if (smallest === current) return [current, verdicts[next] ?? ['not reproduced']];
      current = smallest;
    }
  }

  function report(): string {
    const counts = [...features].sort(([, a], [, b]) => b - a).map(([name, count]) => `${count} ${name}`);
    const { known, unknown } = tally;
    return `${COUNT} trees from seed ${SEED}: ${known} values known, ${unknown} unknown\n  ${counts.join(', ')}\n`;
  }
});

/** systemd 255 and later runs on systems alone whose /lib is a link to /usr/lib. */
const readsOwnLib = () => systemdNumber() < 255;
const systemdNumber = () => Number(/systemd (\d+)/.exec(versionOf('systemd-sysctl'))?.[1]);

function systemdRelease(): ProgramName {
  const release = systemdNumber();
  if (release >= 252) return 'systemd-sysctl';
  return release >= 245 ? 'systemd-sysctl before 252' : 'systemd-sysctl before 245';
}

/** The release whose simulation agrees with the real program on trees that tell the releases apart. */
function procpsRelease(workshop: Workshop): ProgramName {
  const tree = (entries: [string, string][]): Tree => ({
    seed: 0,
    entries: new Map(entries.map(([path, line]) => [path, { lines: [line], end: '\n' }])),
    split: false,
    bridge: true,
    features: new Set(),
  });
  const trees = [
    tree([
      ['/etc/sysctl.d/a.conf', 'net.ipv4.ip_forward = 1'],
      ['/run/sysctl.d/a.conf', 'net.ipv4.ip_forward = 0'],
    ]),
    tree([
      ['/etc/sysctl.d/a.conf', 'net.ipv4.ip_f* = 1'],
      ['/etc/sysctl.d/b.conf', '-net.ipv4.ip_?orward'],
    ]),
    tree([['/etc/sysctl.d/a.conf', 'net.ipv4.ip_f* = 1']]),
  ];
  const results = workshop.run(trees);
  const agrees = (procps: ProgramName) =>
    trees.every((one, i) => {
      const real = results[i]?.real;
      return real && differences(one, filesOf(one), real, { systemd: systemdRelease(), procps }).length === 0;
    });
  const release = PROCPS_RELEASES.map(({ is }) => is).find(agrees);
  if (!release) throw new Error('this procps is like none that is known');
  return release;
}
