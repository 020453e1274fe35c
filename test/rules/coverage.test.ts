import { describe, expect, test } from 'vitest';
import { CAUSES, COVERAGE, DEMANDS, TRAPS } from '../../scripts/docs/coverage.ts';
import { RULES } from '../../src/rules/index.ts';
import { isEstablished } from './established.ts';

const ids = RULES.map(({ id }) => id);
const words = (rows: readonly { breaks: string }[]) => rows.map(({ breaks }) => breaks);

test('thirty causes that public reports name stand there, each once', () => {
  expect(CAUSES).toHaveLength(30);
  expect(new Set(words(COVERAGE)).size).toBe(COVERAGE.length);
});

test.for(COVERAGE)('$breaks: it is judged by rules that exist, or it says why not', ({ rules, not }) => {
  for (const id of rules) expect(ids).toContain(id);
  if (rules.length === 0) expect(not).toMatch(/\w{3}/);
  // That something is not judged so far is no reason.
  expect(not ?? '').not.toMatch(/\byet\b/);
});

const named = COVERAGE.flatMap(({ rules }) => rules);
const isNew = (id: string) => !isEstablished({ id }) && !named.includes(id);

// Not a failure: a new rule is one file, and its author may not know this table.
for (const id of ids.filter(isNew)) test.todo(`${id} has no row in scripts/docs/coverage.ts yet`);

test.for(ids.filter((id) => !isNew(id)))('%s is named by one of them', (id) => {
  expect(named).toContain(id);
});

/** What somebody searches for who has the trouble, one word for each of the causes in public reports. */
const REPORTED = [
  ...['nft_compat', 'systemd-networkd', 'wicked', 'rp_filter', 'legacy', 'denied', 'NetworkManager', 'firewalld'],
  ...['ufw', 'FORWARD', 'inotify', 'nft of the host', 'known to break', 'nf_conntrack_max', 'tunnel', 'scheduler'],
  ...['nft_fib', 'MTU', 'accept_ra', 'disable_ipv6', 'checksums', 'cgroup v1', 'gc_thresh3', 'BTF'],
  ...['protectKernelDefaults', 'resolvConf', 'Istio', 'strict ARP', 'SELinux', 'Longhorn'],
];

/** One for each thing that components ask of a node, by their documents and sources. */
const DEMANDED = [
  ...['br_netfilter', 'bridged packets', 'of each family', 'after a reboot', 'other bridges', 'arptables'],
  ...['ip_forward', 'switches it on only later', 'accept_ra', 'policy of docker'],
  ...['nf_conntrack)', 'nf_conntrack_max', 'node that is a container', 'iptables rules', 'legacy tables', 'localnet'],
  ...[
    'IPVS or its scheduler',
    'sysctls of IPVS',
    'strict ARP',
    'deprecated',
    'too old',
    'nft_fib',
    'mode nftables too',
  ],
  ...['protectKernelDefaults', 'overlay, for', 'inotify'],
  ...['tunnel', 'WireGuard', 'IPsec', '/dev/net/tun', 'host-gw', 'sch_fq'],
  ...["Calico's modules", 'loose reverse path', 'eBPF of Calico', 'Cilium lists', 'rp_filter of Antrea', 'AWS VPC CNI'],
  ...['OVN-Kubernetes', 'MetalLB', 'kube-router', 'Istio', 'NetworkManager'],
  ...['not shipped', 'not of the running kernel', 'denied', 'loading is off', 'module for a node that is a container'],
];

/** One for each way in which a simpler tool is wrong. */
const MISLEADING = [
  ...['lsmod', '/sys/module', '/proc/modules', "pod's network namespace", 'on disk', 'says 0', 'nftables is thought'],
  ...['Calico or Cilium', 'right now', 'sysctl --system', 'deny list', 'modprobe -n', 'upgraded', 'docker 27.3'],
  ...['could not be read', 'never loaded', 'IPv6 is not', 'container node', 'rootless', 'gVisor', 'WSL2'],
  ...['switch of its own', 'every bridge', 'of `all` alone'],
];

describe('whoever searches for it finds a row', () => {
  test.for(REPORTED)('%s', (word) => expect(words(CAUSES).join('\n')).toContain(word));
  test.for(DEMANDED)('%s', (word) => expect(words([...CAUSES, ...DEMANDS]).join('\n')).toContain(word));
  test.for(MISLEADING)('%s', (word) => expect(words(TRAPS).join('\n')).toContain(word));
});

test('there is a word for each of the causes and of what misleads', () => {
  expect([REPORTED.length, MISLEADING.length]).toEqual([CAUSES.length, TRAPS.length]);
});
