import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Boot } from '../../src/boot/boot.ts';
import { FORWARD4, FORWARD6, flannel, nodeFacts } from '../rules/facts.ts';
import { filesOf } from './generator/sysctl-facts.ts';
import { mended } from './generator/sysctl-mend.ts';
import { versionOf, Workshop, whyNotReal } from './generator/sysctl-real.ts';
import { describeTree, randomTree, type Tree } from './generator/sysctl-tree.ts';

const COUNT = Number(process.env.NETPREREQ_TREES ?? 100);
const SEED = Number(process.env.NETPREREQ_SEED ?? Date.now() % 1_000_000_000);
const BATCH = 100;
const OWN = '/etc/sysctl.d/99-zz-netprereq.conf';

// The release of systemd is taken from os-release, here Debian 12's.
const modern = Number(/systemd (\d+)/.exec(versionOf('systemd-sysctl'))?.[1]) >= 252;
const why = whyNotReal() ?? (modern ? undefined : 'needs systemd 252');

describe.skipIf(why)(
  `what is in the way of random boots, by the real systemd-sysctl${why ? ` (skipped: ${why})` : ''}`,
  () => {
    let workshop: Workshop;
    beforeAll(() => {
      workshop = new Workshop();
    });
    afterAll(() => workshop?.[Symbol.dispose]());

    test(`where what is named has gone, forwarding is on (${COUNT} trees, NETPREREQ_SEED=${SEED})`, () => {
      let mendedOnes = 0;
      for (let from = 0; from < COUNT; from += BATCH) {
        const trees = Array.from({ length: Math.min(BATCH, COUNT - from) }, (_, i) => randomTree(SEED + from + i));
        const cases = trees
          .filter(isPlain)
          .flatMap((tree) => ([FORWARD4, FORWARD6] as const).flatMap((key) => mend(tree, key)));
        mendedOnes += cases.length;
        const results = workshop.run(cases.map(({ after }) => after));
        for (const [i, { tree, after, key, steps }] of cases.entries()) {
          const value = results[i]?.real.boot[key];
          if (Number(value) === 0)
            expect.fail(`${key} is ${value} after ${steps}\n${describeTree(tree)}\n${describeTree(after)}`);
        }
        workshop.clear();
      }
      // A share of few is no measure.
      if (COUNT >= 300) expect(mendedOnes).toBeGreaterThan(COUNT / 4);
    }, 3_600_000);
  },
);

/** Names that any editor can open; our own file may end in the middle of a line, to which echo would add. */
function isPlain(tree: Tree): boolean {
  return [...tree.entries.keys()].every((path) => /^[!-~]+$/.test(path) && !path.endsWith('/99-zz-netprereq.conf'));
}

function mend(tree: Tree, key: typeof FORWARD4 | typeof FORWARD6) {
  const boot = bootOfTree(tree);
  const value = boot.sysctl(key);
  if (value.is !== 'value' || Number(value.value) !== 0) return [];
  const way = boot.blockersOfSysctl(key, (text) => Number(text) !== 0, '1');
  const after = mended(tree, way, OWN, `${key} = 1`);
  // What had its say before may turn out to be unreadable once it is the last: then the way is as far as is known, and no promise.
  if (bootOfTree(after).sysctl(key).is === 'unknown') return [];
  return [{ tree, key, steps: JSON.stringify(way), after }];
}

function bootOfTree(tree: Tree) {
  const commandLine = (tree.parameters ?? []).map(([path, value]) => `sysctl.${path.replaceAll('/', '.')}=${value}`);
  const maskedUnits = tree.masked ? ['systemd-sysctl.service'] : [];
  const facts = nodeFacts({
    boot: { init: 'systemd', commandLine: commandLine.join(' '), maskedUnits, sysctl: filesOf(tree) },
  });
  return new Boot(facts, flannel, { sysctl: OWN, modules: '/etc/modules-load.d/netprereq.conf' });
}
