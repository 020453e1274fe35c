import { expect } from 'vitest';
import { neighbourTable } from '../../src/rules/neighbour-table.ts';
import { absent, file, value } from './facts.ts';
import { type RuleCase, ruleTester } from './rule-tester.ts';

const [ARP, NDISC] = ['/proc/net/stat/arp_cache', '/proc/net/stat/ndisc_cache'];
const [LIMIT4, LIMIT6] = ['net.ipv4.neigh.default.gc_thresh3', 'net.ipv6.neigh.default.gc_thresh3'];

/** A table as the kernel shows it on two processors. */
const table = (path: string, entries: string, ...fulls: string[]) =>
  file(
    path,
    'entries  allocs   destroys table_fulls',
    ...(fulls.length > 0 ? fulls : ['00000000', '00000000']).map((full) => `${entries} 000000ff 00000012 ${full}`),
  );
const node = (arp = table(ARP, '00000010'), ndisc = table(NDISC, '00000004')): NonNullable<RuleCase['node']> => ({
  files: [arp, ndisc],
  sysctls: { [LIMIT4]: value('1024'), [LIMIT6]: value('1024') },
});

ruleTester(neighbourTable, [
  {
    name: 'passes with a few entries',
    node: node(),
    expected: { verdict: 'pass', severity: 'info', now: { actual: '16' } },
  },
  {
    name: 'reads hexadecimal: 400 are 1,024, not 400',
    node: node(table(ARP, '00000400', '00000003', '0000000a')),
    expected: {
      verdict: 'warn',
      severity: 'recommended',
      now: { verdict: 'fail', expected: `below 819 (80 % of ${LIMIT4})`, actual: '1024' },
      message: 'arp_cache has 1024 of 1024 entries, and overflowed 13 times',
    },
  },
  {
    name: 'warns of IPv6 alone',
    node: node(undefined, table(NDISC, '00000390', '00000000', '00000001')),
    expected: { verdict: 'warn', message: expect.stringContaining('ndisc_cache') },
  },
  {
    name: 'only tells of many entries without an overflow: permanent ones need no room',
    misleads: 'ip neigh',
    node: node(table(ARP, '00002000')),
    expected: { verdict: 'pass', severity: 'info', now: { verdict: 'fail', actual: '8192' } },
  },
  {
    name: 'passes where it overflowed once and has room now, as after a larger gc_thresh3',
    node: node(table(ARP, '00000010', '000000ff')),
    expected: { verdict: 'pass', severity: 'recommended' },
  },
  {
    name: 'only tells on a kernel that does not count overflows',
    node: node(file(ARP, 'entries  allocs   destroys', '00000400 000000ff 00000012')),
    expected: { verdict: 'pass', severity: 'info', now: { verdict: 'fail' } },
  },
  {
    name: 'only tells that it is unknown where a table is garbled',
    node: node(file(ARP, 'entries', 'zzzz')),
    expected: { verdict: 'pass', severity: 'info', now: { verdict: 'unknown' } },
  },
  {
    name: 'passes without IPv6',
    node: { files: [table(ARP, '00000010', '00000001')], sysctls: { [LIMIT4]: value('1024'), [LIMIT6]: absent } },
    expected: { verdict: 'pass', severity: 'recommended' },
  },
  {
    name: 'does not concern a node that is a container, whose host has the tables',
    node: { files: [], sysctls: { [LIMIT4]: absent, [LIMIT6]: absent } },
    expected: { verdict: 'skip' },
  },
  {
    name: 'only tells that it is unknown where nothing was read',
    node: { sysctls: { [LIMIT4]: value('1024'), [LIMIT6]: value('1024') } },
    expected: { verdict: 'pass', severity: 'info', now: { verdict: 'unknown' } },
  },
]);
