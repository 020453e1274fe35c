import { describe, expect, test } from 'vitest';
import { killBefore, state, type Target } from './kill-points.ts';
import { apply, FORWARDING, namespaceHost, PLAIN, undo } from './namespace-host.ts';
import { nodeTree } from './node-tree.ts';
import { noNamespaces, SHELLS } from './shells.ts';

const missing = SHELLS.slice(0, 2).find((shell) => shell.missing)?.missing ?? noNamespaces;
const because = missing ? ` (skipped: ${missing})` : '';
const check = test.skipIf(missing !== undefined);
const [dash = { name: 'dash', command: ['dash'], path: '' }] = SHELLS;
const MINUTES = 60_000;

/**
 * Kills a script before each of its commands, every time from the same state, and calls `then` for each state that this
 * leaves and that no earlier kill has left. Gives how many kills and how many states there were.
 */
function killEverywhere(script: 'apply' | 'undo', target: Target, begin: () => void, then: () => void) {
  const seen = new Set<string>();
  let at = 1;
  begin();
  for (; killBefore(at, script, target); at++) {
    const left = state(target);
    if (seen.has(left)) continue;
    seen.add(left);
    then();
    begin();
  }
  return { kills: at - 1, states: seen.size };
}

const OURS = /(netprereq\.conf|99-zz-netprereq\.conf|journal|netprereq\.lock): /;

/** A file of ours has its header and its end, or is not there. */
function expectWholeFiles(target: Target): void {
  for (const entry of state(target).split(/\n(?=[^\n]*: \d+ #:#|[a-z]+\/)/)) {
    if (OURS.test(entry)) expect(entry.split('\n').length, entry).toBeGreaterThan(1);
  }
}

describe(`a run that is killed before any of its commands${because}`, () => {
  check(
    'is undone by undo: nothing is left of a killed fix',
    async () => {
      using host = await namespaceHost();
      using tree = nodeTree(PLAIN);
      const target = { host, root: tree.root };
      const before = state(target);
      const counts = killEverywhere(
        'apply',
        target,
        () => {
          undo(host, { root: tree.root, shell: dash });
          expect(state(target)).toBe(before);
        },
        () => expectWholeFiles(target),
      );
      expect(counts.kills).toBeGreaterThan(100);
      expect(counts.states).toBeGreaterThan(20);
    },
    5 * MINUTES,
  );

  check(
    'is completed by a second fix, which undo then takes back',
    async () => {
      using host = await namespaceHost();
      using tree = nodeTree(PLAIN);
      const target = { host, root: tree.root };
      const before = state(target);
      const change = { root: tree.root, shell: dash };
      killEverywhere(
        'apply',
        target,
        () => {
          expect(undo(host, change).outcome).toMatch(/changed/);
          expect(state(target)).toBe(before);
        },
        () => {
          expect(apply(host, FORWARDING, change).outcome).toMatch(/changed/);
          expect(state(target)).toContain('ipv4/ip_forward:1');
        },
      );
    },
    5 * MINUTES,
  );

  check(
    'is completed by a second undo',
    async () => {
      using host = await namespaceHost();
      using tree = nodeTree(PLAIN);
      const target = { host, root: tree.root };
      const before = state(target);
      const change = { root: tree.root, shell: dash };
      const counts = killEverywhere(
        'undo',
        target,
        () => expect(apply(host, FORWARDING, change)).toMatchObject({ outcome: 'changed' }),
        () => {
          expect(undo(host, change).outcome).toMatch(/changed/);
          expect(state(target)).toBe(before);
        },
      );
      expect(counts.states).toBeGreaterThan(10);
    },
    5 * MINUTES,
  );
});
