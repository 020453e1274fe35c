import { describe, expect, test } from 'vitest';
import { planRequest } from '../../src/apply/script.ts';
import type { NodeFacts } from '../../src/facts/facts.ts';
import { evaluateNode } from '../../src/judge/evaluate.ts';
import type { Repair } from '../../src/judge/rule.ts';
import { textOf } from '../../src/plan/journal.ts';
import { operationsOf } from '../../src/plan/operations.ts';
import { TITLE, withOwnLines } from '../../src/plan/own-lines.ts';
import type { Step } from '../../src/plan/plan.ts';
import { planNode } from '../../src/plan/planner.ts';
import { MODULES_FILE, SYSCTL_FILE } from '../../src/systems/own-files.ts';
import { madeUp } from '../judge/made-up.ts';
import { flannel, NOTHING_OWNED, value } from '../rules/facts.ts';
import { step } from '../support/steps.ts';
import { worded } from '../support/worded.ts';
import { BOOT_ID, brief, planned, plan as planOf, refused, sound } from './nodes.ts';

const base64 = (text: string) => `=${Buffer.from(text).toString('base64')}`;
const NOTE = 'run r, T';
const DROP_IN = { path: '/etc/systemd/network/10-netprereq.network', content: '[Network]\nIPForward=yes\n' };

/** A node with these contents under the names of our files. */
const withFiles = (files: Record<string, string>, parts: Parameters<typeof sound>[0] = {}): NodeFacts =>
  sound({ owned: { ...NOTHING_OWNED, files: { ...NOTHING_OWNED.files, ...files } }, ...parts });

describe('the lines of our file', () => {
  const line = { name: 'net.ipv4.ip_forward', value: '1', was: '0' };
  const added = `# net.ipv4.ip_forward was 0 (${NOTE})\nnet.ipv4.ip_forward = 1\n`;
  test.for<[string, string, string]>([
    ['of no file make one', '', `${TITLE}\n${added}`],
    ['stay behind those of others', 'a = 1\n', `${TITLE}\na = 1\n${added}`],
    ['stand behind a last line without an end', 'a = 1', `${TITLE}\na = 1\n${added}`],
    [
      'replace one of the same key, however it is spelled',
      '-net/ipv4/ip_forward=0\r\nx = 1\n',
      `${TITLE}\nx = 1\n${added}`,
    ],
    [
      'replace the comment of an image, which says of nothing before',
      `${TITLE}\n# net.ipv4.ip_forward (run a, b)\n`,
      `${TITLE}\n${added}`,
    ],
    ['replace a comment of an earlier run', `${TITLE}\n# net.ipv4.ip_forward was 5 (run a, b)\n`, `${TITLE}\n${added}`],
    [
      'are not written where the last one says it',
      'net.ipv4.ip_forward=0\nnet.ipv4.ip_forward=1',
      'net.ipv4.ip_forward=0\nnet.ipv4.ip_forward=1',
    ],
    [
      'are written where an earlier one says it',
      'net.ipv4.ip_forward=1\nnet.ipv4.ip_forward=0\n',
      `${TITLE}\n${added}`,
    ],
    ['leave an exemption from patterns alone', '-net.ipv4.ip_forward\n', `${TITLE}\n-net.ipv4.ip_forward\n${added}`],
  ])('%s', ([, text, expected]) => {
    expect(withOwnLines(text, [line], NOTE)).toBe(expected);
  });

  test('say nothing of before in an image, which has not run yet', () => {
    expect(withOwnLines('', [{ ...line, was: undefined }], NOTE)).toBe(
      `${TITLE}\n# net.ipv4.ip_forward (${NOTE})\nnet.ipv4.ip_forward = 1\n`,
    );
  });

  test('are a module’s name, too', () => {
    const module = { name: 'br_netfilter', value: undefined, was: 'not loaded' };
    const text = `# br_netfilter was not loaded (${NOTE})\nbr_netfilter\n`;
    expect(withOwnLines('', [module], NOTE)).toBe(`${TITLE}\n${text}`);
    expect(withOwnLines('  br_netfilter\r\n', [module], NOTE)).toBe('  br_netfilter\r\n');
  });
});

