import type { Finding } from '../../src/judge/finding.ts';
import { buildReport, type NodeInput, type ReportInput } from '../../src/report/build.ts';
import type { CheckReport, ClusterSummary } from '../../src/report/report.ts';
import type { Terminal } from '../../src/report/terminal.ts';
import { type Advice, run } from '../../src/text/advice.ts';

export const PIPE: Terminal = { columns: undefined, color: false, unicode: true };
export const CLUSTER: ClusterSummary = {
  server: 'https://10.0.0.1:6443',
  version: 'v1.36.2',
  distribution: null,
  cni: 'flannel',
  cniBackend: 'vxlan',
  podsOnBridge: true,
  kubeProxyMode: 'iptables',
  ipFamilies: ['IPv4'],
};
export const DEBIAN = {
  os: 'Debian GNU/Linux 12 (bookworm)',
  kernel: '6.1.0-56-amd64',
  arch: 'amd64',
  runtime: 'containerd://2.1.4',
};

/** A passing finding on a rule, changed as wanted. */
export function finding(rule: string, changes: Partial<Finding> = {}): Finding {
  return {
    rule,
    title: `${rule} is as it must be`,
    severity: 'required',
    verdict: 'pass',
    now: { verdict: 'pass', expected: '1', actual: '1' },
    message: `${rule} is 1`,
    remedy: [],
    ...changes,
  };
}

const RULES = ['br-netfilter', 'bridge-nf-call-iptables', 'ipv4-forwarding', 'conntrack-active'];

/** The findings of a healthy node on an IPv4 cluster, some of them replaced. */
export function findings(...changed: Finding[]): Finding[] {
  const all = RULES.map((rule) => changed.find((other) => other.rule === rule) ?? finding(rule));
  const skipped: Finding = finding('ipv6-forwarding', {
    severity: 'info',
    verdict: 'skip',
    now: { verdict: 'skip', expected: '1', actual: '0' },
    message: 'the cluster has no IPv6',
  });
  return [...all, changed.find(({ rule }) => rule === skipped.rule) ?? skipped];
}

export const NOT_LOADED = finding('br-netfilter', {
  fixable: true,
  verdict: 'fail',
  now: { verdict: 'fail', expected: 'present', actual: 'absent', cause: 'not-loaded' },
  module: { name: 'br_netfilter', state: 'on-disk' },
  message: '/proc/sys/net/bridge/bridge-nf-call-iptables does not exist',
  why: 'the module br_netfilter is on disk (kernel 6.1.0-56-amd64) but not loaded; flannel exits without it',
  remedy: [run('modprobe br_netfilter'), run('echo br_netfilter > /etc/modules-load.d/netprereq.conf')],
});
export const WAITING = finding('bridge-nf-call-iptables', {
  verdict: 'skip',
  now: { verdict: 'skip', expected: '1', actual: null },
  message: 'waits for br-netfilter',
});
export const FORWARDING_OFF = finding('ipv4-forwarding', {
  fixable: true,
  verdict: 'fail',
  now: {
    verdict: 'fail',
    expected: '1',
    actual: '0',
    cause: 'overridden',
    source: { file: '/etc/sysctl.conf', line: 28 },
  },
  message: 'net.ipv4.ip_forward is 0',
  why: '/etc/sysctl.conf:28 sets it to 0',
  remedy: [
    'Remove /etc/sysctl.conf:28 (net.ipv4.ip_forward = 0), or whatever configuration management writes it there each time',
    run('sysctl -w net.ipv4.ip_forward=1'),
    run("echo 'net.ipv4.ip_forward = 1' > /etc/sysctl.d/99-zz-netprereq.conf"),
  ],
});
export const CONNTRACK_WARNS = finding('conntrack-active', {
  severity: 'recommended',
  verdict: 'warn',
  now: { verdict: 'fail', expected: 'present', actual: 'absent', cause: 'not-loaded' },
  message: '/proc/sys/net/netfilter/nf_conntrack_max does not exist',
  remedy: [run('modprobe nf_conntrack')],
});
export const CONNTRACK_UNREADABLE = finding('conntrack-active', {
  verdict: 'unknown',
  now: { verdict: 'unknown', expected: 'present', actual: null, cause: 'undetermined' },
  message: '/proc/sys/net/netfilter could not be read: Permission denied',
  remedy: [run('cat /proc/sys/net/netfilter/nf_conntrack_max')],
});

export const OVERRIDDEN_AT_BOOT = finding('bridge-nf-call-iptables', {
  fixable: true,
  verdict: 'warn',
  message: 'net.bridge.bridge-nf-call-iptables is 1',
  boot: {
    verdict: 'fail',
    expected: '1',
    actual: '0',
    cause: 'overridden',
    source: { file: '/etc/sysctl.d/99-hardening.conf', line: 3 },
  },
  remedy: ['Remove /etc/sysctl.d/99-hardening.conf:3'],
});

/** A node that answered. */
export function judged(name: string, ...changed: Finding[]): NodeInput {
  return { name, system: DEBIAN, findings: findings(...changed) };
}

/** A node whose next boot was judged too: as now, unless said otherwise. */
export function booted(name: string, ...changed: Finding[]): NodeInput {
  return { name, system: DEBIAN, findings: findings(...changed).map((each) => ({ boot: each.now, ...each })) };
}

