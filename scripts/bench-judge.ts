import type { ClusterProfile } from '../src/cluster/profile.ts';
import type { ConfigFile, NodeFacts } from '../src/facts/facts.ts';
import { evaluateNode } from '../src/judge/evaluate.ts';
import { requestOf } from '../src/judge/request.ts';
import { RULES } from '../src/rules/index.ts';

/**
 * Measures what it takes to judge many made-up nodes by all rules, now and at the next boot, on one core. No two nodes share anything.
 * Usage: npm run bench:judge -- [NODES]. Fails where it takes longer than the goal, 1 ms per node.
 */
const NODES = Number(process.argv[2] ?? 5000);
const SWITCHES = [
  'net.bridge.bridge-nf-call-iptables',
  'net.bridge.bridge-nf-call-ip6tables',
  'net.ipv4.ip_forward',
  'net.ipv6.conf.all.forwarding',
];

function file(path: string, ...lines: string[]): ConfigFile {
  return { path, kind: 'file', lines: lines.map((text, i) => ({ number: i + 1, text })) };
}

/** What a distribution, a container runtime and a hardening guide put on a node; every fourth one has each of the usual faults. */
function node(number: number): NodeFacts {
  const fault = (which: number) => number % 4 === which;
  const debian = number % 2 === 0;
  const module = { loaded: true, builtin: false, file: 'x.ko', dependencies: [] };
  return {
    netns: { self: '1', init: '1' },
    os: debian ? { id: 'debian', versionId: '12' } : { id: 'custom' },
    container: null,
    kernel: { release: '6.1.0-9-amd64', loadable: true, installed: ['6.1.0-9-amd64'], config: {} },
    modules: {
      br_netfilter: { ...module, dependencies: ['bridge', 'stp', 'llc'] },
      bridge: { ...module, dependencies: ['stp', 'llc'] },
      stp: { ...module, dependencies: ['llc'] },
      llc: module,
      nf_conntrack: module,
    },
    sysctls: Object.fromEntries([
      ...SWITCHES.map((key) => [key, { is: 'value', value: '1' }] as const),
      ...['all', 'default', 'eth0', 'cni0'].map(
        (name) => [`net.ipv4.conf.${name}.rp_filter`, { is: 'value', value: '2' }] as const,
      ),
      ['net.netfilter.nf_conntrack_max', { is: 'value', value: '262144' }],
    ]),
    dropped: [],
    boot: {
      init: 'systemd',
      commandLine: 'BOOT_IMAGE=/boot/vmlinuz-6.1.0-9-amd64 root=UUID=1 ro quiet',
      maskedUnits: [],
      mentions: [],
      wantedUnits: [],
      modprobe: [
        file('/etc/modprobe.d/cis.conf', 'install cramfs /bin/true', 'blacklist sctp', 'options nf_conntrack x=1'),
      ],
      modulesLoad: fault(0)
        ? []
        : [file('/etc/modules-load.d/k8s.conf', 'overlay', 'br_netfilter', 'ip_vs', 'nf_conntrack')],
      sysctl: [
        file(
          '/usr/lib/sysctl.d/50-default.conf',
          'net.ipv4.conf.default.rp_filter = 2',
          'net.ipv4.conf.*.rp_filter = 2',
          '-net.ipv4.conf.all.rp_filter',
        ),
        file(
          '/etc/sysctl.d/60-cis.conf',
          ...['all', 'default'].flatMap((name) =>
            ['accept_redirects', 'secure_redirects', 'send_redirects', 'accept_source_route', 'log_martians'].map(
              (setting) => `net.ipv4.conf.${name}.${setting} = 0`,
            ),
          ),
          ...(fault(1) ? ['net.ipv4.ip_forward = 0', 'net.ipv6.conf.all.forwarding = 0'] : []),
          'net.ipv4.tcp_syncookies = 1',
          'net.ipv6.conf.all.accept_ra = 0',
        ),
        file('/etc/sysctl.d/99-kubernetes-cri.conf', ...SWITCHES.map((key) => `${key} = 1`)),
        ...(fault(2)
          ? [file('/etc/sysctl.d/99-sysctl.conf', 'net.ipv4.ip_forward=0', 'net.bridge.bridge-nf-call-*=0')]
          : []),
        file('/etc/sysctl.conf', '#net.ipv4.ip_forward=1'),
      ],
    },
  };
}

const nodes = Array.from({ length: NODES }, (_, number) => node(number));
const asked = requestOf(RULES);
const profile: ClusterProfile = {
  cni: 'flannel',
  cniBackend: 'vxlan',
  podsOnBridge: true,
  kubeProxyMode: 'iptables',
  ipFamilies: ['IPv4', 'IPv6'],
  assumptions: [],
};
const begin = process.cpuUsage();
const failed = nodes.flatMap((one) =>
  evaluateNode(profile, { ...one, asked }, RULES).filter(({ verdict }) => verdict === 'fail' || verdict === 'warn'),
).length;
const { user, system } = process.cpuUsage(begin);
const seconds = (user + system) / 1e6;
console.log(
  `${NODES} nodes, ${failed} of ${RULES.length * NODES} findings fail or warn: ${seconds.toFixed(2)} s of one core`,
);
if (seconds > NODES / 1000) process.exitCode = 1;