describe('the operations of a plan', () => {
  test('write each file once, and every step has its part', () => {
    const steps = [
      step.keep('net.ipv4.ip_forward', '1'),
      step.keepModule('br_netfilter'),
      step.keep('net.ipv6.conf.all.forwarding', '1'),
      step.load('br_netfilter'),
      step.load('vxlan'),
      step.load('ip-set'),
      step.set('net.ipv4.conf.all.forwarding', '1', '0'),
      step.set('net.ipv4.conf.a/b.x', '1\t2', 'absent'),
    ];
    const { operations, placeOf } = operationsOf(steps, withFiles({ [SYSCTL_FILE]: base64('a = 1\n') }), NOTE);
    expect(placeOf).toEqual([0, 1, 0, 2, 3, 4, 5, 6]);
    expect(operations.slice(2)).toEqual([
      { do: 'modprobe', module: 'br_netfilter', shown: 'net/bridge/bridge-nf-call-iptables' },
      { do: 'modprobe', module: 'vxlan', shown: undefined },
      { do: 'modprobe', module: 'ip_set', shown: undefined },
      { do: 'write-sysctl', path: 'net/ipv4/ip_forward', before: '=0', after: '=1' },
      { do: 'write-sysctl', path: 'net/ipv4/conf/a.b/x', before: '-', after: '=1 2' },
    ]);
    const [sysctls, modules] = operations;
    expect(sysctls).toMatchObject({ do: 'write-file', path: SYSCTL_FILE, before: base64('a = 1\n') });
    expect(textOf(sysctls?.do === 'write-file' ? sysctls.after : '')).toMatch(
      /^# Written .*\na = 1\n# net\.ipv4\.ip_forward was .*\nnet\.ipv4\.ip_forward = 1\n# .*\nnet\.ipv6\.conf\.all\.forwarding = 1\n$/,
    );
    expect(modules).toMatchObject({ do: 'write-file', path: MODULES_FILE, before: '-' });
  });

  test.for<[Parameters<typeof sound>[0], string]>([
    [{ sysctls: { 'net.x': value('5\t6') } }, '5 6'],
    [{ sysctls: { 'net.x': value('1\n2') } }, 'of several lines'],
    [{ sysctls: { 'net.x': { is: 'absent' } } }, 'absent'],
    [{ sysctls: {} }, 'not read'],
  ])('tell in a comment what the kernel said: %j', ([parts, was]) => {
    const { operations } = operationsOf([step.keep('net.x', '1')], sound(parts), NOTE);
    expect(textOf(operations[0]?.do === 'write-file' ? operations[0].after : '')).toContain(`# net.x was ${was} (`);
  });

  test('name the links whose advertised routes are seen to, where IPv6 forwarding comes', () => {
    const lines = (...steps: Step[]) =>
      planRequest({ bootId: BOOT_ID, steps }, sound(), { run: 'r', now: 1, notAfter: 2 }).split('\n');
    const forwarding = step.set('net.ipv6.conf.all.forwarding', '1', '0');
    expect(lines(step.set('net.ipv6.conf.a/0.accept_ra', '2', '1'), forwarding)).toContain('routes a.0');
    expect(lines(forwarding)).toContain('routes');
    expect(lines(step.set('net.ipv4.ip_forward', '1', '0')).some((line) => line.startsWith('routes'))).toBe(false);
  });
});

describe('a drop-in of a rule', () => {
  const rule = madeUp({
    reads: {},
    now: () => ({ now: { verdict: 'fail', expected: 'x', actual: null }, message: 'it is not so', remedy: [] }),
    repair: { file: DROP_IN } as Repair,
    explain: {} as never,
  });
  const plan = (facts: NodeFacts, options = {}) =>
    planNode({ node: 'n', facts, findings: evaluateNode(flannel, facts, [rule]) }, flannel, {
      rules: [rule],
      ...options,
    });

  test.for<[string, NodeFacts, object, string[]]>([
    ['is planned where there is none', withFiles({ [DROP_IN.path]: '-' }), {}, [`write-file ${DROP_IN.path}`]],
    ['replaces another text', withFiles({ [DROP_IN.path]: base64('old') }), {}, [`write-file ${DROP_IN.path}`]],
    ['is not written where it is there', withFiles({ [DROP_IN.path]: base64(DROP_IN.content) }), {}, []],
    [
      'is not written where only the running kernel is changed',
      withFiles({ [DROP_IN.path]: '-' }),
      { runtimeOnly: true },
      [],
    ],
  ])('%s', ([, facts, options, steps]) => {
    expect(brief(planned(plan(facts, options)).steps)).toEqual(steps);
  });

  test('is an operation byte for byte, with what stands there before', () => {
    const facts = withFiles({ [DROP_IN.path]: base64('old\r') });
    const { operations } = operationsOf(planned(plan(facts)).steps, facts, NOTE);
    const write = { do: 'write-file', path: DROP_IN.path, before: base64('old\r'), after: base64(DROP_IN.content) };
    expect(operations).toEqual([write]);
  });

  test.for(['link', '?'])('is refused where %s stands in its place', (found) => {
    expect(refused(plan(withFiles({ [DROP_IN.path]: found }))).reason).toMatch(
      /10-netprereq\.network is not a plain file/,
    );
  });
});

describe('a node is refused for what earlier runs have left', () => {
  const plan = (owned: NodeFacts['owned']) => {
    const facts = sound({
      sysctls: { 'net.ipv4.ip_forward': value('0') },
      boot: { sysctl: [] },
      ...(owned && { owned }),
    });
    const { owned: _, ...unread } = facts;
    const seen = owned ? facts : unread;
    return refused(planOf(seen, flannel));
  };
  test.for<[string, NodeFacts['owned'], RegExp, string]>([
    [
      'an undo that did not end',
      { ...NOTHING_OWNED, journal: ['netprereq-journal 1', 'undo u 1 b'] },
      /^an undo has started/,
      'kubectl netprereq undo node-1',
    ],
    [
      'a journal of another version',
      { ...NOTHING_OWNED, journal: ['netprereq-journal 2'] },
      /has an unknown format$/,
      'head -n 1 /var/lib/netprereq/journal',
    ],
    [
      'a journal that cannot be read',
      { ...NOTHING_OWNED, journal: undefined as never },
      /journal cannot be read$/,
      'findmnt -T /var/lib/netprereq/journal',
    ],
    ['what was not read', undefined, /were not read/, 'kubectl-netprereq fix --local'],
    [
      'a file with NUL bytes',
      { ...NOTHING_OWNED, files: { [SYSCTL_FILE]: base64('a\0b'), [MODULES_FILE]: '-' } },
      /is not a plain file/,
      `ls -l ${SYSCTL_FILE}`,
    ],
  ])('%s', ([, owned, reason, remedy]) => {
    const refusal = plan(owned);
    expect(refusal.reason).toMatch(reason);
    expect(worded(refusal.remedy)).toContain(remedy);
  });

  test('but one that lacks nothing is not', () => {
    const facts = sound({ owned: { ...NOTHING_OWNED, journal: ['netprereq-journal 2'] } });
    expect(planned(planOf(facts, flannel)).steps).toEqual([]);
  });
});
