import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fileError } from '../../src/text/file-error.ts';

const failure = (file: string): unknown => {
  try {
    return readFileSync(file);
  } catch (error) {
    return error;
  }
};

test.for([
  ['/no/such', 'no such file or directory'],
  ['/', 'is a directory'],
  ['/dev/null/x', 'not a directory'],
] as const)('why %s cannot be read is said in the words of the system', ([file, words]) => {
  expect(fileError(failure(file))).toBe(words);
});

test('a code without words is said as it is', () => {
  expect(fileError(Object.assign(new Error('x'), { code: 'EMFILE' }))).toBe('EMFILE');
});
