import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detectProfile } from '../src/cluster/detect.ts';
import type { ClusterProfile } from '../src/cluster/profile.ts';
import { parseFacts } from '../src/facts/parse.ts';
import { evaluateNode } from '../src/judge/evaluate.ts';
import { requestOf } from '../src/judge/request.ts';
import { KubeError } from '../src/kube/errors.ts';
import { mergeKubeconfigs, parseKubeconfig } from '../src/kube/kubeconfig-document.ts';
import { openEnvelope } from '../src/probe/envelope.ts';
import { buildReport } from '../src/report/build.ts';
import { exchange } from '../src/report/exchange.ts';
import { FORMATS, isExchangeFormat } from '../src/report/formats.ts';
import { render } from '../src/report/index.ts';
import { RULES } from '../src/rules/index.ts';

// NETPREREQ_FUZZ=1000000 tries so many; NETPREREQ_FUZZ_SEED begins where a failure was.
const inputs = Number(process.env.NETPREREQ_FUZZ ?? 10_000);
const seed = Number(process.env.NETPREREQ_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
const TIMEOUT_MS = 60_000 + inputs * 10;

const REQUEST = requestOf(RULES);
const TERMINAL = { columns: 100, color: false, unicode: true };
/** All that a terminal may take for more than text; lines end with \n. */
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
/** Of an answer of at most 64 KB: what is said of it is longer, but not by much. */
const LONGEST_REPORT = 1_000_000;

const answers = Object.values(
  JSON.parse(readFileSync(new URL('fixtures/answers.json', import.meta.url), 'utf8')) as Record<string, string>,
);
const texts = answers.map((answer) => {
  const opened = openEnvelope(answer);
  if ('problem' in opened) throw new Error(opened.problem);
  return opened.text;
});

/** A line that may stand in files, or break whoever reads them. */
const word = fc.oneof(
  fc.constantFrom(
    ...[
      'br_netfilter',
      'br-netfilter',
      'overlay',
      'ip_vs',
      'net.ipv4.ip_forward',
      'net/ipv4/ip_forward',
      '*',
      '?',
      '[a',
      '[!a-z]',
    ],
    ...[
      'net.ipv4.conf.*.rp_filter',
      'net.bridge.bridge-nf-call-iptables',
      '-net.ipv4.ip_forward',
      '=',
      ' = ',
      '1',
      '0',
      '-1',
      '0x1',
    ],
    ...[
      '99999999999999999999',
      '\t',
      ' ',
      '\\',
      '#',
      ';',
      '"',
      "'",
      '%',
      '%00',
      '$',
      '$(',
      '`',
      '{',
      '}',
      '\u001b[31m',
      '\u0000',
      '\u009b',
    ],
    ...[
      'alias',
      'install',
      'blacklist',
      'softdep',
      'options',
      'remove',
      'pre:',
      'post:',
      '/bin/true',
      '/bin/false',
      'modprobe',
    ],
    ...[
      '[Unit]',
      '[Service]',
      'ExecStart=',
      'After=',
      'Before=',
      'Wants=',
      'ConditionPathExists=',
      'sysctl',
      '-w',
      '--system',
      '-p',
    ],
    ...[
      'ACTION==',
      'RUN+=',
      'KERNEL==',
      'SUBSYSTEM==',
      'modules_load=',
      'modprobe.blacklist=',
      'module_blacklist=',
      'sysctl.',
      '\u202e',
      'é',
      '😀',
    ],
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.stringMatching(/^[a-z_.*/=-]{0,20}$/),
);
/** Lines that decide something, with what nobody would write. */
const decisive = fc
  .tuple(
    fc.constantFrom(
      ...[
        'net.ipv4.ip_forward = ',
        'net.bridge.bridge-nf-call-iptables=',
        'net.ipv4.conf.all.rp_filter = ',
        'blacklist br_netfilter',
      ],
      ...[
        'install br_netfilter ',
        'install ip_vs ',
        'alias br_netfilter ',
        'softdep ip_vs pre: ',
        'br_netfilter',
        'ip_vs',
      ],
      ...[
        'ExecStart=/sbin/sysctl -w net.ipv4.ip_forward=',
        'ExecStart=/sbin/modprobe ',
        'ACTION=="add", RUN+="/sbin/sysctl -p ',
      ],
    ),
    word,
  )
  .map((parts) => parts.join(''));
const line = fc.oneof(
  decisive,
  fc.array(word, { maxLength: 8 }).chain((words) => fc.constantFrom('', ' ').map((by) => words.join(by))),
);

/** Text made of other text: lines lost, doubled, swapped, spliced with something else. */
const mutation = fc.record({
  at: fc.nat(),
  what: fc.constantFrom('drop', 'double', 'replace', 'insert', 'cut', 'splice', 'prefix'),
  line,
});
const mutated = (sources: readonly string[]) =>
  fc
    .tuple(fc.constantFrom(...sources), fc.array(mutation, { minLength: 1, maxLength: 12 }))
    .map(([text, mutations]) => {
      const lines = text.split('\n');
      for (const { at, what, line: other } of mutations) {
        const index = at % Math.max(1, lines.length);
        const old = lines[index] ?? '';
        const middle = at % (old.length + 1);
        if (what === 'drop') lines.splice(index, 1);
        else if (what === 'double') lines.splice(index, 0, old);
        else if (what === 'replace') lines[index] = other;
        else if (what === 'insert') lines.splice(index, 0, other);
        else if (what === 'cut') lines[index] = old.slice(0, middle);
        else if (what === 'splice') lines[index] = old.slice(0, middle) + other + old.slice(middle);
        else lines[index] = `${old.slice(0, 2)}${other}`;
      }
      return lines.join('\n');
    });

const PROFILE: ClusterProfile = {
  cni: 'flannel',
  cniBackend: 'vxlan',
  podsOnBridge: true,
  kubeProxyMode: 'ipvs',
  ipFamilies: ['IPv4', 'IPv6'],
  podCIDRs: ['10.244.0.0/24', 'fd00::/64'],
  assumptions: [],
};

/** Judges what a node has told by all rules, and prints that in one of the formats. Fails where the output is more than text. */
function judgeAndPrint(text: string, profile = PROFILE): void {
  const findings = evaluateNode(profile, parseFacts(text, REQUEST), RULES);
  const report = buildReport({
    run: { id: 'r', version: '0', startedAt: new Date(0), durationSeconds: 1 },
    cluster: null,
    assumptions: profile.assumptions.map((assumption) => assumption.text),
    nodes: [{ name: 'node-1', system: { os: null, kernel: null, arch: null, runtime: null }, findings }],
    leftovers: [],
  });
  expect(findings).toHaveLength(RULES.length);
  const format = FORMATS[text.length % FORMATS.length] ?? 'json';
  const printed = isExchangeFormat(format)
    ? exchange(report, format, 'fail', (command) => command)
    : render(report, format, TERMINAL);
  expect(printed).not.toMatch(CONTROL);
  expect(printed.length).toBeLessThan(LONGEST_REPORT);
}

/** A file of the answer, as the probe prints it: a name with other than common characters byte by byte. */
const fileSection = (letter: string, path: string, lines: readonly string[]) => [
  `${letter} + ${/^[\w./@-]+$/.test(path) ? path : [...Buffer.from(path)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')}`,
  ...lines.map((text, index) => `${letter} ${index + 1} ${text.replaceAll('\n', ' ')}`),
];

const FILES: readonly [letter: string, paths: readonly string[]][] = [
  [
    's',
    [
      '/etc/sysctl.d/99-x.conf',
      '/etc/sysctl.d/\u001b]0;x\u0007.conf',
      '/usr/lib/sysctl.d/50-x.conf',
      '/etc/sysctl.conf',
    ],
  ],
  ['p', ['/etc/modprobe.d/x.conf', '/etc/modprobe.d/\u009b31m\u202e.conf', '/usr/lib/modprobe.d/x.conf']],
  ['m', ['/etc/modules-load.d/x.conf', '/etc/modules-load.d/\n\r.conf', '/etc/modules']],
  [
    'u',
    ['/etc/systemd/system/x.service', '/etc/udev/rules.d/99-x.rules', '/usr/lib/systemd/system/y.service.d/z.conf'],
  ],
  ['c', ['/etc/cni/net.d/10-x.conflist']],
];

/** A healthy node's answer with other configuration files. */
const otherFiles = fc
  .tuple(
    fc.constantFrom(...texts),
    fc.array(
      fc.constantFrom(...FILES).chain(([letter, paths]) =>
        fc.record({
          letter: fc.constant(letter),
          path: fc.constantFrom(...paths),
          lines: fc.array(line, { maxLength: 12 }),
        }),
      ),
      { minLength: 1, maxLength: 6 },
    ),
  )
  .map(([text, files]) => {
    const added = files.flatMap(({ letter, path, lines }) => fileSection(letter, path, lines));
    const at = text.indexOf('\nn end');
    return `${text.slice(0, at)}\n${added.join('\n')}${text.slice(at)}`;
  });

const KUBECONFIG = `apiVersion: v1
kind: Config
current-context: a
clusters:
- name: c
  cluster: {server: "https://h:6443", certificate-authority-data: QQ==, proxy-url: "socks5://p:1", tls-server-name: n}
users:
- name: u
  user:
    exec: {apiVersion: client.authentication.k8s.io/v1, command: x, args: [a], env: [{name: N, value: v}], interactiveMode: Never}
contexts:
- name: a
  context: {cluster: c, user: u, namespace: n, extensions: [{name: e, extension: {x: &a 1, y: *a}}]}
preferences: {}
`;

const CONFIGURATIONS = [
  '{"Network":"10.244.0.0/16","EnableNFTables":false,"Backend":{"Type":"vxlan"}}',
  '{"name":"cbr0","cniVersion":"0.3.1","plugins":[{"type":"flannel","delegate":{"hairpinMode":true,"isDefaultGateway":true}},{"type":"portmap"}]}',
  'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: "ipvs"\nclusterCIDR: 10.0.0.0/8\n',
];

describe(`whatever comes in (seed ${seed})`, () => {
  /** @param share of all inputs: what takes a millisecond gets fewer */
  const holds = <T>(title: string, share: number, input: fc.Arbitrary<T>, property: (input: T) => void) =>
    test(title, { timeout: TIMEOUT_MS }, () =>
      fc.assert(fc.property(input, property), { numRuns: Math.ceil(inputs * share), seed }),
    );

  holds(
    'as an envelope is opened, or refused in a line',
    0.5,
    fc.oneof(mutated(answers), fc.string({ unit: 'binary' }), line),
    (text) => {
      const opened = openEnvelope(text);
      if ('problem' in opened) expect(opened.problem).not.toMatch(CONTROL);
      else expect(opened.text.length).toBeLessThanOrEqual(1024 * 1024);
    },
  );

  holds('as an answer is judged and printed', 0.1, mutated(texts), (text) => judgeAndPrint(text));

  holds(
    'in sysctl.d, modprobe.d, modules-load.d, units, udev rules and CNI configurations is judged and printed',
    0.1,
    otherFiles,
    (text) => judgeAndPrint(text),
  );

  holds(
    'in ConfigMaps makes a profile, and no node that is judged by it fails to be printed',
    0.1,
    fc.array(mutated(CONFIGURATIONS), { minLength: 3, maxLength: 3 }),
    ([net = '', cni = '', proxy = '']) => {
      const daemonSet = (namespace: string, name: string, image: string) => ({
        ...{ namespace, name, labels: {} },
        containers: [{ name, image, init: false, command: [`/opt/bin/${name}`], args: [proxy.slice(0, 20)] }],
      });
      const profile = detectProfile({
        nodes: [],
        daemonSets: [
          daemonSet('kube-flannel', 'kube-flannel-ds', 'ghcr.io/flannel-io/flannel:v0.28.10'),
          daemonSet('kube-system', 'kube-proxy', 'registry.k8s.io/kube-proxy:v1.34.4'),
        ],
        configMaps: {
          'kube-flannel/kube-flannel-cfg': { 'net-conf.json': net, 'cni-conf.json': cni },
          'kube-system/kube-proxy': { 'config.conf': proxy },
        },
      });
      judgeAndPrint(texts[0] ?? '', profile);
    },
  );

  holds(
    'as a kubeconfig is read, or refused in words that quote nothing of it',
    0.2,
    fc.oneof(mutated([KUBECONFIG]), line, fc.string({ unit: 'binary' })),
    (text) => {
      try {
        mergeKubeconfigs([parseKubeconfig(text, '/home/me/.kube/config')]);
      } catch (error) {
        if (!(error instanceof KubeError)) throw error;
        expect(error.message).not.toMatch(CONTROL);
      }
    },
  );
});
