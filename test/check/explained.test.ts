import { describe, expect, test } from 'vitest';
import { rulesOfLog, rulesToExplain } from '../../src/check/explained.ts';

const typed = (...words: string[]) => rulesToExplain(words).rules.map(({ id }) => id);

describe('explain finds rules by words of their Chinese titles and texts', () => {
  test.each<[string, string]>([
    ['转发', 'ipv4-forwarding'],
    ['网桥', 'br-netfilter'],
    ['连接跟踪', 'conntrack-headroom'],
    ['防火墙', 'firewalld-zones'],
    ['邻居表', 'neighbour-table'],
    ['反向路径', 'rp-filter'],
    ['域名解析', 'resolv-conf'],
    ['IPv6转发', 'ipv6-forwarding'],
  ])('%s: %s', (word, rule) => {
    expect(typed(word)).toContain(rule);
  });

  test.each([['完全无关'], ['nicht-möglich']])('what is not ASCII is text and no misspelled name: %s', (text) => {
    expect(() => typed(text)).toThrow(/^no rule matches this text/);
  });
});

test.each<[string, string]>([
  ['/etc/modules-load.d/k8s.conf', 'br-netfilter'],
  ['modules-load.d', 'br-netfilter'],
  ['sysctl.conf', 'ipv4-forwarding'],
  ['/sys/module/br_netfilter', 'br-netfilter'],
])('a file that the program names leads to its rules: %s', (file, rule) => {
  expect(typed(file)).toContain(rule);
});

describe('several words', () => {
  test.each([['vxlan nosuchrule'], ['vxlan ipvs nosuchrule'], ['br_netfilter no.such.key']])(
    'are names if most are, and an unknown one is an error: %s',
    (line) => {
      expect(() => typed(...line.split(' '))).toThrow(/^unknown rule "no\S+"; /);
    },
  );

  test.each<[string, string]>([
    ['br_netfilter not found', 'br-netfilter'],
    ['br_netfilter missing', 'br-netfilter'],
    ['lsmod br_netfilter', 'br-netfilter'],
    ['net.ipv4.ip_forward 0', 'ipv4-forwarding'],
    ['net.ipv4.ip_forward = 0', 'ipv4-forwarding'],
    ['FORWARD policy DROP', 'forward-policy'],
  ])('are otherwise a message without quotes: %s', (line, rule) => {
    expect(typed(...line.split(' '))).toEqual([rule]);
  });
});

test('a log in Chinese is recognized by a name between its letters', () => {
  expect(rulesOfLog('启动\n加载br_netfilter失败\n').rules.map(({ id }) => id)).toEqual(['br-netfilter']);
});
