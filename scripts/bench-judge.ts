import type { ClusterProfile } from '../src/cluster/profile.ts';
import type { ConfigFile, NodeFacts } from '../src/facts/facts.ts';
import { evaluateNode } from '../src/judge/evaluate.ts';
import { requestOf } from '../src/judge/request.ts';
import { markFixable } from '../src/plan/fixable.ts';
import { buildReport, type NodeInput } from '../src/report/build.ts';
import { SHOWN } from '../src/report/formats.ts';
import { renderParts } from '../src/report/index.ts';
import { RULES } from '../src/rules/index.ts';
import { Shared } from '../src/text/shared.ts';
import { healthy } from '../test/rules/healthy-node.ts';

/**
 * Measures what it takes to judge many made-up nodes by all rules, now and at the next boot, and to report on them, on one core: first of
 * nodes of which no two have the same boot, then of eight kinds. No two share an object.
 * Usage: npm run bench:judge -- [NODES]. Fails where judging takes longer than the goal, 1 ms per node.
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
  // All that rules read, each node's objects its own.
  const healthyNode = structuredClone(healthy({ plugins: ['flannel', 'portmap'] }));
  return {
    ...healthyNode,
    netns: { self: '1', init: '1' },
    os: debian ? { id: 'debian', versionId: '12' } : { id: 'custom' },
    container: null,
    kernel: { release: '6.1.0-9-amd64', loadable: true, installed: ['6.1.0-9-amd64'], config: {} },
    modules: {
      ...healthyNode.modules,
      br_netfilter: { ...module, dependencies: ['bridge', 'stp', 'llc'] },
      bridge: { ...module, dependencies: ['stp', 'llc'] },
      stp: { ...module, dependencies: ['llc'] },
      llc: module,
      nf_conntrack: module,
    },
    sysctls: Object.fromEntries([
      ...Object.entries(healthyNode.sysctls),
      ...SWITCHES.map((key) => [key, { is: 'value', value: '1' }] as const),
      ...['all', 'default', 'eth0', 'cni0'].map(
        (name) => [`net.ipv4.conf.${name}.rp_filter`, { is: 'value', value: '2' }] as const,
      ),
      ['net.netfilter.nf_conntrack_max', { is: 'value', value: '262144' }],
    ]),
    dropped: [],
    networks: Array.from({ length: 8 }, (_, pod) => ({ link: `veth${pod}`, is: 'veth', cidrs: [`0a0000${pod}f/32`] })),
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
  podCIDRs: nodes.map((_, number) => `10.${244 + (number >> 8)}.${number & 255}.0/24`),
  assumptions: [],
};

/** Seconds of CPU that something takes. */
function seconds(work: () => void): number {
  const begin = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1e6;
}

const TERMINAL = { columns: 120, unicode: true, color: false };

function measure(title: string, change: (facts: NodeFacts, number: number) => NodeFacts): void {
  const shared = new Shared();
  const judged: NodeInput[] = [];
  const judging = seconds(() => {
    for (const [number, facts] of nodes.entries()) {
      const changed = { ...change(facts, number), asked };
      const findings = markFixable(evaluateNode(profile, changed, RULES), changed, profile, RULES);
      const own = findings.map((finding) => shared.one(finding.rule, finding));
      const system = { os: null, kernel: null, arch: null, runtime: null };
      judged.push({ name: `node-${String(number).padStart(5, '0')}`, system, pool: 'workers', findings: own });
    }
  });
  const run = { id: 'bench', version: '0', startedAt: new Date(), durationSeconds: 0 };
  const input = { run, cluster: null, assumptions: [], nodes: judged, leftovers: [] };
  let report = buildReport({ ...input, nodes: [] });
  const building = seconds(() => {
    report = buildReport(input);
  });
  const { fail, warn, unknown } = report.summary;
  const memory = () => `${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB`;
  console.log(`${NODES} nodes ${title}, ${fail} of them fail, ${warn} warn, ${unknown} are unknown`);
  console.log(`  judge   ${judging.toFixed(2)} s of one core, ${memory()}`);
  console.log(`  report  ${building.toFixed(2)} s`);
  for (const format of SHOWN) {
    let length = 0;
    const rendering = seconds(() => {
      for (const part of renderParts(report, format, TERMINAL)) length += part.length;
    });
    console.log(
      `  ${format.padEnd(7)} ${rendering.toFixed(2)} s, ${(length / 1e6).toFixed(1)} MB of text, ${memory()}`,
    );
  }
  if (judging > NODES / 1000) process.exitCode = 1;
}

measure('of which no two boot alike', (facts, number) => {
  return { ...facts, boot: { ...facts.boot, commandLine: `${facts.boot.commandLine} number=${number}` } };
});
measure('of eight kinds', (facts) => facts);
