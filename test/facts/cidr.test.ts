import { describe, expect, test } from 'vitest';
import { CidrSet, canonicalCidr, cidrOfRoute } from '../../src/facts/cidr.ts';

test.for([
  ['10.244.1.0/24', '0af40100/24'],
  ['10.244.1.7/24', '0af40100/24'],
  ['10.244.1.7/32', '0af40107/32'],
  ['172.16.5.4/20', 'ac100000/20'],
  ['0.0.0.0/0', '00000000/0'],
  ['fd00:10:244::/64', 'fd000010024400000000000000000000/64'],
  ['FD00::1/128', 'fd000000000000000000000000000001/128'],
  ['1:2:3:4:5:6:7:8/61', '00010002000300000000000000000000/61'],
  ['::/0', '00000000000000000000000000000000/0'],
] as const)('%s is %s', ([text, expected]) => {
  expect(canonicalCidr(text)).toBe(expected);
});

test.for([
  '',
  '10.244.1.0',
  '10.244.1/24',
  '10.244.1.256/24',
  '10.0.0.0/33',
  'fd00::/129',
  'a::b::c/64',
  '1:2:3/64',
  'x/8',
])('%j is no CIDR', (text) => {
  expect(canonicalCidr(text)).toBeUndefined();
});

test.for([
  ['0003F40A/00FFFFFF', '0af40300/24'],
  ['0703F40A/FFFFFFFF', '0af40307/32'],
  ['000010AC/00F0FFFF', 'ac100000/20'],
  ['fd000010024400030000000000000000/40', 'fd000010024400030000000000000000/64'],
  ['0003F40A/40', undefined],
  ['fd00/40', undefined],
  ['', undefined],
] as const)('the route %s leads to %s', ([text, expected]) => {
  expect(cidrOfRoute(text)).toBe(expected);
});

describe('a set of CIDRs has its own, and holds what is smaller', () => {
  const set = new CidrSet(['10.244.1.0/24', '10.244.2.0/26', 'fd00:10:244:3::/64', 'x']);

  test.for([
    ['0af40107/32', false, true],
    ['0af40100/24', true, false],
    ['0af40000/16', false, false],
    ['0af40307/32', false, false],
    ['0af40247/32', false, false],
    ['fd000010024400030000000000000001/128', false, true],
    ['fd000010024400030000000000000000/64', true, false],
  ] as const)('%s: has %s, holds %s', ([cidr, has, holds]) => {
    expect([set.has(cidr), set.holds(cidr), set.size]).toEqual([has, holds, 3]);
  });
});
