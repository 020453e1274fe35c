import { expect, test } from 'vitest';
import { firewallFacts } from '../../src/facts/parse-firewall.ts';
import { sectionsOf } from '../../src/facts/parse-records.ts';

const read = (...records: string[]) =>
  firewallFacts(sectionsOf(['np 1', ...records.map((one) => `w ${one}`), 'n end'].join('\n')));
const NFT = ['c nft ip filter FORWARD'];
const POLICY = 'r type filter hook forward priority filter; policy drop;';
const LEGACY = ['c legacy ip6 filter FORWARD', 'r -P FORWARD ACCEPT'];

test('reads chains with their rules, without comments, and what was not read', () => {
  const rules = ['r ct state new  jump A', 'r iifname "a" accept comment "b; drop"'];
  const older = ['r -A FORWARD -m comment --comment "a -j DROP \\" b" -i c -j ACCEPT', 'r -A FORWARD'];
  expect(read(...NFT, POLICY, ...rules, ...LEGACY, ...older, 'unread nft', 'end')).toEqual({
    chains: [
      {
        kind: 'nft',
        family: 'ip',
        table: 'filter',
        name: 'FORWARD',
        policy: 'drop',
        rules: ['ct state new jump A', 'iifname "a" accept'],
      },
      {
        kind: 'legacy',
        family: 'ip6',
        table: 'filter',
        name: 'FORWARD',
        policy: 'accept',
        rules: ['-i c -j ACCEPT', ''],
      },
    ],
    unread: ['nft'],
  });
});

test('gives a chain those that it calls', () => {
  const [called, rule] = ['c nft ip filter DOCKER-USER', 'r iifname "a" return'];
  expect(read(...NFT, POLICY, 'r jump DOCKER-USER', called, rule, ...LEGACY, 'unread', 'end')?.chains).toMatchObject([
    { name: 'FORWARD', rules: ['jump DOCKER-USER'], called: { 'DOCKER-USER': { rules: ['iifname "a" return'] } } },
    { kind: 'legacy', name: 'FORWARD' },
  ]);
});

test.each([
  ['more lines than are printed', Array.from({ length: 48 }, () => 'r -A FORWARD -j A')],
  ['a line that is longer than what is printed', [`r -A FORWARD -s ${'1'.repeat(300)}`]],
])('says that a chain with %s is not all of it', (_, lines) => {
  expect(read(...LEGACY, ...lines, 'unread', 'end')?.chains).toMatchObject([{ cut: true }]);
});

test.each([
  ['a section that was cut', [...LEGACY, 'unread']],
  ['a section that does not tell what is missing', [...LEGACY, 'end']],
  ['a chain without a policy', [...NFT, 'unread', 'end']],
  ['a chain that is called, and nothing that calls it', ['c nft ip filter DOCKER-USER', 'unread', 'end']],
  ['a chain of another kind', ['c nft arp filter FORWARD', POLICY, 'unread', 'end']],
])('takes %s for not read', (_, records) => {
  expect(read(...records)).toBeUndefined();
});