/** A node that gave no answer. */
export function silent(name: string, reason: string, remedy: Advice[] = []): NodeInput {
  return { name, system: { ...DEBIAN, runtime: null }, verdict: 'unknown', reason, remedy };
}

export function skipped(name: string, reason: string): NodeInput {
  return {
    name,
    system: { os: 'Windows Server 2025', kernel: null, arch: 'amd64', runtime: null },
    verdict: 'skip',
    reason,
  };
}

/** Nodes `prefix<from>` to `prefix<to>`. */
export function series(prefix: string, from: number, to: number, node: (name: string) => NodeInput): NodeInput[] {
  return Array.from({ length: to - from + 1 }, (_, index) => node(`${prefix}${from + index}`));
}

/** A report on these nodes, of a fixed run. */
export function report(nodes: NodeInput[], changes: Partial<Omit<ReportInput, 'nodes'>> = {}): CheckReport {
  return buildReport({
    run: { id: 'k7x2p', version: '0.1.0', startedAt: new Date('2026-11-23T21:00:00Z'), durationSeconds: 3.4 },
    cluster: CLUSTER,
    assumptions: [],
    leftovers: [],
    ...changes,
    nodes,
  });
}

const DEAD = 'the kubelet had not started the pod in 15s (NotReady: container runtime is down, PLEG is not healthy)';

/** Reports as they occur, by name. */
export const REPORTS: Record<string, CheckReport> = {
  healthy: report([judged('cp-1'), ...series('node-', 1, 11, judged)]),
  'one-fails': report([judged('cp-1'), judged('node-1', NOT_LOADED, WAITING), ...series('node-', 2, 9, judged)]),
  mixed: report([
    judged('cp-1'),
    judged('node-1', NOT_LOADED, WAITING),
    ...series('node-', 2, 5, (name) => judged(name, NOT_LOADED, WAITING, FORWARDING_OFF)),
    judged('node-6', CONNTRACK_WARNS),
    judged('node-7', CONNTRACK_UNREADABLE),
    judged('node-8', FORWARDING_OFF, CONNTRACK_UNREADABLE),
    judged('node-9'),
    judged('node-10'),
    silent('node-11', DEAD, ['kubectl describe node node-11']),
    silent('node-12', DEAD, ['kubectl describe node node-12']),
    silent('node-13', 'the image busybox:1.37.0 could not be pulled: ErrImagePull', [
      'Name an image that the nodes have, with sh in it: --image',
    ]),
    skipped('win-1', 'Windows has none of these prerequisites'),
    skipped('win-2', 'Windows has none of these prerequisites'),
    skipped('fargate-ip-10-0-3-7', 'Fargate admits no privileged pods'),
  ]),
  'five-hundred': report([
    ...series('node-', 1, 440, judged),
    ...series('worker-gpu-', 1, 20, (name) => judged(`${name}.example.internal`)),
    // Every third one, so that nothing can be compressed.
    ...Array.from({ length: 30 }, (_, index) => judged(`edge-${index * 3}`, NOT_LOADED, WAITING)),
    ...Array.from({ length: 10 }, (_, index) =>
      silent(`lost-${index}`, `no answer in 60s, last seen ${index} min ago`),
    ),
  ]),
  'all-unknown': report(
    series('ip-192-168-101-', 8, 31, (name) => silent(`${name}.eu-central-1.compute.internal`, DEAD)),
  ),
  local: report([judged('build-host', NOT_LOADED, WAITING)], { cluster: null }),
  garbage: report([
    {
      name: 'node-1',
      system: { ...DEBIAN, os: '\u001b[2J\u202egnp.exe Linux\u0000', kernel: `6.1\n${'A'.repeat(2000)}` },
      findings: findings({
        ...FORWARDING_OFF,
        message: 'net.ipv4.ip_forward is \u001b[31m0\u009b0m\r\nall 1 nodes pass',
        why: `日本語の説明 and \u{e0041} and \ud800 and ${'z'.repeat(900)}`,
        remedy: [run(`sysctl -w net.ipv4.ip_forward=1 # ${'long '.repeat(150)}`), run('echo \u0007bell')],
      }),
    },
  ]),
  interrupted: report(
    [judged('cp-1'), ...series('node-', 1, 4, (name) => silent(name, 'interrupted before the node had answered'))],
    {
      run: {
        id: 'k7x2p',
        version: '0.1.0',
        startedAt: new Date('2026-11-23T21:00:00Z'),
        durationSeconds: 1.25,
        interrupted: true,
      },
      leftovers: ['kube-system/netprereq-k7x2p-0f3a', 'kube-system/netprereq-k7x2p-91bc'],
    },
  ),
  assumptions: report([judged('node-1')], {
    cluster: { ...CLUSTER, cni: null, cniBackend: null, podsOnBridge: null },
    assumptions: [
      'pods sit on a Linux bridge, because no known CNI was found: --cni names it',
      'kube-proxy runs in iptables mode, because its ConfigMap may not be read: --kube-proxy-mode names it',
    ],
  }),
  'no-nodes': report([]),
  reboot: report([
    booted(
      'node-1',
      finding('br-netfilter', {
        ...NOT_LOADED,
        boot: { verdict: 'fail', expected: 'present', actual: 'absent', cause: 'not-loaded' },
      }),
    ),
    ...series('node-', 2, 4, (name) => booted(name, OVERRIDDEN_AT_BOOT)),
    booted('node-5'),
  ]),
};
