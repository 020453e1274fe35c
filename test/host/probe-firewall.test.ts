import { describe, expect, test } from 'vitest';
import { parseFacts } from '../../src/facts/parse.ts';
import { mergeRequests, NOTHING_ASKED } from '../../src/facts/request.ts';
import { probeScript } from '../../src/probe/script.ts';
import { namespaceHost, PLAIN, snapshot } from './namespace-host.ts';
import { nodeTree } from './node-tree.ts';
import { nodeWith, noFilters as reason } from './packet-filters.ts';
import { SHELLS, titleOf } from './shells.ts';

const REQUEST = mergeRequests([{ ...NOTHING_ASKED, kinds: ['firewall'] }]);
const SCRIPT = probeScript(REQUEST);

const NFT = { nft: 'nft' };
const LEGACY = { 'iptables-legacy': 'iptables-legacy', 'ip6tables-legacy': 'ip6tables-legacy' };
const OLD_IPTABLES = { iptables: 'iptables-legacy', ip6tables: 'ip6tables-legacy' };
const IPTABLES_NFT = { iptables: 'iptables-nft', ip6tables: 'ip6tables-nft' };

/** As docker, flannel and an administrator leave it, by any iptables. */
const rules = (program: string) =>
  [
    `${program} -P FORWARD DROP`,
    `${program} -N FLANNEL-FWD`,
    `${program} -A FORWARD -m comment --comment "a -j DROP \\"quoted\\" comment" -i docker0 ! -o docker0 -j ACCEPT`,
    `${program} -A FORWARD -m comment --comment flanneld -j FLANNEL-FWD`,
    `${program} -A FORWARD -j REJECT --reject-with icmp-host-prohibited`,
  ].join('; ');
const legacyChain = {
  kind: 'legacy',
  family: 'ip',
  table: 'filter',
  name: 'FORWARD',
  policy: 'drop',
  rules: ['-i docker0 ! -o docker0 -j ACCEPT', '-j FLANNEL-FWD', '-j REJECT --reject-with icmp-host-prohibited'],
};
const nftChain = {
  ...legacyChain,
  kind: 'nft',
  rules: [
    'iifname "docker0" oifname != "docker0" accept',
    'jump FLANNEL-FWD',
    expect.stringMatching(/^reject with icmp /),
  ],
};
/** As docker leaves it, with a rule that an administrator has put into the chain for that. */
const docker = (program: string) =>
  [
    `${program} -N DOCKER-USER`,
    `${program} -A DOCKER-USER -i eth0 -j RETURN`,
    `${program} -A FORWARD -j DOCKER-USER`,
    `${program} -P FORWARD DROP`,
  ].join('; ');
const dockersChain = {
  ...legacyChain,
  rules: ['-j DOCKER-USER'],
  called: { 'DOCKER-USER': { rules: ['-i eth0 -j RETURN'] } },
};
const FIREWALLD =
  "nft add table inet firewalld; nft 'add chain inet firewalld filter_FORWARD { type filter hook forward priority 10; policy drop; }';" +
  'nft add rule inet firewalld filter_FORWARD iifname cni0 counter accept comment \\"ours\\"';
const firewalldChain = {
  kind: 'nft',
  family: 'inet',
  table: 'firewalld',
  name: 'filter_FORWARD',
  policy: 'drop',
  rules: ['iifname "cni0" accept'],
};
const OTHERS = [
  "nft add table bridge b; nft 'add chain bridge b forward { type filter hook forward priority 0; policy drop; }'",
  "nft add table ip t; nft 'add chain ip t input { type filter hook input priority 0; policy drop; }'",
  'nft add chain ip t FORWARD',
].join('; ');
const LONG = `iptables-nft -A FORWARD -s ${Array.from({ length: 30 }, (_, n) => `10.0.0.${n}`).join(',')} -j ACCEPT; for n in $(seq 60); do iptables-nft -A FORWARD -j RETURN; done`;

