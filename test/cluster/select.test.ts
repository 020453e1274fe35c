import { expect, test } from 'vitest';
import { nearest } from '../../src/text/nearest.ts';

test.for<[string, string[], string | undefined]>([
  ['node-l', ['node-1', 'cp-1'], 'node-1'],
  ['nod-1', ['node-1', 'node-2'], 'node-1'],
  ['node-9', ['node-1', 'node-2'], undefined],
  ['database', ['node-1'], undefined],
  ['x', [], undefined],
])('the name nearest to %s among %j is %s', ([word, names, expected]) => {
  expect(nearest(word, names)).toBe(expected);
});
