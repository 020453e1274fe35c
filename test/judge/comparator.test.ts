import { describe, expect, test } from 'vitest';
import { atLeast, atMost, belowShareOf, type Comparator, is, off, on } from '../../src/judge/comparator.ts';
import { nodeContext } from '../../src/judge/node-context.ts';
import { flannel, nodeFacts, unreadable, value } from '../rules/facts.ts';

const MAX = 'net.example.max';
const node = (max = value('1000')) => nodeContext(nodeFacts({ sysctls: { [MAX]: max } }), flannel);

describe('a comparator', () => {
  test.for<[name: string, comparator: Comparator, text: string, holds: boolean | undefined]>([
    ['on', on, '1', true],
    ['on', on, '2', true],
    ['on', on, '-1', true],
    ['on', on, '0', false],
    ['on', on, 'yes', undefined],
    ['off', off, '0', true],
    ['off', off, '1', false],
    ['off', off, '', undefined],
    ['is 0', is(0), '0\n', true],
    ['is 0', is(0), '2', false],
    ['is 0', is(0), '0x0', undefined],
    ['at least 1024', atLeast(1024), '1024', true],
    ['at least 1024', atLeast(1024), '1023', false],
    ['at least 1024', atLeast(1024), '32768\t60999', undefined],
    ['at least 1024', atLeast(1024), '9223372036854775807999', undefined],
    ['at least a number of the node', atLeast(({ facts }) => facts.bridges?.length), '1', true],
    ['at least a number that is not known', atLeast(() => undefined), '1', undefined],
    ['at most 10', atMost(10), '10', true],
    ['at most 10', atMost(10), '11', false],
    ['below 80 % of another', belowShareOf(MAX, 0.8), '799', true],
    ['below 80 % of another', belowShareOf(MAX, 0.8), '800', false],
    ['below 80 % of another', belowShareOf(MAX, 0.8), 'many', undefined],
  ])('%s, of %j: %s', ([, comparator, text, holds]) => {
    expect(comparator.holds(text, node())).toBe(holds);
  });

  test.for([unreadable, value('none')])('below a share of what is %j is not known', (max) => {
    const comparator = belowShareOf(MAX, 0.8);
    expect(comparator.holds('1', node(max))).toBeUndefined();
    expect(comparator.expected(node(max))).toBeNull();
  });

  test('below a share of 0 is no limit', () => {
    expect(belowShareOf(MAX, 0.8).holds('99999', node(value('0')))).toBe(true);
  });

  test('says what it expects, and what a repair would set', () => {
    expect([on, is(2), atLeast(5)].map((each) => [each.expected(node()), each.to])).toEqual([
      ['1', '1'],
      ['2', '2'],
      ['at least 5', '5'],
    ]);
    expect(belowShareOf(MAX, 0.8)).not.toHaveProperty('to');
    expect(belowShareOf(MAX, 0.8).expected(node())).toBe(`below 800 (80 % of ${MAX})`);
  });
});
