import { expect, test } from 'vitest';
import { progressOn } from '../../src/cli/progress.ts';

const WIPE = '\r\u001b[K';

function terminal(columns?: number, env = {}) {
  const written: string[] = [];
  const write = (text: string) => written.push(text);
  return { written, progress: progressOn({ isTTY: true, write, ...(columns === undefined ? {} : { columns }) }, env) };
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
  expect(written).toEqual([`${WIPE}${'x'.repeat(77)}`]);
});

test.each([
  ['a line feed and an escape sequence', 'a\nb\u001b[31mc', 'a b\\u001b[31mc'],
  ['a direction override', 'a\u202eb', 'a\\u202eb'],
  ['more wide characters than fit', '漢'.repeat(30), '漢'.repeat(18)],
  ['an emoji at the edge', `${'x'.repeat(36)}😀`, 'x'.repeat(36)],
  ['a message that is too long', `${'x'.repeat(30)} (ContainerCreating)`, 'x'.repeat(30)],
])('%s cannot leave the line', (_, text, shown) => {
  const { written, progress } = terminal(40, { LANG: 'C.UTF-8' });
  progress.update(text);
  expect(written).toEqual([`${WIPE}${shown}`]);
});

test('a terminal without Unicode is shown escapes', () => {
  const { written, progress } = terminal(40, { LANG: 'C' });
  progress.update('é');
  expect(written).toEqual([`${WIPE}\\u00e9`]);
});
