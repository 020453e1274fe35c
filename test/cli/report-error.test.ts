import { afterEach, expect, test, vi } from 'vitest';
import { reportError } from '../../src/cli/report-error.ts';
import { CheckError } from '../../src/errors.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

async function told(error: unknown, argv: readonly string[]): Promise<string> {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await reportError(error, argv)).toBe(2);
  const text = write.mock.calls.map(([chunk]) => String(chunk)).join('');
  vi.restoreAllMocks();
  return text;
}

test('an unexpected error shows its stack only with -v', async () => {
  const bug = new TypeError('x is undefined');
  expect(await told(bug, ['check'])).toBe(
    'error: unexpected: x is undefined\n  this is a bug; with -v=1 it shows where\n',
  );
  expect(await told(bug, ['check', '-v=1'])).toMatch(/^error: TypeError: x is undefined\n +at /);
});

test('an error with a known reason never shows a stack', async () => {
  expect(await told(new CheckError('no nodes', { tries: ['look'] }), ['check', '-v=9'])).toBe(
    'error: no nodes\n  look\n',
  );
});
