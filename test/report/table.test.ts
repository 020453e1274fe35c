import { describe, expect, test } from 'vitest';
import { render } from '../../src/report/index.ts';
import type { CheckReport } from '../../src/report/report.ts';
import { run } from '../../src/text/advice.ts';
import {
  booted,
  CLUSTER,
  FORWARDING_OFF,
  finding,
  judged,
  NOT_LOADED,
  OVERRIDDEN_AT_BOOT,
  PIPE,
  report,
  series,
  silent,
  skipped,
} from './samples.ts';

const table = (sample: CheckReport) => render(sample, 'table', PIPE);

describe('what is counted in a row', () => {
  const row = (...changed: Parameters<typeof finding>[]) => {
    const own = changed.map((one) => finding(...one));
    const node = booted('a');
    return table(report('findings' in node ? [{ ...node, findings: [...node.findings, ...own] }] : []))
      .split('\n')[1]
      ?.trim();
  };

  test('a rule that says nothing of the boot is not unknown there', () => {
    expect(row(['packet-filter'])).toMatch(/^a +✔ pass +nothing \(5 checked\) +nothing \(4 checked\)$/);
  });

  test('what is only shown and is not as it should be, or was not read, is no pass', () => {
    const shown = (verdict: 'fail' | 'unknown') => ({
      severity: 'info' as const,
      now: { verdict, expected: '1', actual: null },
      boot: { verdict, expected: '1', actual: null },
    });
    expect(row(['btf', shown('fail')], ['cgroup', shown('unknown')])).toMatch(
      /^a +✔ pass +nothing \(4 checked\) +nothing \(4 checked\)$/,
    );
  });
});

describe('long lists are bounded and say so', () => {
  test('names of nodes, in rows and in paragraphs', () => {
    const odd = Array.from({ length: 60 }, (_, index) => judged(`node-${index * 2}`, NOT_LOADED));
    const names =
      'node-0, node-2, node-4, node-6, node-8, node-10, node-12, node-14, node-16, node-18 and 50 more (60)';
    expect(table(report(odd))).toContain(`\n${names}  ✖ fail`);
    expect(table(report(odd))).toContain(`\n✖ br-netfilter on ${names}: `);
  });

  test('rows of the table', () => {
    const combinations = Array.from({ length: 32 }, (_, bits) =>
      judged(`node-${bits}`, ...[1, 2, 4, 8, 16].filter((bit) => bits & bit).map((bit) => failing(bit))),
    );
    const [overview = ''] = table(report(combinations)).split('\n\n');
    expect(overview.split('\n')).toHaveLength(22);
    expect(overview).toContain('\nand 12 more nodes (-o wide shows every node)');
  });

  test('variants of one rule, without hiding another rule', () => {
    const nodes = series('node-', 1, 50, (name) => judged(name, NOT_LOADED, FORWARDING_OFF));
    const varied = nodes.map((node, index) =>
      'findings' in node ? { ...node, findings: vary(node.findings, index) } : node,
    );
    const text = table(report(varied));
    expect(text.match(/^✖ br-netfilter on /gm)).toHaveLength(4);
    expect(text).toContain('\n✖ br-netfilter in 46 more variants on 46 nodes: -o json has them all\n');
    expect(text).toContain('\n✖ ipv4-forwarding on node-1..50 (50): ');
  });

  test('reasons for skipping', () => {
    const nodes = ['Windows', 'Windows', 'Fargate', 'virtual', 'Autopilot'].map((why, index) =>
      skipped(`n-${index}x`, why),
    );
    expect(table(report(nodes))).toMatch(/– skip +Windows \(2\); Fargate \(1\); virtual \(1\); 1 more\n/);
  });

  test('pods left behind', () => {
    const leftovers = Array.from({ length: 25 }, (_, index) => `kube-system/netprereq-a-${index}`);
    const text = table(report([judged('a')], { leftovers }));
    expect(text).toMatch(
      /25 pods .*netprereq-a-9 and 15 more\n {4}kubectl netprereq cleanup --run k7x2p -n kube-system\n/,
    );
    expect(table(report([judged('a')], { leftovers: ['kube-system/a'] }))).toContain(
      'a pod that may be left behind: kube-system/a',
    );
  });

  test('pods left behind by the looks of a fix, which are runs of their own', () => {
    const leftovers = ['kube-system/netprereq-7f3k2q-0123456789', 'kube-system/netprereq-9w8x7y-0123456789-2', 'x/a'];
    expect(table(report([judged('a')], { leftovers }))).toMatch(
      /\n {4}kubectl netprereq cleanup --run 7f3k2q -n kube-system\n {4}kubectl netprereq cleanup --run 9w8x7y -n kube-system\n {4}kubectl netprereq cleanup --run k7x2p -n x\n/,
    );
  });
});

