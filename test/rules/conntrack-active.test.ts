import { expect, test } from 'vitest';
import { conntrackActive } from '../../src/rules/conntrack-active.ts';
import { absent, CONNTRACK, flannel, nodeFacts, notShipped, onDisk, unreadable, value } from './facts.ts';
import { now } from './judged.ts';

const without = (nf_conntrack: typeof onDisk) =>
  nodeFacts({ modules: { nf_conntrack }, sysctls: { [CONNTRACK]: absent } });

test.for([
  ['with any limit', nodeFacts({ sysctls: { [CONNTRACK]: value('0') } }), 'loaded'],
  ['built in, in no list', nodeFacts({ modules: { nf_conntrack: notShipped } }), 'built-in'],
] as const)('passes %s', ([_name, facts, state]) => {
  expect(now(conntrackActive, facts, flannel)).toMatchObject({
    now: { verdict: 'pass', expected: 'present', actual: 'present' },
    module: { name: 'nf_conntrack', state },
    message: '/proc/sys/net/netfilter/nf_conntrack_max exists',
  });
});

test.for([
  ['merely on disk', without(onDisk), 'not-loaded', 'modprobe nf_conntrack'],
  ['not shipped', without(notShipped), 'not-shipped', 'modprobe nf_conntrack'],
] as const)('fails when the module is %s', ([_name, facts, cause, step]) => {
  const result = now(conntrackActive, facts, flannel);
  expect(result.now).toMatchObject({ verdict: 'fail', actual: 'absent', cause });
  expect(result.remedy).toContain(step);
});

test('is unknown when it was not read', () => {
  for (const sysctls of [{ [CONNTRACK]: unreadable }, {}]) {
    expect(now(conntrackActive, { ...nodeFacts(), sysctls }, flannel).now.verdict).toBe('unknown');
  }
});

test.for(['iptables', 'ipvs', 'nftables'] as const)('is required by kube-proxy in mode %s', (kubeProxyMode) => {
  expect(conntrackActive.applies({ kubeProxyMode, assumptions: [] }, nodeFacts())).toMatchObject({
    severity: 'required',
  });
});

test('is recommended while the mode is not known', () => {
  expect(conntrackActive.applies({ assumptions: [] }, nodeFacts())).toMatchObject({
    severity: 'recommended',
    because: expect.stringContaining('--kube-proxy-mode'),
  });
});

test('does not concern a cluster without kube-proxy', () => {
  expect(conntrackActive.applies({ kubeProxyMode: 'none', assumptions: [] }, nodeFacts())).toHaveProperty('skip');
});
