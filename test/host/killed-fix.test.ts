import { describe, expect, test } from 'vitest';
import {
  EVERY,
  EVERYTHING,
  expectWholeFiles,
  killBefore,
  killInWrite,
  skipping,
  state,
  target,
  unload,
} from './faults.ts';
import { apply, undo } from './namespace-host.ts';
import { SHELLS } from './shells.ts';

const MINUTES = 60_000;
// What differs between shells is whether they carry the script out, which other tests show: one of them is killed everywhere.
const ALL = SHELLS.filter(({ name }) => name !== 'bash').map((shell) => ({
  shell,
  stride: shell.name === 'dash' ? (EVERY ? 1 : 3) : EVERY ? 4 : 10,
  ...skipping(shell),
}));

describe.each(ALL)(
  'a fix under $shell.name that is killed before any of its commands$because',
  ({ shell, stride, skip }) => {
    test.skipIf(skip)(
      'is undone by undo, or completed by a second fix, which undo then takes back',
      async () => {
        using node = await target(shell);
        const before = state(node);
        const undone = () => {
          expect(undo(node.host, node).outcome).toMatch(/changed/);
          unload(node);
          expect(state(node)).toBe(before);
        };
        const seen = new Set<string>();
        let at = 1;
        for (; killBefore(at, 'apply', node); at += stride) {
          const left = state(node);
          const known = seen.has(left);
          seen.add(left);
          expectWholeFiles(node);
          undone();
          if (known) continue;
          killBefore(at, 'apply', node);
          expect(apply(node.host, EVERYTHING, { ...node, run: 'second' }).outcome).toMatch(/changed/);
          expect(state(node)).toMatch(/ipv4\/ip_forward:1[\s\S]*ipv6\/conf\/all\/forwarding:1/);
          undone();
        }
        expect(at).toBeGreaterThan(EVERY ? 85 : 50);
        expect(seen.size).toBeGreaterThan(stride === 1 ? 40 : 5);
      },
      10 * MINUTES,
    );
  },
);

const [dash] = SHELLS;
const { skip, because } = skipping(dash);

test.skipIf(skip)(
  `a fix never leaves half a file under its own name, not even when it is killed in the middle of writing${because}`,
  async () => {
    using node = await target(dash ?? expect.fail());
    const before = state(node);
    let at = 1;
    for (; killInWrite(at, node); at++) {
      expectWholeFiles(node);
      undo(node.host, node);
      unload(node);
      expect(state(node)).toBe(before);
    }
    expect(at).toBeGreaterThan(8);
  },
);
