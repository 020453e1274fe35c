import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findRules } from '../../src/judge/find-rules.ts';
import { RULES } from '../../src/rules/index.ts';

describe('the registry', () => {
  test('holds the ids that were released: they are public', () => {
    const released = [
      'br-netfilter',
      'bridge-nf-call-iptables',
      'bridge-nf-call-ip6tables',
      'ipv4-forwarding',
      'ipv6-forwarding',
      'conntrack-active',
    ];
    expect(RULES.map(({ id }) => id)).toEqual(expect.arrayContaining(released));
  });

  test('has a file per rule', () => {
    const files = readdirSync(new URL('../../src/rules/', import.meta.url));
    expect(files).toEqual(expect.arrayContaining(RULES.map(({ id }) => `${id}.ts`)));
  });

  test('gives no name to two rules', () => {
    const names = RULES.flatMap(({ id, aliases }) => [id, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
  });

  test('lets rules depend on rules that exist', () => {
    const ids = RULES.map(({ id }) => id);
    for (const { dependsOn } of RULES) if (dependsOn !== undefined) expect(ids).toContain(dependsOn);
  });
});

describe('a rule is found', () => {
  test.for([
    ['br-netfilter', 'br-netfilter'],
    ['br_netfilter', 'br-netfilter'],
    ['net.ipv4.ip_forward', 'ipv4-forwarding'],
    ['net/ipv4/ip_forward', 'ipv4-forwarding'],
    ['net.bridge.bridge-nf-call-iptables', 'bridge-nf-call-iptables'],
    ['net.bridge.bridge-nf-call-ip6tables', 'bridge-nf-call-ip6tables'],
    ['net.ipv6.conf.all.forwarding', 'ipv6-forwarding'],
    ['nf_conntrack', 'conntrack-active'],
    ['BR-NETFILTER', 'br-netfilter'],
    ['bridge_nf_call_iptables', 'bridge-nf-call-iptables'],
    ['Net.IPv4.ip-forward', 'ipv4-forwarding'],
  ] as const)('by %s', ([name, id]) => {
    const { rules, unknown } = findRules([name], RULES);
    expect(rules.map((rule) => rule.id)).toEqual([id]);
    expect(unknown).toEqual([]);
  });

  test('once, in display order, and what is no rule is named', () => {
    const { rules, unknown } = findRules(
      ['ipv4-forwarding', 'nonsense', 'ip_forward', 'br-netfilter', 'toString'],
      RULES,
    );
    expect(rules.map(({ id }) => id)).toEqual(['br-netfilter', 'ipv4-forwarding']);
    expect(unknown).toEqual(['nonsense', 'toString']);
  });
});
