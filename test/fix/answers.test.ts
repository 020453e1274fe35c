import { describe, expect, test } from 'vitest';
import { planRequest } from '../../src/apply/script.ts';
import { applied } from '../../src/fix/applied.ts';
import { undone } from '../../src/fix/undone.ts';
import type { UndoPlan, UndoStep } from '../../src/plan/undo.ts';
import { cksum } from '../../src/probe/envelope.ts';
import { BOOT_ID } from '../plan/nodes.ts';
import { NOTHING_OWNED, nodeFacts } from '../rules/facts.ts';
import { worded } from '../support/worded.ts';

const NODE = { name: 'node-1', system: null } as unknown as Parameters<typeof applied>[0];
const PLAN = { node: 'node-1', bootId: BOOT_ID, steps: [], manual: [] };

/** What a script answers, in its envelope. */
function answered(...lines: readonly string[]) {
  const payload = [...lines, 'end'].join('\t');
  const message = `np1 raw ${payload.length} ${cksum(Buffer.from(payload))} ${payload}`;
  return { is: 'answered', message } as const;
}

describe('what a report says of an answer', () => {
  test.each([
    ['forward', /^iptables -S FORWARD$/m],
    ['forward', /--allow-other-bridges$/],
    ['tools', /--image/],
    ['before', /^kubectl netprereq fix node-1$/m],
  ])('a fix that is refused (%s) says what to do', (code, remedy) => {
    const result = applied(
      NODE,
      PLAN,
      nodeFacts(),
      answered('np-apply 1', `outcome refused ${code}`, 'reason =because'),
    );
    expect(result).toMatchObject({ outcome: 'refused', reason: 'because: nothing was changed' });
    expect(worded(result.remedy)?.join('\n')).toMatch(remedy);
  });

  test('a fix or an undo that could not begin for want of a program has changed nothing', () => {
    const change = { is: 'answered', message: 'np1 error there is no awk here' } as const;
    const said = { outcome: 'refused', reason: 'there is no awk here: nothing was changed' };
    for (const result of [applied(NODE, PLAN, nodeFacts(), change), undone(NODE, undoPlan(), change)]) {
      expect(result).toMatchObject({ ...said, remedy: [expect.stringContaining('--image')] });
    }
  });

  test('an undo says whether it has removed a file or given an earlier one back, and what failed', () => {
    const step = (what: string, after: string): UndoStep => {
      const operation = { do: 'write-file', path: what, before: '=', after: '-' } as const;
      return {
        do: after === 'absent' ? 'remove-file' : 'restore-file',
        what,
        before: 'present',
        after,
        is: 'planned',
        operation,
      };
    };
    const earlier = 'as before the first fix';
    const kept: UndoStep = { do: 'restore-file', what: '/c', before: earlier, after: earlier, is: 'unchanged' };
    const plan = undoPlan([step('/a', 'absent'), step('/b', earlier), kept, step('/d', 'absent')], [{ do: 'forget' }]);
    const lines = ['step 1 done =', 'step 2 done =', 'step 3 failed =why', 'step 4 not-reached ='];
    const result = undone(NODE, plan, answered('np-apply 1', 'outcome failed', ...lines));
    expect(result).toMatchObject({ outcome: 'failed', reason: '/d: why' });
    expect(result.steps).toEqual([
      { do: 'remove-file', what: '/a', before: 'present', after: 'absent', outcome: 'changed' },
      { do: 'restore-file', what: '/b', before: 'present', after: earlier, outcome: 'changed' },
      { do: 'restore-file', what: '/c', before: earlier, after: earlier, outcome: 'unchanged' },
      { do: 'remove-file', what: '/d', before: 'present', after: 'absent', outcome: 'failed', reason: 'why' },
    ]);
  });

  test('an undo that took all back but could not remove the journal has failed', () => {
    const plan = undoPlan([], [{ do: 'forget' }]);
    const result = undone(NODE, plan, answered('np-apply 1', 'outcome failed', 'step 1 failed =full'));
    expect(result).toMatchObject({ outcome: 'failed', reason: 'the journal: full' });
  });

  test('what is said last of a step counts: it did not stay', () => {
    const plan = undoPlan(
      [{ do: 'restore-sysctl', what: 'x', before: '1', after: '0', is: 'planned', operation: WRITE }],
      [{ do: 'forget' }],
    );
    const lines = ['step 1 done =', 'step 2 not-reached =', 'step 1 failed =gone'];
    expect(undone(NODE, plan, answered('np-apply 1', 'outcome failed', ...lines))).toMatchObject({
      reason: 'net/x: gone',
      steps: [{ outcome: 'failed', reason: 'gone' }],
    });
  });
});

const WRITE = { do: 'write-sysctl', path: 'net/x', before: '=1', after: '=0' } as const;

/** A plan to undo. */
function undoPlan(steps: UndoStep[] = [], besides: UndoPlan['besides'] = []): UndoPlan {
  return { bootId: BOOT_ID, owned: NOTHING_OWNED, steps, besides, notes: [] };
}

test('a request carries what the node is to look at before the first step', () => {
  const timing = { run: 'run1', now: 1, notAfter: 2 };
  const lines = (guards?: readonly 'forward'[]) =>
    planRequest({ bootId: BOOT_ID, steps: [], ...(guards && { guards }) }, nodeFacts(), timing).split('\n');
  expect(lines(['forward'])).toContain('guard forward');
  expect(lines().filter((line) => line.startsWith('guard'))).toEqual([]);
});
