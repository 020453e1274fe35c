import { describe, expect, test } from 'vitest';
import { compose, worst } from '../../src/judge/verdict.ts';

describe('the verdict of one finding', () => {
  test.for([
    ['fail', 'fail', 'fail', 'warn', 'pass'],
    ['fail', 'unknown', 'fail', 'warn', 'pass'],
    ['fail', 'pass', 'fail', 'warn', 'pass'],
    ['fail', undefined, 'fail', 'warn', 'pass'],
    ['unknown', 'fail', 'unknown', 'warn', 'pass'],
    ['unknown', 'unknown', 'unknown', 'warn', 'pass'],
    ['unknown', 'pass', 'unknown', 'warn', 'pass'],
    ['unknown', undefined, 'unknown', 'warn', 'pass'],
    ['pass', 'fail', 'warn', 'warn', 'pass'],
    ['pass', 'unknown', 'warn', 'pass', 'pass'],
    ['pass', undefined, 'pass', 'pass', 'pass'],
    ['pass', 'pass', 'pass', 'pass', 'pass'],
    ['skip', 'fail', 'fail', 'warn', 'pass'],
    ['skip', 'unknown', 'unknown', 'warn', 'pass'],
    ['skip', 'pass', 'pass', 'pass', 'pass'],
    ['skip', undefined, 'skip', 'skip', 'skip'],
    ['skip', 'skip', 'skip', 'skip', 'skip'],
  ] as const)('now %s, boot %s: required %s, recommended %s, info %s', ([now, boot, required, recommended, info]) => {
    expect(compose('required', now, boot)).toBe(required);
    expect(compose('recommended', now, boot)).toBe(recommended);
    expect(compose('info', now, boot)).toBe(info);
  });
});

describe('the verdict of a node and of a run', () => {
  test.for([
    [['pass', 'skip', 'warn', 'unknown', 'fail'], 'fail'],
    [['pass', 'warn', 'unknown'], 'unknown'],
    [['skip', 'warn', 'pass'], 'warn'],
    [['skip', 'pass'], 'pass'],
    [['skip'], 'skip'],
    [[], 'skip'],
  ] as const)('of %j the worst is %s', ([verdicts, expected]) => {
    expect(worst(verdicts)).toBe(expected);
  });
});
