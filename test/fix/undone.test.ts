import { describe, expect, test } from 'vitest';
import { foretold, undone } from '../../src/fix/undone.ts';
import { difference } from '../../src/plan/difference.ts';
import { answer } from '../support/fixing.ts';

const node = { name: 'node-1', system: { os: null, kernel: null, arch: null, runtime: null } };
const PATH = '/etc/sysctl.d/99-zz-netprereq.conf';
const base64 = (text: string) => `=${Buffer.from(text).toString('base64')}`;

describe('how a file of ours differs', () => {
  const differs = (expected: string, found: string | undefined, isLink = false) =>
    difference({ path: PATH, expected, found, isLink });
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
    ['it is gone', differs('a\n', undefined), ['  it is gone']],
    ['it is a link', differs('a\n', undefined, true), ['  it is a link now']],
    [
      'it is longer than a node tells',
      differs('a\n', long.slice(0, 900)),
      ['- a', ...Array.from({ length: 9 }, () => '+ # x'), '…', '  Compared up to 900 bytes'],
    ],
    [
      'it differs behind that',
      differs(long.slice(0, 900), long.slice(0, 900)),
      ['  Compared up to 900 bytes, which are the same'],
    ],
  ])('%s', ([, lines, expected]) => {
    expect(lines).toEqual(expected);
  });
});

describe('an undo that is refused', () => {
  test.for([
    ['link', '  it is a link now'],
    ['-', '  it is gone'],
  ])('tells that %s stands in the place of our file', ([found = '', line = '']) => {
    const edited = `edited ${PATH} ${base64('a\n')} ${found}`;
    const message = answer('np-undo 1', 'outcome refused edited', 'reason =edited', edited, 'end');
    expect(undone(node, { is: 'answered', message }).remedy?.slice(0, 2)).toEqual([
      `${PATH} is not as it was written here:`,
      line,
    ]);
  });

  test('proposes to remove our own files only, whatever the node says of others', () => {
    const others = ['ours /etc/x', 'ours \\0057etc\\0057x\\0073id', `ours ${PATH}`];
    const message = answer('np-undo 1', 'outcome refused no-journal', 'reason =x', ...others, 'end');
    const { remedy = [] } = undone(node, { is: 'answered', message });
    expect(remedy.filter((line) => line.startsWith('rm '))).toEqual([`rm ${PATH}`]);
  });

  test('says where to look when what differs had no room in the answer', () => {
    const message = answer('np-undo 1', 'outcome refused edited', 'reason =edited', 'dropped edited', 'end');
    expect(undone(node, { is: 'answered', message }).remedy).toContain(`cat ${PATH}`);
  });
});

describe('an undo whose answer had no room for its items', () => {
  test.for(['failed', 'changed'])('says so: %s', (outcome) => {
    const message = answer('np-undo 1', `outcome ${outcome}`, 'dropped item', 'end');
    expect(undone(node, { is: 'answered', message })).toMatchObject({
      outcome,
      reason: 'its answer had no room for the things one by one',
    });
  });
});

describe('what undo would do', () => {
  const told = answer(
    'np-undo 1',
    'outcome changed',
    `item file ${PATH} restored present absent =`,
    'item value net/ipv4/ip_forward restored =1 =0 =',
    'item module br_netfilter left - - =it\\0040stays',
    'end',
  );
  test('is a plan', () => {
    const { outcome, steps } = foretold(node, { is: 'answered', message: told });
    expect([outcome, steps?.map((step) => `${step.do} ${step.outcome}`)]).toEqual([
      'planned',
      ['remove-file planned', 'restore-sysctl planned', 'unload-module left'],
    ]);
  });

  test.for([
    [answer('np-undo 1', 'outcome unchanged', 'end'), 'unchanged', undefined],
    ['', 'unknown', /^what there is to take back is not known: /],
    [
      answer('np-undo 1', 'outcome refused journal', 'reason =another', 'end'),
      'refused',
      /^another: nothing was changed$/,
    ],
  ] as const)('is %j: %s', ([message, outcome, reason]) => {
    const found = foretold(node, { is: 'answered', message });
    expect(found.outcome).toBe(outcome);
    if (reason) expect(found.reason).toMatch(reason);
  });

  test('is not known of a node whose pod did not start, and that nothing was done needs no word', () => {
    const found = foretold(node, { is: 'not-begun', why: 'the kubelet is gone', remedy: ['kubectl get nodes'] });
    expect(found).toMatchObject({
      outcome: 'unknown',
      reason: 'what there is to take back is not known: the kubelet is gone',
      remedy: ['kubectl get nodes'],
    });
  });
});
