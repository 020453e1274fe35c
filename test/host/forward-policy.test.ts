import { describe, expect, test } from 'vitest';
import { apply, FORWARDING, type NamespaceHost, namespaceHost, snapshot, values } from './namespace-host.ts';
import { nodeTree } from './node-tree.ts';
import { nodeWith, noFilters as reason } from './packet-filters.ts';
import { SHELLS, titleOf } from './shells.ts';

const NFT = { nft: 'nft' };
const IPTABLES_NFT = { iptables: 'iptables-nft', ip6tables: 'ip6tables-nft' };
const OLD_IPTABLES = { iptables: 'iptables-legacy', ip6tables: 'ip6tables-legacy' };
const BOTH = { ...IPTABLES_NFT, 'iptables-legacy': 'iptables-legacy', 'ip6tables-legacy': 'ip6tables-legacy' };
const FIREWALLD =
  "nft add table inet firewalld; nft 'add chain inet firewalld filter_FORWARD { type filter hook forward priority 10; policy drop; }'";
const OTHERS = [
  "nft add table bridge b; nft 'add chain bridge b forward { type filter hook forward priority 0; policy drop; }'",
  "nft add table ip t; nft 'add chain ip t input { type filter hook input priority 0; policy drop; }'",
  "nft 'add chain ip t forward { type filter hook forward priority 0; policy accept; }'",
].join('; ');

describe.each(SHELLS.map((shell) => ({ title: titleOf(shell), shell })))(
  `a plan that switches on bridge netfilter, under $title${reason ? ` (skipped: ${reason})` : ''}`,
  ({ shell }) => {
    const check = test.skipIf(shell.missing !== undefined || reason !== undefined);

    async function tried(programs: Record<string, string>, setUp: string, guards?: readonly 'forward'[]) {
      using host = await namespaceHost();
      using tree = nodeTree(nodeWith(programs));
      host.sh('chmod -R 755 "$1/usr" 2>/dev/null || :', tree.root);
      host.sh(`{ ${setUp}; } 2>/dev/null`);
      const before = { ...seen(host), files: snapshot(tree.root) };
      const outcome = apply(host, FORWARDING, { root: tree.root, shell, ...(guards && { guards }) });
      return { outcome, before, after: { ...seen(host), files: snapshot(tree.root) } };
    }

    check.each([
      ['by nft', NFT, 'iptables-nft -P FORWARD DROP', 'nft list chain ip filter FORWARD'],
      ['by nft, for IPv6', NFT, 'ip6tables-nft -P FORWARD DROP', 'nft list chain ip6 filter FORWARD'],
      ['by nft, of firewalld', NFT, FIREWALLD, 'nft list chain inet firewalld filter_FORWARD'],
      ['by iptables, of nf_tables', IPTABLES_NFT, 'iptables-nft -P FORWARD DROP', 'iptables -S FORWARD'],
      ['by ip6tables, of nf_tables', IPTABLES_NFT, 'ip6tables-nft -P FORWARD DROP', 'ip6tables -S FORWARD'],
      ['by iptables, of the old kind', OLD_IPTABLES, 'iptables-legacy -P FORWARD DROP', 'iptables -S FORWARD'],
      ['by ip6tables-legacy', BOTH, 'ip6tables-legacy -P FORWARD DROP', 'ip6tables -S FORWARD'],
    ])('is refused where FORWARD drops what no rule accepts, as told %s', async (_, programs, setUp, shown) => {
      const { outcome, before, after } = await tried(programs, setUp, ['forward']);
      expect(outcome).toEqual({ outcome: 'refused', code: 'forward', reason: expect.stringContaining(`(${shown})`) });
      expect(after).toEqual(before);
    });

    check.each([
      ['no filter is there, by nft', NFT, ':', ['forward'] as const],
      ['no filter is there, by iptables', BOTH, ':', ['forward'] as const],
      ['the policy is to accept', BOTH, 'iptables-legacy -P FORWARD ACCEPT', ['forward'] as const],
      ['other chains only drop', NFT, OTHERS, ['forward'] as const],
      ['the node has no program that tells', {}, FIREWALLD, ['forward'] as const],
      ['nobody asks for it', NFT, FIREWALLD, undefined],
    ])('is carried out where %s, and asking leaves no tables behind', async (_, programs, setUp, guards) => {
      const { outcome, before, after } = await tried(programs, setUp, guards);
      expect(outcome).toMatchObject({ outcome: 'changed' });
      expect([after.tables, after.ruleset]).toEqual([before.tables, before.ruleset]);
    });
  },
);

/** The packet filters, read in a way that makes none. */
function seen(host: NamespaceHost) {
  return {
    tables: host.sh('cat /proc/net/ip_tables_names /proc/net/ip6_tables_names 2>/dev/null || :'),
    ruleset: host.sh('nft list ruleset'),
    values: values(host),
  };
}
