import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseFacts } from '../../src/facts/parse.ts';
import { requestOf } from '../../src/judge/request.ts';
import { probeCommand } from '../../src/probe/command.ts';
import { openEnvelope } from '../../src/probe/envelope.ts';
import { RULES } from '../../src/rules/index.ts';
import { DEBIAN, type Entry, MODULES, nodeTree } from './node-tree.ts';
import { nodeWith, noFilters } from './packet-filters.ts';
import { runProbe } from './run-probe.ts';
import { SHELLS, type Shell } from './shells.ts';

const work = mkdtempSync(join(tmpdir(), 'netprereq-size-'));
afterAll(() => rmSync(work, { recursive: true }));

const request = requestOf(RULES);

/** modules.dep as distributions have it: nearly everything as a module, with what it needs. */
const dependencies = request.modules
  .map((name, index) => {
    const needs = ['nf_conntrack', 'nf_defrag_ipv6', 'nf_defrag_ipv4', 'libcrc32c', 'udp_tunnel', 'x_tables'];
    const list = needs.slice(index % 3, 2 + (index % 4)).map((need) => `kernel/net/netfilter/${need}.ko`);
    return `kernel/net/${['netfilter', 'ipv4/netfilter', 'bridge'][index % 3]}/${name}.ko: ${list.join(' ')}`;
  })
  .join('\n');

/** A table of neighbours of 16 processors, with what differs between them. */
const neighbours = (seed: number) =>
  [
    'entries  allocs   destroys hash_grows lookups  hits     res_failed rcv_probes_mcast rcv_probes_ucast periodic_gc_runs forced_gc_runs unresolved_discards table_fulls',
    ...Array.from({ length: 16 }, (_, cpu) => {
      const hex = (factor: number) => ((cpu + 1) * seed * factor).toString(16).padStart(8, '0').slice(-8);
      return `0000002a ${hex(31)} ${hex(29)} 00000000   ${hex(7919)} ${hex(6101)} ${hex(3)}   00000000         00000000         ${hex(17)}         00000000       00000000            00000000`;
    }),
    '',
  ].join('\n');

/** What kubeadm writes for the kubelet. */
const KUBELET = `apiVersion: kubelet.config.k8s.io/v1beta1
authentication:
  anonymous:
    enabled: false
  webhook:
    cacheTTL: 0s
    enabled: true
  x509:
    clientCAFile: /etc/kubernetes/pki/ca.crt
authorization:
  mode: Webhook
  webhook:
    cacheAuthorizedTTL: 0s
    cacheUnauthorizedTTL: 0s
cgroupDriver: systemd
clusterDNS:
- 10.96.0.10
clusterDomain: cluster.local
containerRuntimeEndpoint: unix:///var/run/containerd/containerd.sock
cpuManagerReconcilePeriod: 0s
crashLoopBackOff: {}
evictionPressureTransitionPeriod: 0s
fileCheckFrequency: 0s
healthzBindAddress: 127.0.0.1
healthzPort: 10248
httpCheckFrequency: 0s
imageMaximumGCAge: 0s
imageMinimumGCAge: 0s
kind: KubeletConfiguration
logging:
  flushFrequency: 0
  options:
    json:
      infoBufferSize: "0"
    text:
      infoBufferSize: "0"
  verbosity: 0
memorySwap: {}
nodeStatusReportFrequency: 0s
nodeStatusUpdateFrequency: 0s
resolvConf: /run/systemd/resolve/resolv.conf
rotateCertificates: true
runtimeRequestTimeout: 0s
shutdownGracePeriod: 0s
shutdownGracePeriodCriticalPods: 0s
staticPodPath: /etc/kubernetes/manifests
streamingConnectionIdleTimeout: 0s
syncFrequency: 0s
volumeStatsAggPeriod: 0s
`;

