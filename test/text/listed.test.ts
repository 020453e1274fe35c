import { expect, test } from 'vitest';
import { counted, listed } from '../../src/text/listed.ts';

test.for([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c'], 'a, b and c'],
] as const)('names in a sentence are joined as people say them: %j', ([names, text]) => {
  expect(listed(names)).toBe(text);
});

test('alternatives are joined by "or"', () => {
  expect(listed(['a', 'b', 'c'], 'or')).toBe('a, b or c');
});

test.for([
  [0, '0 nodes'],
  [1, '1 node'],
  [2, '2 nodes'],
] as const)('a noun agrees with its number: %i', ([count, text]) => {
  expect(counted(count, 'node')).toBe(text);
});
