import { expect, test } from 'vitest';
import { progressOn } from '../../src/cli/progress.ts';

const WIPE = '\r\u001b[K';

function terminal(columns?: number) {
  const written: string[] = [];
  const write = (text: string) => written.push(text);
  return { written, progress: progressOn({ isTTY: true, write, ...(columns === undefined ? {} : { columns }) }, {}) };
}

test('a program that has the terminal is not written over, and the latest line comes back behind it', () => {
  const { written, progress } = terminal();
  progress.update('one');
  const ended = progress.yieldTo();
  progress.update('two');
  progress.update('three');
  expect(written).toEqual([`${WIPE}one`, WIPE]);
  ended();
  expect(written.slice(2)).toEqual([`${WIPE}three`]);
});

test('two programs at once both have to end', () => {
  const { written, progress } = terminal();
  const [first, second] = [progress.yieldTo(), progress.yieldTo()];
  progress.update('one');
  first();
  expect(written).toEqual([]);
  second();
  expect(written).toEqual([`${WIPE}one`]);
});

test('what was cleared meanwhile does not come back', () => {
  const { written, progress } = terminal();
  progress.update('one');
  const ended = progress.yieldTo();
  progress.clear();
  ended();
  expect(written).toEqual([`${WIPE}one`, WIPE]);
});

test('a terminal that does not know its width is taken for one of 80 columns', () => {
  const { written, progress } = terminal(0);
  progress.update('x'.repeat(100));
  expect(written).toEqual([`${WIPE}${'x'.repeat(79)}`]);
});
