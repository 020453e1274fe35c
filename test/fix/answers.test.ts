import { describe, expect, test } from 'vitest';
import { planRequest } from '../../src/apply/script.ts';
import { applied } from '../../src/fix/applied.ts';
import { undone } from '../../src/fix/undone.ts';
import { cksum } from '../../src/probe/envelope.ts';
import { BOOT_ID } from '../plan/nodes.ts';

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
    ['undo', /^kubectl netprereq undo node-1$/],
    ['tools', /--image/],
    ['before', /^kubectl netprereq fix node-1$/m],
  ])('a fix that is refused (%s) says what to do', (code, remedy) => {
    const result = applied(NODE, PLAN, answered('np-apply 1', `outcome refused ${code}`, 'reason =because'));
    expect(result).toMatchObject({ outcome: 'refused', reason: 'because: nothing was changed' });
    expect(result.remedy?.join('\n')).toMatch(remedy);
  });

  test('a fix or an undo that could not begin for want of a program has changed nothing', () => {
    const change = { is: 'answered', message: 'np1 error there is no awk here' } as const;
    const said = { outcome: 'refused', reason: 'there is no awk here: nothing was changed' };
    for (const result of [applied(NODE, PLAN, change), undone(NODE, change)]) {
      expect(result).toMatchObject({ ...said, remedy: [expect.stringContaining('--image')] });
    }
  });

  test('an undo without a journal names our files, and what to type', () => {
    const path = '/etc/sysctl.d/99-zz-netprereq.conf';
    const change = answered('np-undo 1', 'outcome refused no-journal', 'reason =none', `ours ${path}`);
    expect(undone(NODE, change)).toMatchObject({
      outcome: 'refused',
      reason: 'none: nothing was changed',
      remedy: [expect.stringContaining(path), `rm ${path}`, 'kubectl netprereq check node-1'],
    });
  });

  test('an undo says whether it has removed a file or given an earlier one back', () => {
    const change = answered(
      'np-undo 1',
      'outcome changed',
      'item file /a restored present absent =',
      'item file /b restored present earlier =',
      'item file /c unchanged earlier earlier =',
      'item file /d failed ? ? =why',
    );
    expect(undone(NODE, change).steps).toEqual([
      { do: 'remove-file', what: '/a', before: 'present', after: 'absent', outcome: 'changed' },
      { do: 'restore-file', what: '/b', before: 'present', after: 'as before the first fix', outcome: 'changed' },
      {
        do: 'restore-file',
        what: '/c',
        before: 'as before the first fix',
        after: 'as before the first fix',
        outcome: 'unchanged',
      },
      { do: 'remove-file', what: '/d', before: 'present', after: 'absent', outcome: 'failed', reason: 'why' },
    ]);
  });
});

test('a request carries what the node is to look at before the first step', () => {
  const timing = { run: 'run1', now: 1, notAfter: 2 };
  const lines = (guards?: readonly 'forward'[]) =>
    planRequest({ bootId: BOOT_ID, steps: [], ...(guards && { guards }) }, timing).split('\n');
  expect(lines(['forward'])).toContain('guard forward');
  expect(lines().filter((line) => line.startsWith('guard'))).toEqual([]);
});
