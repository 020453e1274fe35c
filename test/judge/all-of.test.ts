import { describe, expect, test } from 'vitest';
import { allOf } from '../../src/judge/all-of.ts';
import { is } from '../../src/judge/comparator.ts';
import { sysctl } from '../../src/judge/sysctl.ts';
import { file, nodeFacts, unreadable, value } from '../rules/facts.ts';
import { findingOf } from './made-up.ts';

const both = allOf([sysctl('fs.one', is(1)), sysctl('fs.two', is(2))], { now: ['Both.'] });
const kept = { sysctl: [file('/etc/sysctl.d/x.conf', 'fs.one = 1', 'fs.two = 2')] };
const node = (one = value('1'), two = value('2'), boot: Parameters<typeof nodeFacts>[0] = { boot: kept }) =>
  nodeFacts({ sysctls: { 'fs.one': one, 'fs.two': two }, ...boot });

describe('several requirements as one', () => {
  test('pass where all do, now and at the next boot', () => {
    expect(findingOf(both, node())).toMatchObject({ verdict: 'pass', boot: { verdict: 'pass' } });
  });

  test('fail where one does, and speak of that one', () => {
    const finding = findingOf(both, node(value('1'), value('5')));
    expect(finding).toMatchObject({ verdict: 'fail', now: { expected: '2', actual: '5' }, message: 'fs.two is 5' });
    expect(finding.remedy).toEqual(['sysctl -w fs.two=2']);
  });

  test('fail rather than being unknown, whichever comes first', () => {
    expect(findingOf(both, node(unreadable, value('5'))).verdict).toBe('fail');
    expect(findingOf(both, node(value('5'), unreadable)).verdict).toBe('fail');
    expect(findingOf(both, node(value('1'), unreadable)).verdict).toBe('unknown');
  });

  test('name all that are as bad, with what to do about each', () => {
    const finding = findingOf(both, node(value('3'), value('5')));
    expect(finding.message).toBe('fs.one is 3; fs.two is 5');
    expect(finding.remedy).toEqual(['sysctl -w fs.one=1', 'sysctl -w fs.two=2']);
  });

  test('warn where one of them will be lost', () => {
    const boot = { sysctl: [file('/etc/sysctl.d/x.conf', 'fs.one = 1', 'fs.two = 9')] };
    expect(findingOf(both, node(value('1'), value('2'), { boot }))).toMatchObject({
      verdict: 'warn',
      boot: { verdict: 'fail', actual: '9', source: { line: 2 } },
    });
  });

  test('are explained by the first one and the words that are given', () => {
    expect(both.explain.now).toEqual(['Both.']);
    expect(both.explain.causes).toEqual(sysctl('fs.one', is(1)).explain.causes);
  });
});
