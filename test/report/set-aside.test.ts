import { expect, test } from 'vitest';
import { render } from '../../src/report/index.ts';
import { onlyShown, skippedRules } from '../../src/report/set-aside.ts';
import { finding, findings, judged, PIPE, report, silent, WAITING } from './samples.ts';

const lines = (...nodes: Parameters<typeof report>[0]) => skippedRules(report(nodes), false);
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

test('many reasons are one line without a number, until somebody asks for all of them', () => {
  const nodes = Array.from({ length: 50 }, (_, index) =>
    judged(`n${index}`, { ...WAITING, message: `reason ${index}` }),
  );
  expect(lines(...nodes)).toEqual([
    'Skipped: rules that do not apply, or cannot be judged before another rule passes (-o wide says which, and why)',
  ]);
  const all = skippedRules(report(nodes), true);
  expect(all).toHaveLength(41);
  expect(all.at(-1)).toBe('Skipped: 11 more reasons; -o json has them all');
});

test('what is only shown and not met, or not known, is named, and -o wide says what was found', () => {
  const info = (rule: string, verdict: 'pass' | 'fail' | 'unknown') =>
    finding(rule, {
      severity: 'info',
      verdict: 'pass',
      now: { verdict, expected: '1', actual: '0' },
      message: `${rule} is ${verdict}`,
    });
  const nodes = report([
    judged('a', info('ipv4-forwarding', 'fail'), info('br-netfilter', 'pass')),
    judged('b', info('conntrack-active', 'unknown'), info('ipv4-forwarding', 'fail')),
    judged('c'),
  ]);
  expect(onlyShown(nodes, false)).toEqual([
    'Only shown, never a warning: ipv4-forwarding, conntrack-active (-o wide says what was found)',
  ]);
  expect(onlyShown(nodes, true)).toEqual([
    'Only shown, never a warning on a, b (2): ipv4-forwarding: ipv4-forwarding is fail',
    'Only shown, never a warning on b: conntrack-active: conntrack-active is unknown',
  ]);
  expect(render(nodes, 'table', PIPE)).toContain(onlyShown(nodes, false)[0]);
  expect(render(nodes, 'wide', PIPE)).toContain(onlyShown(nodes, true)[1]);
});

test('a rule that is only shown and was skipped is named as skipped alone', () => {
  const nodes = report([judged('a', { ...WAITING, severity: 'info' })]);
  expect(onlyShown(nodes, true)).toEqual([]);
});

test.for(['table', 'wide'] as const)('-o %s says why a rule was not judged, and which rules alone were', (format) => {
  const run = { id: 'k7x2p', version: '0.1.0', startedAt: new Date(0), durationSeconds: 1, rules: ['ipv6-forwarding'] };
  const text = render(report([judged('a')], { run }), format, PIPE);
  expect(text).toContain(SHARED);
  expect(text).toContain('Checked only (--only, --skip): ipv6-forwarding');
});

test('the rules that --skip left out are named, and not the many others', () => {
  const run = {
    id: 'k7x2p',
    version: '0.1.0',
    startedAt: new Date(0),
    durationSeconds: 1,
    rules: ['a'],
    skipped: ['b'],
  };
  const text = render(report([judged('a')], { run }), 'table', PIPE);
  expect(text).toContain('Not checked (--skip): b');
  expect(text).not.toContain('Checked only');
});

test('-o wide names what deviates, and a reason beside the verdict', () => {
  const text = render(report([judged('node-1', WAITING), silent('node-2', 'down')]), 'wide', PIPE);
  expect(text.split('\n').slice(1, 3)).toEqual([
    expect.stringMatching(/^node-1 +✔ pass +- +\S/),
    expect.stringMatching(/^node-2 +\? unknown +down +\S/),
  ]);
});
