import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import undoPlan from '../../src/apply/undo-plan.awk';

const AWKS = [['awk'], ['mawk'], ['gawk'], ['busybox', 'awk']].map((command) => ({
  name: command.join(' '),
  command,
  missing: spawnSync('sh', ['-c', `command -v ${command[0]}`]).status !== 0,
}));

/** Records of the journal as its run, boot and words; the rest are lines of what there is now. */
function ask(command: readonly string[], question: string, lines: readonly string[], end = ['eof']): string[] {
  const journal = lines.map((line) => {
    const [kind, run = '', ...words] = line.split(' ');
    if (kind === 'now') return line;
    const [id, boot = 'this'] = run.split('@');
    return [kind, id, '1795480000', boot, ...words].join(' ');
  });
  const [file = '', ...args] = [...command, '-v', `ask=${question}`, '-v', 'boot=this', undoPlan];
  const input = [...journal, ...end, ''].join('\n');
  const { status, stdout } = spawnSync(file, args, { input, encoding: 'utf8' });
  const answer = stdout.trimEnd().split('\n');
  return status === 0 && answer.at(-1) === 'end' ? answer.slice(0, -1) : ['cut off'];
}

const OFF_ON = ['value a ip4 =0 =1', 'side a all4 =0', 'side a lo4 =1'];
const SETTLED = [...OFF_ON, 'caused a all4 =0 =1', 'settled a ip4'];
const IPV6 = ['value b ip6 =0 =1', 'side b lo6 =0', 'caused b lo6 =0 =1', 'settled b ip6'];

describe.each(AWKS)('what undo restores, by $name', ({ command, missing }) => {
  const check = test.skipIf(missing);

  check.each<[title: string, journal: readonly string[], now: readonly string[], plan: readonly string[]]>([
    ['is nothing without a record', [], [], []],
    [
      'is what was written, then what changed along with it',
      SETTLED,
      ['ip4 =1', 'all4 =1', 'lo4 =1'],
      ['target ip4 =0 ours value', 'target all4 =0 ours side', 'target lo4 =1 ours side'],
    ],
    [
      'is not what somebody has set since',
      SETTLED,
      ['ip4 =2', 'all4 =1', 'lo4 =0'],
      ['target ip4 =2 other value', 'target all4 =0 ours side', 'target lo4 =0 other side'],
    ],
    [
      'is whatever a run may have changed that was killed before it looked',
      OFF_ON,
      ['ip4 =1', 'all4 =1', 'lo4 =0'],
      ['target ip4 =0 ours value', 'target all4 =0 ours side', 'target lo4 =1 ours side'],
    ],
    [
      'is that too after a later run of the other family has settled what it changed itself',
      [...OFF_ON, ...IPV6],
      ['ip4 =1', 'all4 =1', 'lo4 =0', 'ip6 =1', 'lo6 =1'],
      [
        'target ip6 =0 ours value',
        'target ip4 =0 ours value',
        'target all4 =0 ours side',
        'target lo4 =1 ours side',
        'target lo6 =0 ours side',
      ],
    ],
    [
      'is closed by a later run of the same family, which has looked at it again',
      [...OFF_ON, 'value b ip4 =0 =1', 'side b all4 =0', 'side b lo4 =0', 'settled b ip4'],
      ['ip4 =1', 'all4 =0', 'lo4 =5'],
      ['target ip4 =0 ours value', 'target all4 =0 ours side', 'target lo4 =5 other side'],
    ],
    [
      'comes back in the opposite order',
      ['value a ra =1 =2', 'value a ip6 =0 =1'],
      ['ra =2', 'ip6 =1'],
      ['target ip6 =0 ours value', 'target ra =1 ours value'],
    ],
    [
      'is what stood there before the first of several runs',
      ['value a x =0 =1', 'value b x =1 =2'],
      ['x =2'],
      ['target x =0 ours value'],
    ],
    [
      'begins anew with what somebody set between two runs',
      ['value a x =0 =1', 'value b x =7 =2'],
      ['x =2'],
      ['target x =7 ours value'],
    ],
    ['is past after a reboot', ['value a@other x =0 =1'], ['x =1'], []],
    ['is gone with its interface', ['value a x =0 =1'], ['x -'], []],
    ['is asked for where it was not read', ['value a x =0 =1'], [], ['missing x']],
  ])('%s', (_, journal, now, plan) => {
    const lines = [...journal, ...now.map((line) => `now ${line}`)];
    expect(ask(command, 'plan', lines)).toEqual(plan);
  });

  check.each<[title: string, journal: readonly string[], now: string, answer: string]>([
    ['one that is as it was written', ['file a f - =A'], 'f =A', 'f - =A 0'],
    ['one that was not written after all', ['file a f =T =A'], 'f =T', 'f =T =A 0'],
    ['one of several runs', ['file a f =T =A', 'file b f =A =B'], 'f =B', 'f =T =B 0'],
    ['one that has been edited since', ['file a f - =A'], 'f =X', 'f - =A 1'],
    ['one that was edited between two runs', ['file a f - =A', 'file b f =X =B'], 'f =B', 'f - =B 1'],
    ['one that is gone', ['file a f - =A'], 'f -', 'f - =A 0'],
  ])('tells of a file what to restore and whether it was edited: %s', (_, journal, now, answer) => {
    expect(ask(command, 'files', [...journal, `now ${now}`])).toEqual([answer]);
  });

  check('tells what is not as it is to become, what was written first', () => {
    const targets = [
      'x =0 ours value',
      'y =1 other value',
      'z =0 ours side',
      'gone =0 ours side',
      'unread =0 ours side',
    ];
    const journal = [...targets.map((target) => `target u ${target}`), 'undo u'];
    const now = ['now x =0', 'now y =0', 'now z =1', 'now gone -'];
    expect(ask(command, 'different', [...journal, ...now])).toEqual([
      'y =1 other value',
      'z =0 ours side',
      'unread =0 ours side',
    ]);
    expect(ask(command, 'targets', journal)).toEqual(['x =0 ours', 'y =1 other']);
  });

  check('lists directories from the last one, and everything once', () => {
    const journal = ['dir a /x', 'dir a /x/y', 'module a m', 'module b m', 'dir b /x', 'value a@other v =0 =1'];
    expect(ask(command, 'dirs', journal)).toEqual(['/x/y', '/x']);
    expect(ask(command, 'modules', journal)).toEqual(['m']);
    expect(ask(command, 'past', journal)).toEqual(['v']);
    expect(ask(command, 'values', journal)).toEqual([]);
  });

  check('says nothing where the journal was cut off', () => {
    expect(ask(command, 'plan', SETTLED, [])).toEqual(['cut off']);
  });
});

test('the program has no apostrophe outside of its comments, so that it can be a word of a shell', () => {
  const lines = undoPlan.split('\n').filter((line) => !line.startsWith('#'));
  expect(lines.filter((line) => line.includes("'"))).toEqual([]);
});
