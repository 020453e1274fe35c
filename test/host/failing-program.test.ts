import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { EVERY, EVERYTHING, failAt, skipping, state, target, undoAfterFaultyLook, unload } from './faults.ts';
import { apply, undo } from './namespace-host.ts';
import { SHELLS } from './shells.ts';

const MINUTES = 60_000;
/** Of so many programs one fails; all of them in a run that is given the time. */
const STRIDE = EVERY ? 1 : 4;
const [dash] = SHELLS;
const { skip, because } = skipping(dash);
const shell = dash ?? { name: 'dash', command: [], path: '' };

describe(`a program that is killed for want of memory${because}`, () => {
  test.skipIf(skip)(
    'in a fix leaves nothing that undo does not take back, and nothing that the fix did not do counts as done',
    async () => {
      using node = await target(shell);
      const before = state(node);
      let at = 1;
      for (let reached = true; reached; at += STRIDE) {
        const fix = failAt(at, 'apply', node);
        reached = fix.reached;
        if (fix.outcome.outcome === 'changed') {
          expect([at, state(node)]).toEqual([
            at,
            expect.stringMatching(/ip_forward:1[\s\S]*ipv6\/conf\/all\/forwarding:1/),
          ]);
        }
        if (/refused|locked/.test(fix.outcome.outcome)) expect([at, nothing(node)]).toEqual([at, before]);
        expect([at, undo(node.host, node).outcome]).toEqual([at, expect.stringMatching(/changed/)]);
        unload(node);
        expect([at, state(node)]).toEqual([at, before]);
      }
      expect(at).toBeGreaterThan(80);
    },
    10 * MINUTES,
  );

  test.skipIf(skip)(
    'in an undo is not taken for success while something is left, and the journal stays until nothing is',
    async () => {
      using node = await target(shell);
      const before = state(node);
      let at = 1;
      for (let reached = true; reached; at += STRIDE) {
        expect([at, apply(node.host, EVERYTHING, node).outcome]).toEqual([at, 'changed']);
        unload(node);
        const result = failAt(at, 'undo', node);
        reached = result.reached;
        const done = /changed/.test(result.outcome.outcome);
        if (done) expect([at, nothing(node)]).toEqual([at, before]);
        // The journal's own directory goes after it.
        if (!done && !existsSync(`${node.root}/var/lib/netprereq/journal`)) {
          expect([at, nothing(node).replace(/^var\/lib\/netprereq: .*\n/m, '')]).toEqual([at, before]);
        }
        expect([at, undo(node.host, node).outcome]).toEqual([at, expect.stringMatching(/changed/)]);
        expect([at, state(node)]).toEqual([at, before]);
      }
      expect(at).toBeGreaterThan(50);
    },
    10 * MINUTES,
  );

  test.skipIf(skip)(
    'in the look before an undo leaves a plan that is refused or right: nothing is half taken back',
    async () => {
      using node = await target(shell);
      const before = state(node);
      apply(node.host, EVERYTHING, node);
      unload(node);
      let fixed = state(node);
      const outcomes = new Set<string>();
      let at = 1;
      for (let reached = true; reached; at += STRIDE) {
        const look = undoAfterFaultyLook(at, node);
        reached = look.reached;
        outcomes.add(look.outcome);
        if (look.outcome === 'changed') {
          expect([at, state(node)]).toEqual([at, before]);
          apply(node.host, EVERYTHING, node);
          unload(node);
          fixed = state(node);
        } else {
          expect([at, state(node)]).toEqual([at, fixed]);
        }
      }
      expect([...outcomes].toSorted()).toEqual(expect.arrayContaining(['changed', 'refused']));
      expect(at).toBeGreaterThan(25);
    },
    10 * MINUTES,
  );
});

/** The state without a lock that could not be removed, or not be taken: an empty file. The next run takes it over. */
function nothing(node: Parameters<typeof state>[0]): string {
  return state(node).replaceAll(/^run\/netprereq\.lock.*\n\n?/gm, '');
}
