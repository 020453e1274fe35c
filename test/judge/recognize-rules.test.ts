import { describe, expect, test } from 'vitest';
import { lastMessage, nearestRule, recognizeRules, rulesThatMention } from '../../src/judge/recognize-rules.ts';
import type { Rule } from '../../src/judge/rule.ts';
import { RULES } from '../support/rules.ts';

const ids = (text: string) => recognizeRules(text, RULES).map(({ rule }) => rule.id);
const FLANNEL =
  'Failed to check br_netfilter: stat /proc/sys/net/bridge/bridge-nf-call-iptables: no such file or directory';
const KUBE_PROXY =
  'E1129 08:00:00.000000 1 server.go:556] "Error running ProxyServer" err="open /proc/sys/net/netfilter/nf_conntrack_max: no such file or directory"';

describe('a text is recognized', () => {
  test.each<[string, string, string[]]>([
    ['by an error as flanneld logs it', `E1129 08:00:00.000000 1 main.go:278] ${FLANNEL}`, ['br-netfilter']],
    ['by an error whose quotes a shell has taken', KUBE_PROXY.replaceAll('"', ''), ['conntrack-active']],
    ['by an error in capitals, over two blanks', FLANNEL.toUpperCase().replace(' ', '  '), ['br-netfilter']],
    ['by the middle of an error', 'open /proc/sys/net/netfilter/nf_conntrack_max: no such file', ['conntrack-active']],
    [
      'by a line of kubeadm',
      '[ERROR FileContent--proc-sys-net-ipv4-ip_forward]: /proc/sys/net/ipv4/ip_forward contents are not set to 1',
      ['ipv4-forwarding'],
    ],
    ['by a line in which line ends are written out', `err="exit status 2: ${FLANNEL}\\nfoo"`, ['br-netfilter']],
    ['by a path', '/proc/sys/net/bridge/bridge-nf-call-ip6tables', ['bridge-nf-call-ip6tables']],
    ['by a line of a sysctl file', 'net.ipv4.ip_forward = 0', ['ipv4-forwarding']],
    ['by what lsmod is asked for', 'lsmod | grep br_netfilter', ['br-netfilter']],
    ['by a word of its name', 'conntrack', ['conntrack-active']],
    ['by a word that several have', 'forwarding', ['ipv4-forwarding', 'ipv6-forwarding']],
    ['by a word of its title', 'packets', ['ipv4-forwarding', 'ipv6-forwarding']],
    ['by a word of titles, although a module is named so', 'IPv6', ['bridge-nf-call-ip6tables', 'ipv6-forwarding']],
    ["by a module's directory", '/sys/module/br_netfilter/parameters', ['br-netfilter']],
  ])('%s', (_, text, expected) => {
    expect(ids(text)).toEqual(expect.arrayContaining(expected));
    if (expected.length === 1) expect(ids(text)).toEqual(expected);
  });

  test('by a message before a name: what an error is about is not each path in it', () => {
    expect(ids(`${FLANNEL}\nnet.ipv4.ip_forward = 1`)).toEqual(['br-netfilter']);
  });

  test('line by line, each rule once, with the line that shows it', () => {
    const log = ['starting', FLANNEL, '', KUBE_PROXY, FLANNEL, 'bye'].join('\r\n');
    expect(recognizeRules(log, RULES).map(({ rule, line }) => [rule.id, line])).toEqual([
      ['br-netfilter', FLANNEL],
      ['conntrack-active', KUBE_PROXY],
    ]);
  });
});

