import { describe, expect, test } from 'vitest';
import { openEnvelope } from '../../src/probe/envelope.ts';
import { forwardingOffNode } from '../support/clusters.ts';
import {
  answer,
  changedInOrder,
  changes,
  inNode,
  noNamespaceNodes,
  outcomes,
  recordNodes,
  standInForEach,
} from '../support/fixing.ts';
import type { NodeOptions } from '../support/node-object.ts';

const { start, run, report } = standInForEach();
const unavailable = await noNamespaceNodes();
const because = unavailable ? ` (skipped: ${unavailable})` : '';
const recording = await recordNodes();

/** What a node without br_netfilter tells that could load it, made from what a real one told. */
function withoutModule(told: string): string {
  const opened = openEnvelope(told);
  if ('problem' in opened) throw new Error(opened.problem);
  const release = /^n kernel (\S+)/m.exec(opened.text)?.[1];
  const lines = opened.text
    .trimEnd()
    .split('\n')
    .filter((line) => !/^(n loadable|n modules|n sysfs|n v net\/bridge\/|k )/.test(line));
  const facts = [
    'n loadable 1',
    'n modules',
    'n sysfs',
    ...['iptables', 'ip6tables', 'arptables'].map((name) => `n v net/bridge/bridge-nf-call-${name} -`),
    'k dir 1',
    'k builtin',
    'k dep kernel/net/bridge/br_netfilter.ko: kernel/net/bridge/bridge.ko kernel/net/bridge/bridge.ko:',
    `k installed ${release}`,
  ];
  return answer(...lines.slice(0, 4), ...facts, ...lines.slice(4));
}

/**
 * A node whose kernel has br_netfilter as a module. What it tells is recorded, because this machine's kernel may have it built in; what
 * changes it runs for real, and so does what is looked at once `itself` is set: what a fix has left.
 */
function nodeWithoutModule(name: string, look: { itself?: true } = {}): NodeOptions {
  const told = withoutModule(recording.broken);
  const { namespaces = {} } = forwardingOffNode(name);
  const masks = { '/proc/sys/net/bridge': { gone: true }, '/sys/module/br_netfilter': null } as const;
  return {
    name,
    namespaces: { ...namespaces, masks },
    instead: (pod) => (changes(pod) || look.itself ? undefined : told),
  };
}

/** Makes the node's only modprobe this text, or none of it. */
const modprobe = (text?: string) =>
  [
    // The machine's, which the node borrows, is no program any more.
    'touch /tmp/none; for d in /sbin /usr/sbin /bin /usr/bin; do [ ! -e $d/modprobe ] || mount --bind /tmp/none $d/modprobe; done',
    ...(text === undefined
      ? []
      : [
          'mkdir -p /run/current-system/sw/bin; cd /run/current-system/sw/bin',
          `printf '#!/bin/sh\\n%s\\n' '${text}' >modprobe; chmod 755 modprobe`,
        ]),
  ].join('\n');

const FORWARDING = 'cat /proc/sys/net/ipv4/ip_forward';

