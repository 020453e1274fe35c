import { expect } from 'vitest';
import type { ForwardChain } from '../../src/facts/firewall.ts';
import { forwardPolicy } from '../../src/rules/forward-policy.ts';
import { type RuleCase, ruleTester } from './rule-tester.ts';

type Some = Partial<ForwardChain> & Pick<ForwardChain, 'policy' | 'rules'>;
const iptables = (chain: Some): ForwardChain => ({
  kind: 'nft',
  family: 'ip',
  table: 'filter',
  name: 'FORWARD',
  ...chain,
});
const legacy = (chain: Some): ForwardChain => iptables({ kind: 'legacy', ...chain });
const node = (chains: readonly ForwardChain[], unread: readonly string[] = []): NonNullable<RuleCase['node']> => ({
  firewall: { chains, unread },
});

/** What dockerd 20.10.24 has made in an empty network namespace, by nft. */
const DOCKER = [
  'jump DOCKER-USER',
  'jump DOCKER-ISOLATION-STAGE-1',
  'oifname "docker0" ct state related,established accept',
  'oifname "docker0" jump DOCKER',
  'iifname "docker0" oifname != "docker0" accept',
  'iifname "docker0" oifname "docker0" accept',
];
/** kube-proxy, by nft. */
const KUBE = ['ct state new jump KUBE-PROXY-FIREWALL', 'jump KUBE-FORWARD', 'ct state new jump KUBE-SERVICES'];
const CALICO = [
  'jump cali-FORWARD',
  ...KUBE,
  ...DOCKER,
  'meta mark & 0x00010000 == 0x00010000 accept',
  'meta mark set mark or 0x10000',
];
const awsVpc = { cni: 'aws-vpc' } as const;
const dropped = { verdict: 'fail', severity: 'required', now: { verdict: 'fail', actual: 'dropped' } } as const;

/** A chain that neither passes nor fails. */
const unclear = (policy: string, chain: ForwardChain): RuleCase => ({
  name: `only shows that it cannot be told, under the policy ${policy} with ${chain.rules[0] ?? 'rules that were not read'}`,
  node: node([chain]),
  profile: awsVpc,
  expected: { severity: 'info', now: { verdict: 'unknown' } },
});

