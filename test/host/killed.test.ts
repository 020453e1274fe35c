import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { killBefore, killInWrite, state, type Target } from './kill-points.ts';
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
 * leaves and that no earlier kill has left, with what brings that state about again. Gives how many kills and states there were.
 */
function killEverywhere(
  script: 'apply' | 'undo',
  target: Target,
  begin: () => void,
  then: (again: () => void) => void,
) {
  const seen = new Set<string>();
  let at = 1;
  begin();
  for (; killBefore(at, script, target); at++) {
    const left = state(target);
    if (seen.has(left)) continue;
    seen.add(left);
    then(() => killBefore(at, script, target));
    begin();
  }
  return { kills: at - 1, states: seen.size };
}

const WHOLE = [
  { path: 'etc/modules-load.d/netprereq.conf', text: /^# Written by [\s\S]*\nbr_netfilter\n$/ },
  { path: 'etc/sysctl.d/99-zz-netprereq.conf', text: /^# Written by [\s\S]*\nnet\.ipv4\.ip_forward = 1\n$/ },
  { path: 'var/lib/netprereq/journal', text: /^netprereq-journal 1\n([a-z]+ \w+ \d+ \S{36}( \S+)*\n)+$/ },
  { path: 'run/netprereq.lock', text: /^netprereq-lock 1 \d+ \d+ \S{36} \w+ \d+\n$/ },
];

/** A file under its own name is all there, or not at all. */
function expectWholeFiles({ root }: Target): void {
  for (const { path, text } of WHOLE) {
    if (existsSync(`${root}/${path}`)) expect(readFileSync(`${root}/${path}`, 'utf8')).toMatch(text);
  }
}

// One of the two directories is there already, the other one has to be made.
const { '/etc/modules-load.d/modules.conf': _, ...TREE } = PLAIN;

describe(`a run that is killed before any of its commands${because}`, () => {
  check(
    'is undone by undo, or completed by a second fix, which undo then takes back',
    async () => {
      using host = await namespaceHost();
      using tree = nodeTree(TREE);
      const target = { host, root: tree.root };
      const before = state(target);
      const change = { root: tree.root, shell: dash };
      const undone = () => {
        expect(undo(host, change).outcome).toMatch(/changed/);
        expect(state(target)).toBe(before);
      };
      const counts = killEverywhere('apply', target, undone, (again) => {
        expectWholeFiles(target);
        undone();
        again();
        expect(apply(host, FORWARDING, change).outcome).toMatch(/changed/);
        expect(state(target)).toContain('ipv4/ip_forward:1');
      });
      expect(counts.kills).toBeGreaterThan(40);
      expect(counts.states).toBeGreaterThan(20);
    },
    10 * MINUTES,
  );

  check(
    'never leaves half a file under its own name, not even when it is killed in the middle of writing',
    async () => {
      using host = await namespaceHost();
      using tree = nodeTree(TREE);
      const target = { host, root: tree.root };
      const before = state(target);
      let at = 1;
      for (; killInWrite(at, target); at++) {
        expectWholeFiles(target);
        undo(host, { root: tree.root, shell: dash });
        expect(state(target)).toBe(before);
      }
      expect(at).toBeGreaterThan(8);
    },
  );

  check(
    'is completed by a second undo',
    async () => {
      using host = await namespaceHost();
      using tree = nodeTree(TREE);
      const target = { host, root: tree.root };
      const before = state(target);
      const change = { root: tree.root, shell: dash };
      const counts = killEverywhere(
        'undo',
        target,
        () => expect(apply(host, FORWARDING, change)).toMatchObject({ outcome: 'changed' }),
        () => {
          expectWholeFiles(target);
          expect(undo(host, change).outcome).toMatch(/changed/);
          expect(state(target)).toBe(before);
        },
      );
      expect(counts.kills).toBeGreaterThan(15);
      expect(counts.states).toBeGreaterThan(10);
    },
    10 * MINUTES,
  );
});