describe.each(SHELLS.map((shell) => ({ title: titleOf(shell), shell })))(
  `packet filters, under $title${reason ? ` (skipped: ${reason})` : ''}`,
  ({ shell }) => {
    const check = test.skipIf(shell.missing !== undefined || reason !== undefined);

    check.each<[string, Record<string, string>, string, object]>([
      ['nothing where no filter is there', { ...NFT, ...LEGACY }, ':', { chains: [], unread: [] }],
      ['nothing where no filter and no program is there', {}, ':', { chains: [], unread: ['nft'] }],
      ['what iptables of nf_tables has made, by nft', NFT, rules('iptables-nft'), { chains: [nftChain], unread: [] }],
      [
        'IPv6, by nft',
        NFT,
        'ip6tables-nft -P FORWARD DROP',
        { chains: [{ ...nftChain, family: 'ip6', rules: [] }], unread: [] },
      ],
      ['tables of others, by nft', NFT, FIREWALLD, { chains: [firewalldChain], unread: [] }],
      [
        'the chain that docker keeps for administrators, by nft',
        NFT,
        docker('iptables-nft'),
        {
          chains: [
            {
              ...nftChain,
              rules: ['jump DOCKER-USER'],
              called: { 'DOCKER-USER': { rules: ['iifname "eth0" return'] } },
            },
          ],
          unread: [],
        },
      ],
      [
        'the chain that docker keeps for administrators, by iptables of the older kind',
        { ...NFT, ...LEGACY },
        docker('iptables-legacy'),
        { chains: [dockersChain], unread: [] },
      ],
      ['no chains that see other packets', NFT, OTHERS, { chains: [], unread: [] }],
      [
        'what iptables of the older kind has made',
        { ...NFT, ...LEGACY },
        rules('iptables-legacy'),
        { chains: [legacyChain], unread: [] },
      ],
      [
        'the same by a program that does not say its kind',
        { ...NFT, ...OLD_IPTABLES },
        'ip6tables-legacy -P FORWARD DROP',
        { chains: [{ ...legacyChain, family: 'ip6', rules: [] }], unread: [] },
      ],
      [
        'that tables of the older kind are not read by iptables of nf_tables',
        { ...NFT, ...IPTABLES_NFT },
        'iptables-legacy -P FORWARD DROP',
        { chains: [], unread: ['ip'] },
      ],
      ['that nf_tables is not read without nft', IPTABLES_NFT, rules('iptables-nft'), { chains: [], unread: ['nft'] }],
      [
        'both kinds at once',
        { ...NFT, ...LEGACY },
        `${rules('iptables-legacy')}; ${FIREWALLD}`,
        { chains: [legacyChain, firewalldChain], unread: [] },
      ],
      [
        'of more rules than are read that there are more',
        NFT,
        LONG,
        { chains: [{ policy: 'accept', cut: true }], unread: [] },
      ],
    ])('tells %s, and looking changes nothing', async (_, programs, setUp, expected) => {
      using host = await namespaceHost();
      using tree = nodeTree(nodeWith(programs));
      host.sh('chmod -R 755 "$1/usr" 2>/dev/null || :', tree.root);
      host.sh(`{ ${setUp}; } 2>/dev/null`);
      const seen = () => ({
        tables: host.sh('cat /proc/net/ip_tables_names /proc/net/ip6_tables_names 2>/dev/null || :'),
        ruleset: host.sh('nft list ruleset'),
        modules: host.sh('cat /proc/modules 2>/dev/null | cut -d" " -f1; ls /sys/module'),
        files: snapshot(tree.root),
      });
      const before = seen();
      const command = [...shell.command, '-c', SCRIPT, 'netprereq', 'local', tree.root];
      const { stdout, stderr } = host.run(command, { PATH: shell.path });
      expect(stderr).toBe('');
      expect(parseFacts(stdout, REQUEST).firewall).toMatchObject(expected);
      expect(seen()).toEqual(before);
    });

    check('takes a few seconds for all programs together, and says what it could not ask', async () => {
      const hangs = '#!/bin/sh\nexec sleep 60\n';
      const names = ['iptables-legacy', 'ip6tables-legacy', 'nft'];
      using tree = nodeTree({ ...PLAIN, ...Object.fromEntries(names.map((name) => [`/usr/sbin/${name}`, hangs])) });
      using host = await namespaceHost();
      host.sh('chmod -R 755 "$1/usr"; iptables-legacy -P FORWARD DROP; ip6tables-legacy -P FORWARD DROP', tree.root);
      const begun = performance.now();
      const command = [...shell.command, '-c', SCRIPT, 'netprereq', 'local', tree.root];
      const { stdout } = host.run(command, { PATH: shell.path });
      expect(performance.now() - begun).toBeLessThan(8000);
      expect(parseFacts(stdout, REQUEST).firewall).toEqual({ chains: [], unread: ['ip', 'ip6', 'nft'] });
    });

    // busybox always has its own.
    test.skipIf(shell.name === 'busybox' || shell.missing !== undefined || reason !== undefined)(
      'asks nothing where no program can end what it asks',
      async () => {
        using tree = nodeTree(nodeWith({ ...NFT, ...LEGACY }));
        using host = await namespaceHost();
        host.sh('chmod -R 755 "$1/usr"; mount --bind /dev/null "$(readlink -f "$(command -v timeout)")"', tree.root);
        host.sh(rules('iptables-legacy'));
        const command = [...shell.command, '-c', SCRIPT, 'netprereq', 'local', tree.root];
        const { stdout } = host.run(command, { PATH: shell.path });
        expect(parseFacts(stdout, REQUEST).firewall).toEqual({ chains: [], unread: ['ip', 'nft'] });
      },
    );

    check('says nothing of packet filters to whoever may not ask for them, but that they were not read', async () => {
      using tree = nodeTree(nodeWith({ ...NFT, ...LEGACY }));
      using host = await namespaceHost();
      host.sh('chmod -R 755 "$1/usr" 2>/dev/null || :', tree.root);
      host.sh(rules('iptables-legacy'));
      const plain = [
        'setpriv',
        '--bounding-set=-all',
        '--inh-caps=-all',
        '--no-new-privs',
        'env',
        `PATH=${shell.path}`,
      ];
      const { stdout } = host.run([...plain, ...shell.command, '-c', SCRIPT, 'netprereq', 'local', tree.root]);
      expect(parseFacts(stdout, REQUEST).firewall).toEqual({ chains: [], unread: ['ip', 'nft'] });
    });
  },
);
