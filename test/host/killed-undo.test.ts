import { describe, expect, test } from 'vitest';
import { EVERY, EVERYTHING, expectWholeFiles, killBefore, skipping, state, target, unload } from './faults.ts';
import { apply, undo } from './namespace-host.ts';
import { SHELLS } from './shells.ts';

const MINUTES = 60_000;
const ALL = SHELLS.filter(({ name }) => name !== 'bash').map((shell) => ({ shell, ...skipping(shell) }));

describe.each(ALL)('an undo under $shell.name that is killed before any of its commands$because', ({ shell, skip }) => {
  test.skipIf(skip)(
    'is completed by a second undo',
    async () => {
      using node = await target(shell);
      const before = state(node);
      const seen = new Set<string>();
      let at = 1;
      const fixed = () => expect(apply(node.host, EVERYTHING, node)).toMatchObject({ outcome: 'changed' });
      fixed();
      for (; killBefore(at, 'undo', node); at++) {
        expectWholeFiles(node);
        seen.add(state(node));
        expect(undo(node.host, node).outcome).toMatch(/changed/);
        unload(node);
        expect(state(node)).toBe(before);
        fixed();
      }
      expect(at).toBeGreaterThan(EVERY ? 45 : 20);
      expect(seen.size).toBeGreaterThan(10);
    },
    10 * MINUTES,
  );
});
