import { expect, test } from 'vitest';
import { Shared } from '../../src/text/shared.ts';

test('values that are equal are one object, and others are not', () => {
  const shared = new Shared();
  const first = shared.one('a', { is: 1, list: ['x'] });
  expect(shared.one('a', { is: 1, list: ['x'] })).toBe(first);
  expect(shared.one('a', { is: 2, list: ['x'] })).toEqual({ is: 2, list: ['x'] });
});

test('a value is not kept itself: it may hold a piece of something larger', () => {
  const value = { text: 'x' };
  const one = new Shared().one('a', value);
  expect(one).toEqual(value);
  expect(one).not.toBe(value);
});

test('of a thousand different ones some are kept, and all come out as they went in', () => {
  const shared = new Shared();
  for (let number = 0; number < 1000; number++) expect(shared.one('a', { number })).toEqual({ number });
  expect(shared.one('a', { number: 999 })).toBe(shared.one('a', { number: 999 }));
});
