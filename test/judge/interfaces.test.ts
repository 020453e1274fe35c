import { describe, expect, test } from 'vitest';
import type { NodeFacts, PatternReading } from '../../src/facts/facts.ts';
import { is } from '../../src/judge/comparator.ts';
import { interfaceSysctl } from '../../src/judge/interfaces.ts';
import { file, nodeFacts, value } from '../rules/facts.ts';
import { findingOf } from './made-up.ts';

const PATTERN = 'net.ipv4.conf.pod*.rp_filter';
const ALL = 'net.ipv4.conf.all.rp_filter';
const DEFAULT = 'net.ipv4.conf.default.rp_filter';
const filter = interfaceSysctl(PATTERN, is(0), { maxWith: ALL, kernelDefault: '0' });

const group = (text: string, ...interfaces: string[]) => ({ value: text, count: interfaces.length, interfaces });
const values = (...groups: ReturnType<typeof group>[]): PatternReading => ({
  is: 'values',
  count: groups.reduce((sum, { count }) => sum + count, 0),
  values: groups,
  rest: 0,
  unreadable: 0,
});
const node = (reading: PatternReading, all = '0', lines: string[] = []): NodeFacts => ({
  ...nodeFacts({
    sysctls: { [ALL]: value(all), [DEFAULT]: value('0') },
    boot: { sysctl: [file('/etc/sysctl.d/50.conf', ...lines)] },
  }),
  patterns: { [PATTERN]: reading },
});

describe('a sysctl of interfaces', () => {
  test('passes where it is right on each', () => {
    expect(findingOf(filter, node(values(group('0', 'pod1', 'pod2'))))).toMatchObject({
      verdict: 'pass',
      now: { verdict: 'pass', actual: '0' },
    });
  });

  test('fails where it is wrong on one, which is named', () => {
    expect(findingOf(filter, node(values(group('0', 'pod1'), group('2', 'pod2'))))).toMatchObject({
      verdict: 'fail',
      now: { actual: '2', expected: '0', cause: 'value' },
      message: 'rp_filter is 2 in effect on 1 of 2 interfaces: pod2',
    });
  });

  test('goes by the greater of its own value and that of all', () => {
    expect(findingOf(filter, node(values(group('0', 'pod1')), '1')).message).toBe(
      `rp_filter is 1 in effect on 1 of 1 interfaces: pod1 (${ALL} is 1)`,
    );
  });

  test('judges nothing now where there is no such interface, and the boot all the same', () => {
    expect(findingOf(filter, node(values(), '0', ['net.ipv4.conf.*.rp_filter = 2']))).toMatchObject({
      verdict: 'warn',
      now: { verdict: 'pass', actual: 'no such interface' },
      message: expect.stringContaining('rp_filter will be 2 in effect on new interfaces after a reboot'),
      boot: { verdict: 'fail', actual: '2', source: { file: '/etc/sysctl.d/50.conf', line: 1 } },
      remedy: ["sed -i '1s/^/# /' /etc/sysctl.d/50.conf"],
    });
  });

  test.for<[name: string, reading: PatternReading]>([
    ['could not be read', { is: 'unreadable' }],
    ['has garbage', values(group('zero', 'pod1'))],
    ['was cut', { ...values(group('0', 'pod1')), count: 3, rest: 2 } as PatternReading],
  ])('is unknown where it %s', ([, reading]) => {
    expect(findingOf(filter, node(reading)).now.verdict).toBe('unknown');
  });

  test.for([
    [['net.ipv4.conf.default.rp_filter = 1'], '1'],
    [['net.ipv4.conf.*.rp_filter = 2'], '2'],
    [['net.ipv4.conf.all.rp_filter = 1'], '1'],
    [[], '0'],
  ] as const)('of an interface that appears after a boot with %j is %s', ([lines, actual]) => {
    const { boot } = findingOf(filter, node(values(group('0', 'pod1')), '0', [...lines]));
    expect(boot).toMatchObject({ verdict: actual === '0' ? 'pass' : 'fail', actual });
  });
});