test('what is proposed for a node reaches the same cluster', () => {
  const nodes = [silent('node-1', 'it is down', [run('kubectl describe node node-1')])];
  const text = render(report(nodes), 'table', PIPE, (command) => command.replace('kubectl', 'kubectl --context c'));
  expect(text).toContain('\n    try      kubectl --context c describe node node-1\n');
});

describe('what is the same is said once', () => {
  test('also when the text names the node', () => {
    const nodes = series('node-', 1, 9, (name) => silent(name, `${name} is down`, [`kubectl describe node ${name}`]));
    expect(table(report(nodes))).toContain(
      '? node-1..9 (9): node-1 is down\n    try      kubectl describe node node-1\n',
    );
  });

  test('but never when a short name only happens to be the value', () => {
    const nodes = ['1', '2', '3'].map((name) => silent(name, `nf_conntrack_max is ${name}`));
    expect(table(report(nodes)).match(/nf_conntrack_max is \d/g)).toHaveLength(3);
  });

  test('but never when the remedies differ', () => {
    const nodes = [silent('a', 'down', ['one']), silent('b', 'down', ['two'])];
    expect(table(report(nodes))).toContain('? a: down\n    try      one\n\n? b: down\n    try      two\n');
  });
});

describe('the next command', () => {
  const { fixable: _fixable, ...UNFIXABLE } = FORWARDING_OFF;
  const BY_HAND = { ...UNFIXABLE, severity: 'recommended', verdict: 'warn' } as const;
  const commands = (text: string) => text.match(/^ {4}kubectl .*$/gm);

  test('is fix, for the nodes that it can fix', () => {
    const nodes = [judged('ok'), judged('bad-1', NOT_LOADED), judged('bad-2', FORWARDING_OFF), judged('w', BY_HAND)];
    for (const format of ['table', 'wide'] as const) {
      expect(commands(render(report(nodes), format, PIPE))).toEqual(['    kubectl netprereq fix bad-1 bad-2']);
    }
  });

  test('is not fix for nodes on which no program can do what is to be done', () => {
    const { fixable: _, ...alone } = NOT_LOADED;
    const nodes = [judged('bad-1', alone), judged('bad-2', FORWARDING_OFF)];
    expect(commands(table(report(nodes)))).toEqual(['    kubectl netprereq fix bad-2']);
  });

  test('is a root shell on a node where only a person can do what is to be done', () => {
    expect(commands(table(report([judged('ok'), judged('bad-1', BY_HAND), judged('bad-2', BY_HAND)])))).toEqual([
      '    kubectl debug node/bad-1 -it --profile=sysadmin --image=busybox:1.37.0 -- chroot /host sh',
    ]);
  });

  test.for<[what: string, sample: CheckReport]>([
    ['without a cluster', report([judged('bad', BY_HAND)], { cluster: null })],
    ['when nothing is wrong', report([judged('ok')])],
    ['when no node can be reached', report([silent('a', 'down', [run('systemctl status kubelet')])])],
    ['when there is nothing to type', report([judged('bad', { ...BY_HAND, remedy: [] })])],
  ])('is not shown %s', ([, sample]) => {
    expect(commands(table(sample))).toBeNull();
  });

  test('never carries a name that a shell would take apart', () => {
    const text = table(report([judged('a;reboot', BY_HAND)], { cluster: CLUSTER }));
    expect(text).toContain('kubectl debug node/NAME -it');
  });
});

test('a finding that passes only because it is informative is no problem', () => {
  const informative = finding('ipv4-forwarding', {
    severity: 'info',
    now: { verdict: 'fail', expected: '1', actual: '0', cause: 'value' },
    message: 'net.ipv4.ip_forward is 0',
  });
  expect(table(report([judged('a', informative)]))).toBe(
    'NODES  VERDICT  MISSING NOW\na      ✔ pass   nothing (4 checked)\n\nCluster: flannel (vxlan), kube-proxy iptables, IPv4\nSkipped: ipv6-forwarding: the cluster has no IPv6\nOnly shown, never a warning: ipv4-forwarding (-o wide says what was found)\n\n1 node: 1 pass (3.4s)\n',
  );
});