describe('letters of a language without blanks between words end a name', () => {
  test.each([
    ['加载br_netfilter失败', 'br-netfilter'],
    ['“br_netfilter”', 'br-netfilter'],
    ['br_netfilter：', 'br-netfilter'],
    ['（br_netfilter）、', 'br-netfilter'],
    ['modprobe: 致命错误：在目录/lib/modules/5.14.0中找不到模块br_netfilter', 'br-netfilter'],
    ['sysctl: 无法获取/proc/sys/net/ipv4/ip_forward的文件状态(stat): 没有那个文件或目录', 'ipv4-forwarding'],
    ['level=info msg=加载br_netfilter失败', 'br-netfilter'],
    ['br_netfilterが見つかりません', 'br-netfilter'],
    ['모듈br_netfilter을 찾을 수 없습니다', 'br-netfilter'],
    ['модульbr_netfilterне найден', 'br-netfilter'],
    ['le module «br_netfilter» est introuvable', 'br-netfilter'],
  ])('%s', (text, rule) => {
    expect(ids(text)).toEqual([rule]);
  });

  test('but Latin letters are part of a word', () => {
    expect(ids('für-br_netfilter')).toEqual([]);
  });
});

describe('a title in another language', () => {
  const title = { 'br-netfilter': '网桥 netfilter 已启用', 'ipv4-forwarding': '节点转发 IPv4 数据包' } as const;
  const titlesOf = ({ id, title: own }: Rule) => [
    own,
    ...Object.entries(title).flatMap(([of, text]) => (of === id ? text : [])),
  ];

  test.each<[string, string[]]>([
    ['转发', ['ipv4-forwarding']],
    ['IPv4转发', ['ipv4-forwarding']],
    ['网桥', ['br-netfilter']],
    ['网桥 netfilter', ['br-netfilter']],
    ['“转发”', ['ipv4-forwarding']],
    ['网', []],
    ['转发网桥', []],
  ])('is searched for words without blanks: %s', (text, rules) => {
    expect(recognizeRules(text, RULES, titlesOf).map(({ rule }) => rule.id)).toEqual(rules);
  });
});

describe('a file that no rule is named for leads to the rules that mention it', () => {
  const texts: Record<string, string[]> = {
    'br-netfilter': ['add a line to `/etc/modules-load.d/netprereq.conf`'],
    'ipv4-forwarding': ['after /etc/sysctl.conf, everything', '域名解析失败'],
  };
  const mentioning = (name: string) => rulesThatMention(name, RULES, ({ id }) => texts[id] ?? []).map(({ id }) => id);

  test.each<[string, string[]]>([
    ['modules-load.d', ['br-netfilter']],
    ['/etc/modules-load.d', ['br-netfilter']],
    ['/etc/modules-load.d/k8s.conf', ['br-netfilter']],
    ['sysctl.conf', ['ipv4-forwarding']],
    ['域名解析', ['ipv4-forwarding']],
    ['域', []],
    ['/etc/hosts', []],
    ['other.conf', []],
    ['everything', []],
    ['-', []],
    ['', []],
  ])('%j', (name, rules) => {
    expect(mentioning(name)).toEqual(rules);
  });
});

test.each([
  ['nothing', ''],
  ['blanks and line ends', ' \n\r\n\t'],
  ['a text about something else', 'the quick brown fox jumps over the lazy dog'],
  ['a word that no name has', 'everything'],
  ['a misspelt name', 'br-netfiltr'],
  ['a part of a word of a sysctl', 'module'],
  ['a word too short to mean anything', 'is'],
])('%s is not recognized', (_, text) => {
  expect(ids(text)).toEqual([]);
});

