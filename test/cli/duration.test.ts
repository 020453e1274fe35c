import { expect, test } from 'vitest';
import { parseDuration } from '../../src/cli/duration.ts';

test.for<[string, number | undefined]>([
  ['30s', 30],
  ['1m30s', 90],
  ['2h', 7200],
  ['500ms', 0.5],
  ['1.5s', 1.5],
  ['0', 0],
  ['45', 45],
  ['', undefined],
  ['s', undefined],
  ['-5s', -5],
  ['+5s', 5],
  ['.5s', 0.5],
  ['-5', undefined],
  ['.s', undefined],
  ['2562047h', 2562047 * 3600],
  ['2562048h', undefined],
  ['5 s', undefined],
  ['5x', undefined],
  ['1s2', undefined],
])('the duration %j is %j seconds', ([text, seconds]) => {
  expect(parseDuration(text)).toBe(seconds);
});
