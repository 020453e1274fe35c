import { describe, expect, test } from 'vitest';
import { findingsReport } from '../../src/report/build.ts';
import { exitCode, type FailOn } from '../../src/report/exit.ts';
import type { CheckReport } from '../../src/report/report.ts';
import {
  booted,
  CONNTRACK_UNREADABLE,
  CONNTRACK_WARNS,
  FORWARDING_OFF,
  finding,
  judged,
  NOT_LOADED,
  OVERRIDDEN_AT_BOOT,
  report,
  silent,
  skipped,
} from './samples.ts';

const BOOT_UNKNOWN = finding('bridge-nf-call-iptables', {
  verdict: 'warn',
  message: 'net.bridge.bridge-nf-call-iptables is 1',
  boot: { verdict: 'unknown', expected: '1', actual: null, cause: 'undetermined' },
});
const DEAD = silent('node-dead', 'no answer in 60s');
const WINDOWS = skipped('win-1', 'Windows');
const PASSES = judged('node-ok');

describe('buildReport', () => {
  test('a node is as bad as the worst of its findings, a run as the worst of its nodes', () => {
    const { nodes, verdict, summary } = report([
      judged('a', NOT_LOADED, CONNTRACK_UNREADABLE),
      judged('b', CONNTRACK_UNREADABLE, { ...FORWARDING_OFF, verdict: 'warn' }),
      judged('c', CONNTRACK_WARNS),
      judged('d'),
      DEAD,
      WINDOWS,
    ]);
    expect(nodes.map((node) => node.verdict)).toEqual(['fail', 'unknown', 'warn', 'pass', 'unknown', 'skip']);
    expect(verdict).toBe('fail');
    expect(summary).toEqual({ nodes: 6, fail: 1, unknown: 2, warn: 1, pass: 1, skip: 1 });
  });

  test('a node without any finding does not pass', () => {
    expect(
      report([{ name: 'a', system: { os: null, kernel: null, arch: null, runtime: null }, findings: [] }]),
    ).toMatchObject({
      verdict: 'skip',
      summary: { pass: 0, skip: 1 },
    });
  });

  test('a run without nodes does not pass', () => {
    expect(report([]).verdict).toBe('skip');
  });

  test('nodes are in the order in which people count', () => {
    const names = ['node-10', 'node-2', 'cp-1', 'node-1', 'Node-1', 'ip-10-0-10-1', 'ip-10-0-9-1'];
    const { nodes } = report(names.map((name) => judged(name)));
    expect(nodes.map(({ name }) => name)).toEqual([
      'cp-1',
      'ip-10-0-9-1',
      'ip-10-0-10-1',
      'node-1',
      'Node-1',
      'node-2',
      'node-10',
    ]);
  });

  test('findings carry the address of their rule, in the documentation of this very version', () => {
    expect(report([judged('a', NOT_LOADED)]).nodes[0]?.findings[0]).toEqual({
      ...NOT_LOADED,
      docs: 'https://github.com/kubectl-netprereq/kubectl-netprereq/blob/v0.1.0/docs/rules.md#br-netfilter',
    });
  });

  test('a node that was not judged keeps its reason and its remedy', () => {
    const { nodes } = report([silent('a', 'no answer', ['kubectl describe node a']), WINDOWS]);
    expect(nodes[0]).toMatchObject({ verdict: 'unknown', reason: 'no answer', remedy: ['kubectl describe node a'] });
    expect(nodes[1]).not.toHaveProperty('remedy');
  });

  test('reboots are counted only when a boot was judged, and only for what is required', () => {
    expect(report([PASSES]).summary).not.toHaveProperty('breakAtReboot');
    expect(report([booted('a')]).summary.breakAtReboot).toBe(0);
    const nodes = [
      booted('a', OVERRIDDEN_AT_BOOT),
      booted(
        'b',
        finding('ipv4-forwarding', { ...OVERRIDDEN_AT_BOOT, rule: 'ipv4-forwarding', severity: 'recommended' }),
      ),
    ];
    expect(report(nodes).summary.breakAtReboot).toBe(1);
  });

  test('an uninterrupted run does not mention interruption', () => {
    expect(report([PASSES]).run).toEqual({
      id: 'k7x2p',
      version: '0.1.0',
      startedAt: '2026-11-23T21:00:00.000Z',
      durationSeconds: 3.4,
    });
  });
});

describe('exitCode', () => {
  const reports = {
    'nothing wrong': report([PASSES, WINDOWS]),
    'a warning': report([PASSES, judged('a', CONNTRACK_WARNS)]),
    'a warning on a node that is unknown besides': report([
      judged('a', CONNTRACK_UNREADABLE, { ...FORWARDING_OFF, verdict: 'warn' }),
    ]),
    'a node that does not survive its reboot': report([booted('a', OVERRIDDEN_AT_BOOT)]),
    'a node that does not survive its reboot and one unknown': report([booted('a', OVERRIDDEN_AT_BOOT), DEAD]),
    'a node whose next boot is unknown': report([booted('a', BOOT_UNKNOWN)]),
    'one unknown': report([PASSES, DEAD]),
    'a failure and one unknown': report([judged('a', NOT_LOADED), DEAD]),
    'no nodes': report([]),
  } satisfies Record<string, CheckReport>;
  const table: [keyof typeof reports, Record<FailOn, 0 | 1 | 3>][] = [
    ['nothing wrong', { fail: 0, boot: 0, warn: 0 }],
    ['a warning', { fail: 0, boot: 0, warn: 1 }],
    ['a warning on a node that is unknown besides', { fail: 3, boot: 3, warn: 1 }],
    ['a node that does not survive its reboot', { fail: 0, boot: 1, warn: 1 }],
    ['a node that does not survive its reboot and one unknown', { fail: 3, boot: 1, warn: 1 }],
    ['a node whose next boot is unknown', { fail: 0, boot: 3, warn: 1 }],
    ['one unknown', { fail: 3, boot: 3, warn: 3 }],
    ['a failure and one unknown', { fail: 1, boot: 1, warn: 1 }],
    ['no nodes', { fail: 0, boot: 0, warn: 0 }],
  ];
  const cases = table.flatMap(([name, codes]) =>
    (['fail', 'boot', 'warn'] as const).map((failOn) => ({ name, failOn, code: codes[failOn] })),
  );

  test.for(cases)('$name, --fail-on $failOn: $code', ({ name, failOn, code }) => {
    expect(exitCode(reports[name], failOn)).toBe(code);
  });
});

test('findings have their fields in one order, whichever rule made them', () => {
  const { remedy, message, severity, now, ...rest } = NOT_LOADED;
  const { verdict, ...state } = now;
  const turned = { remedy, message, now: { ...state, verdict }, severity, ...rest };
  const keys = [NOT_LOADED, turned].map((each) =>
    findingsReport([each], '0.1.0').map((made) => [Object.keys(made), Object.keys(made.now)]),
  );
  expect(keys[1]).toEqual(keys[0]);
});