ruleTester(forwardPolicy, [
  { name: 'passes where there is no packet filter', node: node([]), expected: { verdict: 'pass' } },
  {
    name: 'passes where the policy is to accept',
    node: node([iptables({ policy: 'accept', rules: [...KUBE, ...DOCKER] })]),
    profile: awsVpc,
    expected: { verdict: 'pass' },
  },
  {
    name: "fails by docker's policy where the CNI puts no rule there, and says how to keep it away",
    node: node([iptables({ policy: 'drop', rules: [...KUBE, ...DOCKER.slice(1)] })]),
    profile: awsVpc,
    expected: {
      ...dropped,
      message: 'filter FORWARD (ip) drops packets of pods by its policy',
      why: expect.stringContaining('docker sets this policy when it starts while forwarding is off'),
      remedy: [
        "nft chain ip filter FORWARD '{ policy accept; }'",
        expect.stringContaining('"ip-forward-no-drop": true'),
      ],
    },
  },
  ...(
    [
      ['is empty', [], dropped],
      ['only returns, as old releases of docker make it', ['-j RETURN'], dropped],
      ['logs', ['-j LOG --log-prefix "x "', '-j RETURN'], dropped],
      ['accepts for interfaces of docker', ['-i docker0 -j ACCEPT'], dropped],
      ['accepts replies', ['-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'], dropped],
    ] as const
  ).map(([name, rules, expected]) => ({
    name: `fails by docker's policy where the chain that it keeps for administrators ${name}`,
    node: node([
      legacy({ policy: 'drop', rules: ['-j DOCKER-USER', '-j DOCKER-FORWARD'], called: { 'DOCKER-USER': { rules } } }),
    ]),
    profile: awsVpc,
    expected,
  })),
  ...(
    [
      ['accepts', { rules: ['-j ACCEPT'] }],
      ['accepts some', { rules: ['-s 10.244.0.0/16 -j ACCEPT', '-j RETURN'] }],
      ['calls another chain', { rules: ['-j THEIRS'] }],
      ['has more rules than were read', { rules: [], cut: true }],
    ] as const
  ).map(([name, chain]) => ({
    name: `only shows that it is unknown where the chain that docker keeps for administrators ${name}`,
    node: node([legacy({ policy: 'drop', rules: ['-j DOCKER-USER'], called: { 'DOCKER-USER': chain } })]),
    profile: awsVpc,
    expected: { severity: 'info' as const, now: { verdict: 'unknown' as const } },
  })),
  {
    name: 'fails on a node as dockerd leaves it, whose chain for administrators returns',
    node: node([iptables({ policy: 'drop', rules: DOCKER, called: { 'DOCKER-USER': { rules: ['return'] } } })]),
    profile: awsVpc,
    expected: dropped,
  },
  {
    name: 'passes where that chain is empty, and the policy is to accept',
    node: node([iptables({ policy: 'accept', rules: DOCKER, called: { 'DOCKER-USER': { rules: [] } } })]),
    profile: awsVpc,
    expected: { verdict: 'pass' },
  },
  {
    name: 'passes with that policy where flannel accepts, behind all others',
    misleads: 'iptables -L FORWARD',
    node: node([iptables({ policy: 'drop', rules: [...KUBE, ...DOCKER, 'jump FLANNEL-FWD'] })]),
    expected: { verdict: 'pass' },
  },
  {
    name: 'passes with that policy where Calico accepts, first and by its mark',
    node: node([iptables({ policy: 'drop', rules: CALICO })]),
    profile: { cni: 'calico' },
    expected: { verdict: 'pass' },
  },
  ...['-j KUBE-ROUTER-FORWARD', '-j CNI-FORWARD', '-o weave -j WEAVE-NPC', '-j ACCEPT'].map((rule) => ({
    name: `passes with that policy and the rule ${rule}`,
    node: node([legacy({ policy: 'drop', rules: [rule] })]),
    expected: { verdict: 'pass' as const },
  })),
  {
    name: 'fails where a rule rejects all before flannel accepts, though the policy is to accept; the rule is named',
    node: node([
      legacy({
        policy: 'accept',
        rules: [
          '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
          '-j REJECT --reject-with icmp-host-prohibited',
          '-j FLANNEL-FWD',
        ],
      }),
    ]),
    expected: {
      ...dropped,
      message:
        'filter FORWARD (ip of iptables-legacy) drops packets of pods by the rule "-j REJECT --reject-with icmp-host-prohibited"',
      remedy: [expect.stringContaining('the packets of pods before it')],
    },
  },
  {
    name: 'passes where flannel accepts before a rule that rejects all',
    node: node([
      iptables({
        policy: 'accept',
        rules: ['jump FLANNEL-FWD', 'log prefix "x " reject with icmp type host-prohibited'],
      }),
    ]),
    expected: { verdict: 'pass' },
  },
  {
    name: 'fails where a rule logs and drops all',
    node: node([iptables({ policy: 'accept', rules: ['log prefix "accept " level warn drop'] })]),
    expected: dropped,
  },
  {
    name: 'is not misled by rules that drop some packets only',
    node: node([
      legacy({
        policy: 'accept',
        rules: [
          '-m conntrack --ctstate INVALID -j DROP',
          '-o virbr0 -j REJECT',
          '-d 168.63.129.16/32 -p tcp -j DROP',
          '-j DOCKER-FORWARD',
          '-j ufw-track-forward',
        ],
      }),
      iptables({
        policy: 'accept',
        rules: ['ct state invalid drop', 'ct state vmap { invalid : drop, established : accept, related : accept }'],
      }),
      iptables({ table: 'kube-proxy', policy: 'accept', rules: ['ct state new jump cluster-ips-check'] }),
      iptables({ table: 'calico', policy: 'accept', rules: ['jump filter-cali-FORWARD'] }),
      iptables({ family: 'inet', table: 'kube-network-policies', policy: 'accept', rules: ['queue to 100'] }),
    ]),
    expected: { verdict: 'pass' },
  },
  {
    name: 'fails in a table of its own, though iptables accepts: all that see a packet must',
    node: node([
      iptables({ policy: 'drop', rules: ['jump FLANNEL-FWD'] }),
      iptables({ family: 'inet', name: 'forward', policy: 'drop', rules: [] }),
    ]),
    expected: {
      ...dropped,
      message: 'filter forward (inet) drops packets of pods by its policy',
      remedy: ['Make filter forward accept the packets of pods'],
    },
  },
  {
    name: 'fails by the older kind of iptables, though the other accepts',
    node: node([iptables({ policy: 'accept', rules: [] }), legacy({ policy: 'drop', rules: [] })]),
    profile: awsVpc,
    expected: { ...dropped, remedy: ['iptables-legacy -P FORWARD ACCEPT'] },
  },
  {
    name: 'leaves the table of firewalld to the rule about its zones',
    node: node([iptables({ family: 'inet', table: 'firewalld', name: 'filter_FORWARD', policy: 'drop', rules: [] })]),
    expected: { verdict: 'pass' },
  },
  {
    name: 'fails for IPv6 where the cluster uses it',
    node: node([iptables({ family: 'ip6', policy: 'drop', rules: [] })]),
    profile: { cni: 'aws-vpc', ipFamilies: ['IPv6'] },
    expected: { ...dropped, remedy: ["nft chain ip6 filter FORWARD '{ policy accept; }'"] },
  },
  {
    name: 'does not speak of IPv6 where the cluster does not use it',
    node: node([iptables({ family: 'ip6', policy: 'drop', rules: [] })]),
    profile: { cni: 'aws-vpc', ipFamilies: ['IPv4'] },
    expected: { verdict: 'pass', now: { verdict: 'pass' } },
  },
  ...[
    ['-s 10.244.0.0/16 -j ACCEPT', 'may be the pods’'],
    ['! -i docker0 -j ACCEPT', 'leaves out one interface'],
    ['-j ts-forward', 'goes on in a chain of somebody'],
    ['-i eth0 -j NFQUEUE', 'hands packets to a program'],
  ].map(([rule = '', what]) => ({
    name: `only shows that it cannot be told, with a rule that ${what}`,
    node: node([legacy({ policy: 'drop', rules: [rule] })]),
    profile: awsVpc,
    expected: {
      verdict: 'pass' as const,
      severity: 'info' as const,
      now: { verdict: 'unknown' as const },
      remedy: ['iptables-legacy -S FORWARD'],
    },
  })),
  ...[
    ...['-j DOCKER-USER', '-j ufw-user-forward', '-j ufw6-before-forward', '-j ufw-after-forward'],
    ...['-j LIBVIRT_FWX', '-j INCUS_FORWARD', '-j LXC', '-m conntrack ! --ctstate INVALID -j ACCEPT'],
    '-m conntrack --ctstate RELATED,ESTABLISHED,DNAT -j ACCEPT',
  ].map((rule) => unclear('drop', legacy({ policy: 'drop', rules: [rule] }))),
  ...[
    ...['ct state { established, related, new } accept', 'ct state { new } accept', 'ct state != invalid accept'],
    ...['iifname vmap { "cni0" : accept }', 'queue num 0 bypass', 'queue flags bypass to 0', 'queue'],
  ].map((rule) => unclear('drop', iptables({ policy: 'drop', rules: [rule] }))),
  ...[
    ...['-m conntrack --ctstate NEW -j DROP', '-i cni0 -j REJECT', '! -i docker0 -j DROP', '-i eth1 -j REJECT'],
    ...['-m conntrack ! --ctstate RELATED,ESTABLISHED -j DROP', '-j THEIRS', '-j NFQUEUE --queue-num 0'],
  ].map((rule) => unclear('accept', legacy({ policy: 'accept', rules: [rule] }))),
  ...[
    ...['ct state new reject', 'ct state { new, untracked } drop', 'ip saddr 10.244.0.0/16 drop', 'jump theirs'],
    ...['iifname vmap { "cni0" : drop }', 'ct state vmap { new : drop }', 'iifname vmap @theirs', 'queue to 0'],
  ].map((rule) => unclear('accept', iptables({ policy: 'accept', rules: [rule, 'accept'] }))),
  {
    name: 'fails where only replies are accepted, in any notation',
    node: node([
      iptables({ policy: 'drop', rules: ['ct state { established, related } accept', 'ct state established accept'] }),
    ]),
    profile: awsVpc,
    expected: dropped,
  },
  ...(['drop', 'accept'] as const).map((policy) =>
    unclear(
      policy,
      legacy({ policy, rules: ['-s 10.244.0.0/16 -j RETURN', `-j ${policy === 'drop' ? 'ACCEPT' : 'DROP'}`] }),
    ),
  ),
  unclear('accept', legacy({ policy: 'accept', rules: [], cut: true })),
  unclear('accept', legacy({ policy: 'accept', rules: ['-s 10.0.0.1,10.0', '-j ACCEPT'], cut: true })),
  unclear('drop', legacy({ policy: 'drop', rules: ['-s 10.0.0.1,10.0', '-j REJECT'], cut: true })),
  {
    name: 'does not speak of IPv4 where the cluster uses IPv6 only',
    node: node([iptables({ policy: 'drop', rules: [] })], ['ip']),
    profile: { cni: 'aws-vpc', ipFamilies: ['IPv6'] },
    expected: { verdict: 'pass', now: { verdict: 'pass' } },
  },
  {
    name: 'only shows that it cannot be told where there are more rules than were read',
    node: node([legacy({ policy: 'drop', rules: [], cut: true })]),
    profile: awsVpc,
    expected: { severity: 'info', now: { verdict: 'unknown' } },
  },
  {
    name: 'only shows that a packet filter was not read',
    node: node([iptables({ policy: 'accept', rules: [] })], ['ip']),
    expected: { verdict: 'pass', severity: 'info', now: { verdict: 'unknown' } },
  },
  { name: 'only shows that nothing was read', node: {}, expected: { verdict: 'pass', now: { verdict: 'unknown' } } },
  {
    name: 'fails by what was read, though something was not',
    node: node([iptables({ policy: 'drop', rules: [] })], ['ip']),
    expected: dropped,
  },
  {
    name: 'warns where the CNI is not known',
    node: node([iptables({ policy: 'drop', rules: DOCKER.slice(1) })]),
    profile: { cni: undefined },
    expected: { verdict: 'warn', severity: 'recommended' },
  },
  {
    name: 'gives no command that a name of the node could change',
    node: node([iptables({ table: '$(reboot)', policy: 'drop', rules: [] })]),
    expected: { remedy: ["nft chain ip '$(reboot)' FORWARD '{ policy accept; }'"] },
  },
  ...(['cilium', 'antrea', 'ovn-kubernetes'] as const).map((cni) => ({
    name: `does not concern ${cni}`,
    node: node([iptables({ policy: 'drop', rules: [] })]),
    profile: { cni },
    expected: { verdict: 'skip' as const },
  })),
]);