function failing(bit: number) {
  const rules = { 1: 'br-netfilter', 2: 'bridge-nf-call-iptables', 4: 'ipv4-forwarding', 8: 'conntrack-active' };
  const rule = Object.entries(rules).find(([key]) => Number(key) === bit)?.[1] ?? 'ipv6-forwarding';
  return { ...NOT_LOADED, rule };
}

/** Makes each node's br-netfilter a variant of its own. */
function vary<T extends { rule: string; message: string }>(all: readonly T[], index: number): T[] {
  return all.map((each) => (each.rule === 'br-netfilter' ? { ...each, message: `variant ${index}` } : each));
}

test('-o wide tells what makes a node fail after a reboot: a line of a file, or a program', () => {
  const boot = { verdict: 'pass', expected: '1', actual: '1' } as const;
  const node = judged(
    'node-1',
    finding('br-netfilter', { boot: { ...boot, source: { file: '/etc/modules-load.d/k8s.conf', line: 2 } } }),
    finding('bridge-nf-call-iptables', { boot }),
    finding('ipv4-forwarding', { boot: { ...boot, source: { agent: 'felix' } } }),
    finding('conntrack-active', {
      boot: { ...boot, verdict: 'fail', actual: '0', source: { file: '/proc/cmdline' } },
    }),
  );
  const wide = render(report([node, silent('node-2', 'no answer')]), 'wide', PIPE).split('\n');
  expect(wide[0]).toMatch(/^NODE +VERDICT +REASON +MISSING AFTER REBOOT +RUNTIME +DETAIL$/);
  expect(wide[1]).toMatch(
    /^node-1 .* only after a reboot +conntrack-active +.*after a reboot: .* \(\/proc\/cmdline\)$/,
  );
  expect(wide[1]).not.toContain('felix');
  expect(wide[2]).toMatch(/^node-2 +\? unknown +no answer +unknown +<unknown> +-$/);
});

test('the next boot of an image is its first, in both tables and on a narrow terminal', () => {
  const image = report([{ ...booted('image', OVERRIDDEN_AT_BOOT), image: { root: '/mnt' } }]);
  expect(table(image)).toMatch(/^NODES +VERDICT +MISSING NOW +MISSING AT FIRST BOOT$/m);
  expect(render(image, 'table', { ...PIPE, columns: 30 })).toMatch(/missing at first\s+boot:/);
  const wide = render(image, 'wide', PIPE);
  expect(wide).toMatch(/^NODE +VERDICT +REASON +MISSING AT FIRST BOOT\b/m);
  expect(wide).toMatch(/ only at the first boot /);
});

describe('-o wide has the deciding columns on the left', () => {
  const rows = (sample: CheckReport) => render(sample, 'wide', PIPE).split('\n');

  test('a long reason is short beside the verdict, and whole at the end of its row', () => {
    const reason = 'the kubelet had not started the pod after 4s (the node was NotReady before: no status)';
    const [head, row] = rows(report([silent('node-1', reason)]));
    expect(head).toMatch(/^NODE +VERDICT +REASON +DETAIL$/);
    expect(row).toBe(`node-1  ? unknown  the kubelet had not started the pod after 4s  ${reason}`);
  });

  test('so is a long list of rules', () => {
    const names = ['br-netfilter', 'bridge-nf-call-iptables', 'ipv4-forwarding', 'conntrack-active'];
    const node = judged('node-1', ...names.map((rule) => ({ ...NOT_LOADED, rule })));
    expect(rows(report([node]))[1]).toBe(
      `node-1  ✖ fail   br-netfilter, bridge-nf-call-iptables…  now: ${names.join(', ')}`,
    );
  });

  test('a column of the system is shown where nodes differ in it, else it is said once below', () => {
    const nodes = ['1', '2'].map((kernel) => {
      const node = judged(`node-${kernel}`);
      return { ...node, system: { ...node.system, kernel } };
    });
    expect(rows(report(nodes)).slice(0, 5)).toEqual([
      'NODE    VERDICT  REASON  KERNEL',
      'node-1  ✔ pass   -       1',
      'node-2  ✔ pass   -       2',
      '',
      'System of all nodes: Debian GNU/Linux 12 (bookworm), amd64, containerd://2.1.4',
    ]);
  });
});
