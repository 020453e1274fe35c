import { describe, expect, test } from 'vitest';
import { compareNames, nameList } from '../../src/report/names.ts';

describe('nameList', () => {
  const table: [names: string[], limit: number, text: string][] = [
    [[], 10, ''],
    [['a'], 10, 'a'],
    [['a', 'b'], 10, 'a, b (2)'],
    [['node-1', 'node-2'], 10, 'node-1, node-2 (2)'],
    [['node-1', 'node-2', 'node-3'], 10, 'node-1..3 (3)'],
    [['node-8', 'node-9', 'node-10', 'node-11'], 10, 'node-8..11 (4)'],
    [['node-1', 'node-3', 'node-5'], 10, 'node-1, node-3, node-5 (3)'],
    [['cp-1', 'node-1', 'node-4', 'node-5', 'node-6', 'node-9'], 10, 'cp-1, node-1, node-4..6, node-9 (6)'],
    [['n08', 'n09', 'n10'], 10, 'n08..10 (3)'],
    [['n8', 'n09', 'n10', 'n11'], 10, 'n8, n09..11 (4)'],
    [['n9', 'n010', 'n011'], 10, 'n9, n010, n011 (3)'],
    [
      ['ip-10-0-1-7.ec2.internal', 'ip-10-0-1-8.ec2.internal', 'ip-10-0-1-9.ec2.internal'],
      10,
      'ip-10-0-1-7..9.ec2.internal (3)',
    ],
    [['a-1-b-1', 'a-2-b-2', 'a-3-b-3'], 10, 'a-1-b-1, a-2-b-2, a-3-b-3 (3)'],
    [['a-1-b-1', 'a-2-b-1', 'a-3-b-1', 'a-3-b-2'], 10, 'a-1..3-b-1, a-3-b-2 (4)'],
    [['n9007199254740992', 'n9007199254740993', 'n9007199254740994'], 1, 'n9007199254740992 and 2 more (3)'],
    [['a', 'c', 'n1', 'n2', 'n3', 'x'], 2, 'a, c and 4 more (6)'],
    [['a', 'n1', 'n2', 'n3', 'x'], 2, 'a, n1..3 and 1 more (5)'],
    [['1', '2', '3'], 10, '1..3 (3)'],
  ];
  test.for(table)('%j at most %i: %s', ([names, limit, text]) => {
    expect(nameList(names, limit)).toBe(text);
  });

  test('every node is counted once, whatever the names', () => {
    const names = Array.from({ length: 300 }, (_, index) => `n${(index * 7919) % 1000}-${index % 3}`).sort(
      compareNames,
    );
    for (const limit of [1, 5, 1000]) {
      const text = nameList(names, limit);
      const more = Number(/ and (\d+) more/.exec(text)?.[1] ?? 0);
      const items = text.replace(/( and \d+ more)? \(300\)$/, '').split(', ');
      const named = items.reduce((sum, item) => {
        const [, first, last] = /(\d+)\.\.(\d+)/.exec(item) ?? [];
        return sum + (first === undefined ? 1 : Number(last) - Number(first) + 1);
      }, 0);
      expect(named + more).toBe(300);
    }
  });
});

describe('compareNames', () => {
  test('only equal names are equal', () => {
    expect(compareNames('a', 'a')).toBe(0);
    expect(compareNames('n1', 'n01')).not.toBe(0);
    expect(Math.sign(compareNames('n1', 'n01'))).toBe(-Math.sign(compareNames('n01', 'n1')));
  });
});