const BRIDGE = '/proc/sys/net/bridge/bridge-nf-call-iptables';
describe('a switch of the bridge that could not be read is the missing module, in any language', () => {
  test.each([
    [`cat: ${BRIDGE}: 没有那个文件或目录`],
    [`cat: ${BRIDGE}: Datei oder Verzeichnis nicht gefunden`],
    [`cat: ${BRIDGE}: Aucun fichier ou dossier de ce type`],
    [`cat: ${BRIDGE}: そのようなファイルやディレクトリはありません`],
    [`cat: ${BRIDGE}: No such file or directory`],
    [`cat: /proc/sys/net/bridge/bridge-nf-call-arptables: Нет такого файла или каталога`],
    [`sysctl: 无法获取${BRIDGE} 的文件状态(stat): 没有那个文件或目录`],
    [`sysctl: Aufruf von stat für ${BRIDGE} nicht möglich: Datei oder Verzeichnis nicht gefunden`],
    [`stat: impossible d'exécuter statx sur '${BRIDGE}' : Aucun fichier ou dossier de ce type`],
    ['[preflight] bridge-nf-call-iptables does not exist'],
    [`[preflight] Some fatal errors occurred: ${BRIDGE} does not exist`],
  ])('%s', (text) => {
    expect(ids(text)).toEqual(['br-netfilter']);
  });

  test.each([
    [`cat ${BRIDGE}`],
    [`cat: ${BRIDGE}: 0`],
    [`open ${BRIDGE}: permission denied`],
    [`sysctl: ${BRIDGE} = 0`],
    [`sysctl says: ${BRIDGE}: is 0`],
    [`${BRIDGE} contents are not set to 1`],
  ])('but %s is about its value', (text) => {
    expect(ids(text)).toEqual(['bridge-nf-call-iptables']);
  });
});

describe('information is not a fault', () => {
  test.each([
    ['I1130 08:00:00.000000       1 main.go:1] Setting up br_netfilter'],
    ['Nov 30 08:00:00 node1 kubelet[7]: I1130 08:00:00.000000 7 x.go:1] net.ipv4.ip_forward=1'],
    ['I1130 main.go:1] FLAG: --conntrack-tcp-timeout-established="24h" nf_conntrack'],
    ['time="2026-11-30T08:00:00Z" level=info msg="loaded br_netfilter"'],
    ['{"level":"info","msg":"loaded br_netfilter"}'],
    ['2026-11-30 08:00:00.000 [INFO][1] felix/x.go 1: br_netfilter is in use'],
    ['I1130 main.go:1] br_netfilter: checked without errors'],
    ['kube-proxy Using nf_conntrack'],
    ['Found br_netfilter'],
    ['The network is set up with br_netfilter'],
  ])('%s', (text) => {
    expect(ids(text)).toEqual([]);
    expect(nearestRule(text, RULES)).toBeUndefined();
  });

  test.each([
    ['I1130 main.go:1] loading br_netfilter failed'],
    ['level=info msg="cannot load br_netfilter"'],
    ['I1130 main.go:1] br_netfilter not found'],
    ['E1130 main.go:1] br_netfilter'],
    [`I1130 main.go:1] ${FLANNEL}`],
  ])('unless it states a failure: %s', (text) => {
    expect(ids(text)).toEqual(['br-netfilter']);
  });
});

test('addresses, ports and revisions in a message may be others', () => {
  const rule = {
    ...RULES[0],
    explain: { ...RULES[0]?.explain, messages: [{ text: 'Loop (127.0.0.1:55953 -> :1053) seen', from: 'x' }] },
  };
  const found = recognizeRules('[FATAL] Loop (10.1.2.3:7 -> :53) seen for zone "."', [rule as Rule]);
  expect(found).toHaveLength(1);
});

test('a long line ends in time and counts by its beginning', () => {
  expect(ids(`${FLANNEL} ${'x '.repeat(2_000_000)}`)).toEqual(['br-netfilter']);
  expect(ids(`${'x'.repeat(5000)} ${FLANNEL}`)).toEqual([]);
});

describe('the last words of a pod', () => {
  const told = (log: string) => lastMessage(log, RULES)?.rule.id;

  test.for<[string, string, string | undefined]>([
    [
      'are its last line that a rule knows',
      'starting\nFailed to check br_netfilter: stat /proc/sys/net/bridge/bridge-nf-call-iptables: no such file or directory\nbye',
      'br-netfilter',
    ],
    ['are not what it logs of its settings', 'Found network config - Backend type: vxlan\nUnauthorized', undefined],
    ['are not the name of a mode that works', 'Using ipvs Proxier', undefined],
    ['may be nothing', '', undefined],
  ])('%s', ([, log, rule]) => {
    expect(told(log)).toBe(rule);
  });
});