/** A node with what kubeadm and systemd leave behind. */
const NODE: Readonly<Record<string, Entry>> = {
  ...DEBIAN,
  [`${MODULES}/modules.dep`]: `${dependencies}\n`,
  '/proc/net/stat/arp_cache': neighbours(40_503),
  '/proc/net/stat/ndisc_cache': neighbours(30_011),
  '/var/lib/kubelet/config.yaml': KUBELET,
  '/etc/resolv.conf': { link: '../run/systemd/resolve/stub-resolv.conf' },
  '/run/systemd/resolve/stub-resolv.conf': '# a\nnameserver 127.0.0.53\noptions edns0 trust-ad\nsearch example.org\n',
  '/etc/systemd/networkd.conf': '# a\n[Network]\n[IPv6AcceptRA]\n[DHCPv4]\n[DHCPv6]\n[DHCPServer]\n',
  '/run/systemd/units/invocation:systemd-networkd.service': { link: 'a' },
  '/etc/ufw/ufw.conf': 'ENABLED=no\n',
  '/etc/default/ufw': 'DEFAULT_FORWARD_POLICY="DROP"\n',
  '/etc/ufw/user.rules': ['user', 'before-logging', 'user-logging', 'after-logging']
    .map((name) => `:ufw-${name}-forward - [0:0]\n`)
    .join(''),
  '/run/systemd/resolve/resolv.conf': '# a\nnameserver 192.0.2.1\nnameserver 192.0.2.2\nsearch example.org\n',
};

/** What docker, kube-proxy and flannel have in FORWARD, for both families. */
const FORWARD = ['iptables-nft', 'ip6tables-nft']
  .flatMap((program) => [
    ...'A B C D DOCKER KUBE-PROXY-FIREWALL KUBE-FORWARD KUBE-SERVICES KUBE-EXTERNAL-SERVICES FLANNEL-FWD'
      .split(' ')
      .map((chain) => `${program} -N ${chain}`),
    `${program} -P FORWARD DROP`,
    ...[
      '-j A',
      '-j B',
      '-o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      '-o docker0 -j DOCKER',
      '-i docker0 ! -o docker0 -j ACCEPT',
      '-i docker0 -o docker0 -j ACCEPT',
      '-m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL',
      '-m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD',
      '-m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
      '-m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES',
      '-m comment --comment "flanneld forward" -j FLANNEL-FWD',
    ].map((rule) => `${program} -A FORWARD ${rule}`),
  ])
  .join('\n');

const [ordinary] = SHELLS;

/** The same shell in a network namespace with these rules. */
function filtering({ command, ...rest }: Shell): Shell {
  return { ...rest, command: ['unshare', '-r', '-n', 'sh', '-c', `${FORWARD}\nexec "$@"`, 'sh', ...command] };
}

test.for([
  { title: 'an ordinary node', shell: ordinary, reason: ordinary?.missing },
  {
    title: 'a node with packet filters',
    shell: ordinary && filtering(ordinary),
    reason: ordinary?.missing ?? noFilters,
  },
])(
  'all rules together ask $title what it can answer in one termination message of 4,096 bytes',
  ({ shell, reason }, context) => {
    context.skip(reason !== undefined, reason);
    if (!shell) throw new Error('there is no shell');
    using node = nodeTree({ ...NODE, ...nodeWith({ nft: 'nft' }) });
    spawnSync('chmod', ['-R', '755', `${node.root}/usr`]);
    const output = join(work, 'answer');
    runProbe(shell, { root: node.root, output, request });
    const message = readFileSync(output, 'latin1');
    if (process.env.NETPREREQ_SHOW_SIZE) console.log(message.length, probeCommand('pod', request)[4]?.length);
    const opened = openEnvelope(message);
    if ('problem' in opened) throw new Error(opened.problem);
    expect(opened.partial).toBe(false);
    expect(message.length).toBeLessThanOrEqual(4096);
    const facts = parseFacts(opened.text, request);
    expect(facts.asked).toEqual(request);
    if (shell !== ordinary) expect(facts.firewall).toMatchObject({ chains: [{}, {}], unread: [] });
  },
);

test('what all rules ask fits into the pod with the script', () => {
  const [, , , , packed = ''] = probeCommand('pod', request);
  expect(packed.length).toBeLessThanOrEqual(18.5 * 1024);
});
