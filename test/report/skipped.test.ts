import { expect, test } from 'vitest';
import { render } from '../../src/report/index.ts';
import { skippedRules } from '../../src/report/skipped.ts';
import { finding, findings, judged, PIPE, report, silent, WAITING } from './samples.ts';

const lines = (...nodes: Parameters<typeof report>[0]) => skippedRules(report(nodes));
const SHARED = 'Skipped: ipv6-forwarding: the cluster has no IPv6';

test('a reason that all judged nodes share names no node, one that some have names them', () => {
  expect(lines(judged('a'), judged('b', WAITING), silent('c', 'dead'))).toEqual([
    SHARED,
    'Skipped on b: bridge-nf-call-iptables: waits for br-netfilter',
  ]);
});

test('rules that are skipped for the same reason share a line', () => {
  const other = finding('bridge-nf-call-ip6tables', { verdict: 'skip', message: 'the cluster has no IPv6' });
  const node = { ...judged('a'), findings: [other, ...findings()] };
  expect(lines(node)).toEqual(['Skipped: bridge-nf-call-ip6tables, ipv6-forwarding: the cluster has no IPv6']);
});

test('many reasons are cut short, and it says so', () => {
  const nodes = Array.from({ length: 10 }, (_, index) =>
    judged(`n${index}`, { ...WAITING, message: `reason ${index}` }),
  );
  expect(lines(...nodes)).toHaveLength(7);
  expect(lines(...nodes).at(-1)).toBe('Skipped for 5 more reasons: -o json has them all');
});

test.for(['table', 'wide'] as const)('-o %s says why a rule was not judged, and which rules alone were', (format) => {
  const run = { id: 'k7x2p', version: '0.1.0', startedAt: new Date(0), durationSeconds: 1, rules: ['ipv6-forwarding'] };
  const text = render(report([judged('a')], { run }), format, PIPE);
  expect(text).toContain(SHARED);
  expect(text).toContain('Judged only (--only, --skip): ipv6-forwarding');
});

test('-o wide shows verdict and findings within 80 columns whatever the reason of another node', () => {
  const text = render(report([judged('node-1', WAITING), silent('node-2', 'x'.repeat(300))]), 'wide', PIPE);
  expect(text.split('\n')[1]?.slice(0, 80)).toContain('3 pass; 2 skip');
});