describe.skipIf(unavailable)(`a module that does not come${because}`, () => {
  type Case = [name: string, program: string | undefined, outcome: string, steps: string[], reason: RegExp];
  test.for<Case>([
    ['modprobe is missing', undefined, 'refused', [], /^the node has no modprobe: nothing was changed$/],
    [
      'modprobe ends well and loads nothing',
      'echo "$*" >>/tmp/called; exit 0',
      'failed',
      ['changed', 'failed', 'not-reached'],
      /^modprobe succeeded, but the module is not loaded/,
    ],
    [
      'modprobe fails',
      'echo "modprobe: FATAL: Module $2 not found." >&2; exit 1',
      'failed',
      ['changed', 'failed', 'not-reached'],
      /^modprobe: FATAL: Module br_netfilter not found\.$/,
    ],
  ])('is reported as what it is when %s, and the next node waits', async ([, program, outcome, steps, reason]) => {
    const look: { itself?: true } = {};
    const running = await start([nodeWithoutModule('node-1', look), forwardingOffNode('node-2')]);
    inNode(running, modprobe(program));
    const { code, report: found } = await report('fix', 'node-1', 'node-2');
    const [node] = found.nodes;
    expect([code, node?.outcome, found.nodes[1]?.outcome]).toEqual([1, outcome, 'planned']);
    expect(node?.verdict).not.toMatch(/pass|warn/);
    expect([...new Set(node?.steps.map((step) => step.outcome))]).toEqual(steps);
    const failed = node?.steps.find((step) => step.outcome === 'failed');
    expect(failed?.reason ?? node?.reason).toMatch(reason);
    if (failed) expect(failed).toMatchObject({ do: 'load-module', what: 'br_netfilter', before: 'absent' });
    // The files are there for the next boot, or nothing is.
    const written = inNode(
      running,
      'ls /etc/modules-load.d/netprereq.conf /etc/sysctl.d/99-zz-netprereq.conf 2>/dev/null | wc -l',
    );
    expect([written.trim(), inNode(running, FORWARDING)]).toEqual([outcome === 'failed' ? '2' : '0', '0\n']);
    expect(changedInOrder(running)).toEqual(['node-1']);
    look.itself = true;
    const text = await report('undo', 'node-1');
    expect([text.code, text.report.nodes[0]?.outcome]).toEqual([0, outcome === 'failed' ? 'changed' : 'unchanged']);
  });

  test('reports that modprobe succeeded and the module is not loaded', async () => {
    const running = await start([nodeWithoutModule('node-1')]);
    inNode(running, modprobe('exit 0'));
    const { code, stdout } = await run('fix', 'node-1', '--yes', '--settle', '0s');
    expect(code).toBe(1);
    expect(stdout).toMatch(/modprobe br_netfilter: failed: modprobe succeeded, but the module is not loaded/);
    expect(stdout).not.toMatch(/repaired|cannot be loaded/);
    await run('undo', 'node-1', '--yes', '--settle', '0s');
  });

  test('does not keep the next node from being repaired where two may fail', async () => {
    const running = await start([nodeWithoutModule('node-1'), forwardingOffNode('node-2')]);
    inNode(running, modprobe('exit 0'));
    const { code, report: found } = await report('fix', 'node-1', 'node-2', '--max-failures', '2');
    expect([code, outcomes(found).at(1)]).toEqual([1, 'node-2 changed pass']);
    expect(changedInOrder(running)).toEqual(['node-1', 'node-2']);
  });

  test('and one that comes is loaded by the node’s own modprobe', async () => {
    const running = await start([nodeWithoutModule('node-1')]);
    inNode(running, modprobe('echo "$*" >>/tmp/called; exit 0'));
    await report('fix', 'node-1');
    expect(inNode(running, 'cat /tmp/called')).toBe('-- br_netfilter\n');
  });
});

describe.skipIf(unavailable)(`a value that stays${because}`, () => {
  /** A file of the kernel that takes a 1 and keeps it as 0: the scale behind it is finer than what it shows. */
  const KEEPS_ZERO = { as: '/proc/1/oom_adj' };

  test('at 0 after a write that succeeded is a failure, and the next node waits', async () => {
    const { namespaces = {}, ...node } = forwardingOffNode('node-1');
    const masks = { '/proc/sys/net/ipv4/ip_forward': KEEPS_ZERO };
    const running = await start([{ ...node, namespaces: { ...namespaces, masks } }, forwardingOffNode('node-2')]);
    const { code, report: found } = await report('fix', 'node-1', 'node-2');
    expect([code, found.nodes.map(({ outcome, verdict }) => `${outcome} ${verdict}`)]).toEqual([
      1,
      ['failed fail', 'planned fail'],
    ]);
    expect(found.nodes[0]?.steps.at(-1)).toMatchObject({
      do: 'set-sysctl',
      outcome: 'failed',
      before: '0',
      after: '1',
      reason: 'the kernel accepted the value but shows another',
    });
    expect(changedInOrder(running)).toEqual(['node-1']);
  });
});
