import { describe, expect, test } from 'vitest';
import type { NodeFacts } from '../../src/facts/facts.ts';
import { planFor } from '../../src/fix/undo.ts';
import { undone, undoPlanned } from '../../src/fix/undone.ts';
import { difference } from '../../src/plan/difference.ts';
import type { UndoPlan, UndoRefusal, UndoStep } from '../../src/plan/undo.ts';
import type { Outcome } from '../../src/pods/answer.ts';
import { NOTHING_OWNED, nodeFacts } from '../rules/facts.ts';
import { answer } from '../support/fixing.ts';
import { worded } from '../support/worded.ts';

const node = { name: 'node-1', system: { os: null, kernel: null, arch: null, runtime: null } };
const PATH = '/etc/sysctl.d/99-zz-netprereq.conf';
const base64 = (text: string) => `=${Buffer.from(text).toString('base64')}`;

describe('how a file of ours differs', () => {
  const differs = (expected: string, found: string) =>
    difference({ path: PATH, expected: base64(expected), found: /^(-|link)$/.test(found) ? found : base64(found) });
  const long = `${'# x\n'.repeat(230)}`;
  test.for<[string, string[], string[]]>([
    ['a line was added', differs('a = 1\n', 'a = 1\nb = 2\n'), ['+ b = 2']],
    ['a line was changed', differs('a = 1\nb = 1\n', 'a = 0\nb = 1\n'), ['- a = 1', '+ a = 0']],
    ['lines were reordered', differs('a\nb\nc\n', 'c\na\nb\n'), ['+ c', '- c']],
    ['a line is there twice', differs('a\n', 'a\na\n'), ['+ a']],
    ['an empty line was added', differs('a\n', 'a\n\n'), ['+ ']],
    ['the last newline is gone', differs('a\n', 'a'), ['- a', '+ a (no newline at the end)']],
    ['lines end as on Windows', differs('a\n', 'a\r\n'), ['- a', '+ a\\r']],
    ['all lines are gone', differs('a\n', ''), ['- a']],
    ['it is gone', differs('a\n', '-'), ['  it is gone']],
    ['it is a link', differs('a\n', 'link'), ['  it is a link now']],
    [
      'it is longer than is compared',
      differs('a\n', long),
      ['- a', ...Array.from({ length: 9 }, () => '+ # x'), '…', '  Compared up to 900 bytes'],
    ],
    ['it differs behind that', differs(long, `${long}x`), ['  Compared up to 900 bytes, which are the same']],
  ])('%s', ([, lines, expected]) => {
    expect(lines).toEqual(expected);
  });
});

describe('an undo that is refused', () => {
  const refusal = (parts: Partial<UndoRefusal>): UndoRefusal => ({ code: 'edited', reason: 'because', ...parts });

  test.for([
    ['link', '  it is a link now'],
    ['-', '  it is gone'],
  ])('tells that %s stands in the place of our file', ([found = '', line = '']) => {
    const edited = [{ path: PATH, expected: base64('a\n'), found }];
    expect(worded(undoPlanned(node, refusal({ edited })))).toMatchObject({
      outcome: 'refused',
      reason: 'because: nothing was changed',
      remedy: [`${PATH} was edited since fix wrote it:`, line, 'To undo it anyway: --force'],
    });
  });

  test('without a journal names our files, and what to type', () => {
    expect(worded(undoPlanned(node, refusal({ code: 'no-journal', unjournalled: [PATH] })))).toMatchObject({
      outcome: 'refused',
      reason: 'because: nothing was changed',
      remedy: [expect.stringContaining(PATH), `rm ${PATH}`, 'kubectl netprereq check node-1'],
    });
  });
});

const STEPS: UndoStep[] = [
  {
    do: 'remove-file',
    what: PATH,
    before: 'present',
    after: 'absent',
    is: 'planned',
    operation: { do: 'write-file', path: PATH, before: base64('a\n'), after: '-' },
  },
  { do: 'unload-module', what: 'br_netfilter', before: 'present', after: 'absent', is: 'left', reason: 'it stays' },
];
const plan: UndoPlan = {
  bootId: 'b',
  owned: NOTHING_OWNED,
  steps: STEPS,
  besides: [{ do: 'forget' }],
  notes: [],
};

describe('an undo whose answer had no room for its steps', () => {
  test.for(['failed', 'changed'])('says so: %s', (outcome) => {
    const message = answer('np-apply 1', `outcome ${outcome}`, 'dropped step', 'end');
    expect(undone(node, plan, { is: 'answered', message })).toMatchObject({
      outcome,
      reason: 'the answer was truncated: not every item is known',
    });
  });
});

describe('what undo would do', () => {
  test('is a plan', () => {
    expect(undoPlanned(node, plan)).toMatchObject({
      outcome: 'planned',
      steps: [
        { do: 'remove-file', outcome: 'planned' },
        { do: 'unload-module', outcome: 'left', reason: 'it stays' },
      ],
    });
  });

  test('is nothing without a journal', () => {
    expect(undoPlanned(node, { ...plan, steps: [], besides: [] })).toMatchObject({ outcome: 'unchanged', steps: [] });
  });

  test.for<[string, Outcome, RegExp]>([
    ['of a node that gave no answer', { unknown: 'the kubelet is gone' }, /^the kubelet is gone$/],
    ['of an answer that had no room for it', { facts: withoutOwned() }, /truncated/],
    ['of a node that does not tell which boot it is', { facts: nodeFacts() }, /boot id/],
  ])('is not known %s', ([, outcome, reason]) => {
    expect(planFor(outcome, { force: false })).toMatchObject({ unknown: expect.stringMatching(reason) });
  });
});

function withoutOwned(): NodeFacts {
  const { owned: _, ...facts } = nodeFacts({ boot: { id: 'b' } });
  return facts;
}
