import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseFacts } from '../../src/facts/parse.ts';
import { openEnvelope } from '../../src/probe/envelope.ts';
import { SWITCHES_REQUEST } from '../support/switches-request.ts';
import { DEBIAN, type Entry, nodeTree } from './node-tree.ts';
import { runProbe } from './run-probe.ts';
import { SHELLS, type Shell, titleOf } from './shells.ts';

const KUBELET_LIMIT = 4096;
const directory = mkdtempSync(join(tmpdir(), 'netprereq-answer-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Runs the probe as in a pod's container: the termination message and the log. */
function answerOf(shell: Shell, entries: Readonly<Record<string, Entry>>) {
  using node = nodeTree(entries);
  const output = join(directory, 'termination-log');
  const log = runProbe(shell, { root: node.root, output });
  return { message: readFileSync(output, 'latin1'), log };
}

function factsIn(message: string) {
  const opened = openEnvelope(message);
  if ('problem' in opened) throw new Error(opened.problem);
  return { partial: opened.partial, facts: parseFacts(opened.text, SWITCHES_REQUEST) };
}

/** Lines that do not compress. */
function noise(key: string, count: number): string {
  return Array.from({ length: count }, () => `${key}${randomBytes(16).toString('hex')}\n`).join('');
}

describe.each(SHELLS.map((shell) => ({ title: titleOf(shell), shell })))('the answer under $title', ({ shell }) => {
  const check = test.skipIf(shell.missing !== undefined);

  check("holds all of an ordinary node's facts in one termination message", () => {
    const { message, log } = answerOf(shell, DEBIAN);
    expect(message).toMatch(/^np1 gz [\x21-\x7e ]+$/);
    expect(message.length).toBeLessThanOrEqual(KUBELET_LIMIT);
    expect(log).toBe('');
    const { partial, facts } = factsIn(message);
    expect(partial).toBe(false);
    expect(facts.dropped).toEqual([]);
    expect(facts.boot.sysctl).toHaveLength(6);
  });

  check('leaves out sections by their priority, names them, and gives all to the log', () => {
    const { message, log } = answerOf(shell, { ...DEBIAN, '/etc/sysctl.d/noise.conf': noise('net.', 200) });
    expect(message.length).toBeLessThanOrEqual(KUBELET_LIMIT);
    const short = factsIn(message);
    expect(short.partial).toBe(true);
    expect(short.facts.dropped).toEqual(['boot.sysctl']);
    expect(short.facts.boot.sysctl).toBeUndefined();
    expect(short.facts.boot.modulesLoad).toHaveLength(3);
    const whole = factsIn(log);
    expect(whole.partial).toBe(false);
    expect(whole.facts).toMatchObject({ sysctls: short.facts.sysctls, boot: { modprobe: short.facts.boot.modprobe } });
    expect(whole.facts.boot.sysctl?.find(({ path }) => path.endsWith('noise.conf'))?.lines).toHaveLength(200);
  });

  check('keeps what verdicts about the running kernel need when everything else is too long', () => {
    const all = ['sysctl.d', 'modprobe.d', 'modules-load.d'].map((name) => [
      `/etc/${name}/n.conf`,
      noise('bridge', 300),
    ]);
    const kernels = Array.from({ length: 32 }, () => [`/lib/modules/${randomBytes(120).toString('hex')}/x`, '']);
    const types = Array.from({ length: 16 }, () => ({ type: randomBytes(200).toString('hex') }));
    const { message } = answerOf(shell, {
      ...Object.fromEntries([...all, ...kernels]),
      '/etc/cni/net.d/x.conf': JSON.stringify(types),
    });
    expect(message.length).toBeLessThanOrEqual(KUBELET_LIMIT);
    const { facts } = factsIn(message);
    expect(facts.sysctls['net.ipv4.ip_forward']).toMatchObject({ is: 'value' });
    expect(facts.kernel.release).toBeDefined();
    expect(facts.dropped).toEqual(expect.arrayContaining(['boot.sysctl', 'boot.modprobe', 'boot.modulesLoad', 'cni']));
  });

  check('holds what is asked of a node with more bridges than it lists, and says that it does not list them', () => {
    const bridges = Array.from({ length: 500 }, (_, index) => [
      `/sys/class/net/br${index}/bridge/nf_call_iptables`,
      '0',
    ]);
    const { message, log } = answerOf(shell, { ...DEBIAN, ...Object.fromEntries(bridges) });
    expect(message.length).toBeLessThanOrEqual(KUBELET_LIMIT);
    expect(log).toBe('');
    const { facts } = factsIn(message);
    expect(facts).not.toHaveProperty('bridges');
    expect(facts.dropped).toEqual(['bridges']);
    expect(facts.boot.sysctl).toHaveLength(6);
  });

  check('bounds what it says of a node that is full of files', () => {
    const files = Array.from({ length: 40 }, (_, index) => [`/etc/sysctl.d/${index}.conf`, noise('net.', 1500)]);
    const { log } = answerOf(shell, Object.fromEntries(files));
    const { facts } = factsIn(log);
    expect(facts.boot.sysctl).toHaveLength(40);
    expect(facts.boot.sysctl?.at(-1)).toMatchObject({ truncated: true, lines: [] });
  });

  const own = shell.name === 'busybox' ? ' (skipped: busybox prefers its own gzip)' : '';
  test.skipIf(own !== '' || shell.missing !== undefined)(
    `is one line of plain ASCII where gzip is missing${own}`,
    () => {
      const tools = mkdtempSync(join(directory, 'bin-'));
      writeFileSync(join(tools, 'gzip'), '#!/bin/sh\nexit 1\n');
      chmodSync(join(tools, 'gzip'), 0o755);
      const plain = { ...shell, path: `${tools}:${shell.path}` };
      const { message } = answerOf(plain, {
        '/etc/sysctl.d/ä.conf': 'net.bridge.x\t=\t1\nnet.\xe4=1\n',
      });
      expect(message).toMatch(/^np1 raw [\t\x20-\x7e]+$/);
      expect(factsIn(message).facts.boot.sysctl).toEqual([
        {
          path: '/etc/sysctl.d/ä.conf',
          kind: 'file',
          lines: [
            { number: 1, text: 'net.bridge.x = 1' },
            { number: 2, text: 'net.~~=1' },
          ],
        },
      ]);
    },
  );
});
