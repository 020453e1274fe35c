import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/judge/finding.ts';
import { appliedNode, plannedNode, type StepResult } from '../../src/report/build-fix.ts';
import { fixExitCode, undoExitCode } from '../../src/report/exit.ts';
import type { FixReport, UndoReport } from '../../src/report/fix-report.ts';
import { bare, examine, FIX_REPORTS, fixReport, planOf, undoReport } from './fix-samples.ts';
import { DEBIAN, finding } from './samples.ts';

const { node, result } = examine('node-1', bare);
const plan = planOf(result);

describe('a node with a plan', () => {
  test('is planned when it has steps, with each step as it is', () => {
    const { outcome, steps = [] } = plannedNode(node, plan);
    expect(outcome).toBe('planned');
    expect(steps.map((step) => [step.do, step.what, step.file, step.before, step.after, step.outcome])).toEqual([
      ['keep-sysctl', 'net.ipv4.ip_forward', '/etc/sysctl.d/99-zz-netprereq.conf', 'absent', '1', 'planned'],
      ['keep-module', 'br_netfilter', '/etc/modules-load.d/netprereq.conf', 'absent', 'present', 'planned'],
      ['load-module', 'br_netfilter', undefined, 'absent', 'present', 'planned'],
      ['set-sysctl', 'net.bridge.bridge-nf-call-iptables', undefined, 'absent', '1', 'planned'],
      ['set-sysctl', 'net.ipv4.ip_forward', undefined, '0', '1', 'planned'],
    ]);
  });

  test('is unchanged when it has none, and refused when there is no plan', () => {
    expect(plannedNode(node, { ...plan, steps: [] }).outcome).toBe('unchanged');
    const refusal = { node: 'node-1', reason: 'no', remedy: ['yes'] };
    expect(plannedNode(node, refusal)).toEqual({ ...node, outcome: 'refused', reason: 'no', remedy: ['yes'] });
  });

  const five = (outcome: StepResult['outcome']): StepResult[] => plan.steps.map(() => ({ outcome }));
  test.for<[string, StepResult[], { reason: string } | undefined, string]>([
    ['all steps changed something', five('changed'), undefined, 'changed'],
    ['one step did', [...five('unchanged').slice(1), { outcome: 'changed' }], undefined, 'changed'],
    ['all already set', five('unchanged'), undefined, 'unchanged'],
    ['a step failed', [...five('changed').slice(1), { outcome: 'failed', reason: 'why' }], undefined, 'failed'],
    ['steps were not reached', five('changed').slice(1), undefined, 'failed'],
    ['the run failed after them', five('changed'), { reason: 'the pod was evicted' }, 'failed'],
    ['nothing came of it', [], { reason: 'stale plan' }, 'failed'],
  ])('when %s', ([, results, failure, outcome]) => {
    const applied = appliedNode(node, plan, results, failure);
    expect(applied.outcome).toBe(outcome);
    expect(applied.steps).toHaveLength(plan.steps.length);
    expect(applied.steps?.slice(results.length).every((step) => step.outcome === 'not-reached')).toBe(true);
  });
});

describe('a report', () => {
  test('orders nodes as people count, and counts their outcomes', () => {
    const report = fixReport(['node-10', 'node-2'].map((name) => ({ name, system: DEBIAN, outcome: 'skip' as const })));
    expect(report.nodes.map(({ name }) => name)).toEqual(['node-2', 'node-10']);
    expect(report.summary).toEqual({
      nodes: 2,
      failed: 0,
      refused: 0,
      unknown: 0,
      planned: 0,
      changed: 0,
      unchanged: 0,
      skip: 2,
    });
    expect(report.verdict).toBe('skip');
  });

  test.for([
    ['planned', [finding('ipv4-forwarding', { verdict: 'fail' })], undefined, 'fail'],
    ['changed', [finding('ipv4-forwarding', { verdict: 'fail' })], [finding('ipv4-forwarding')], 'pass'],
    ['changed', [finding('ipv4-forwarding', { verdict: 'fail' })], undefined, 'unknown'],
    ['failed', [finding('ipv4-forwarding')], undefined, 'unknown'],
    ['unchanged', [finding('ipv4-forwarding')], undefined, 'pass'],
    ['refused', undefined, undefined, 'unknown'],
    ['skip', undefined, undefined, 'skip'],
  ] as const)('gives a node that is %s the verdict of the last look at it', ([outcome, before, after, verdict]) => {
    const input = { name: 'node-1', system: DEBIAN, outcome, ...(before && { before }), ...(after && { after }) };
    expect(fixReport([input]).nodes[0]?.verdict).toBe(verdict);
  });
});

describe('the exit code', () => {
  const lost = finding('br-netfilter', { verdict: 'warn', boot: { verdict: 'fail', expected: '1', actual: '0' } });
  const changed = (...after: Finding[]) => fixReport([{ name: 'a', system: DEBIAN, outcome: 'changed', after }]);
  const of = (outcome: 'refused' | 'failed' | 'unknown' | 'skip' | 'planned', dryRun?: 'client') =>
    fixReport(
      [{ name: 'a', system: DEBIAN, outcome, before: [finding('br-netfilter', { verdict: 'fail' })] }],
      dryRun ? { dryRun } : {},
    );

  test.for<[string, FixReport, Parameters<typeof fixExitCode>[1], number]>([
    ['all passes', changed(finding('br-netfilter')), 'warn', 0],
    ['something required fails still', changed(finding('br-netfilter', { verdict: 'fail' })), 'fail', 1],
    ['the next boot loses it', changed(lost), 'fail', 0],
    ['the next boot loses it and that counts', changed(lost), 'boot', 1],
    ['a warning counts', changed(lost), 'warn', 1],
    ['something is not known', changed(finding('br-netfilter', { verdict: 'unknown' })), 'fail', 3],
    ['nobody could look again', fixReport([{ name: 'a', system: DEBIAN, outcome: 'changed' }]), 'fail', 3],
    ['a node was refused', of('refused'), 'fail', 1],
    ['a node failed', of('failed'), 'fail', 1],
    ['a node is unknown', fixReport([{ name: 'a', system: DEBIAN, outcome: 'unknown' }]), 'fail', 3],
    ['there are no nodes', fixReport([]), 'warn', 0],
    ['a plan was only shown', of('planned', 'client'), 'fail', 0],
    ['a plan was refused', of('refused', 'client'), 'fail', 1],
  ])('of a fix when %s', ([, report, failOn, code]) => {
    expect(fixExitCode(report, failOn)).toBe(code);
  });

  test.for<[string, UndoReport, number]>([
    ['a node was refused', FIX_REPORTS.undone as UndoReport, 1],
    ['a node is unknown', undoReport([{ name: 'a', system: DEBIAN, outcome: 'unknown' }]), 3],
    [
      'all was taken back',
      undoReport([{ name: 'a', system: DEBIAN, outcome: 'changed', after: [finding('x', { verdict: 'fail' })] }]),
      0,
    ],
  ])('of an undo when %s', ([, report, code]) => {
    expect(undoExitCode(report)).toBe(code);
  });
});
