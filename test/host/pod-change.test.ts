import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseApply } from '../../src/apply/outcome.ts';
import { applyCommand, planRequest, undoOperations, undoRequest } from '../../src/apply/script.ts';
import { parseFacts } from '../../src/facts/parse.ts';
import { NOTHING_ASKED } from '../../src/facts/request.ts';
import { operationsOf } from '../../src/plan/operations.ts';
import type { Step } from '../../src/plan/plan.ts';
import { planUndo } from '../../src/plan/undo.ts';
import { probeCommand } from '../../src/probe/command.ts';
import { openEnvelope } from '../../src/probe/envelope.ts';
import { MODULES_FILE, SYSCTL_FILE } from '../../src/systems/own-files.ts';
import { nodeFacts } from '../rules/facts.ts';
import { makeRoot } from '../support/namespaces/root-directory.ts';
import { BOOT_ID, FORWARDING, now, snapshot, step } from './namespace-host.ts';
import { noNamespaces } from './shells.ts';

const because = noNamespaces ? ` (skipped: ${noNamespaces})` : '';
const NODE = fileURLToPath(new URL('../support/namespaces/node.sh', import.meta.url));
const MARK = 'made for a test';

/** A node whose process 1 has a root of its own, as real ones have for a pod. */
async function startNode() {
  const root = mkdtempSync(join(tmpdir(), 'netprereq-pod-node-'));
  makeRoot(root);
  for (const path of ['etc/sysctl.d', 'etc/modules-load.d']) mkdirSync(join(root, path), { recursive: true });
  writeFileSync(join(root, 'etc/mark'), MARK);
  const args = ['-r', '-n', '-m', '-p', '-u', '-f', '--kill-child', 'sh', NODE, root, 'node', 'systemd', '-'];
  const child = spawn('unshare', args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('exit', () => reject(new Error('the node did not start')));
  });
  return {
    root,
    /** Runs a pod's command in the node's process namespace, with the machine's root and a network of its own. */
    pod(command: readonly string[]) {
      const answer = join(root, 'tmp', 'termination-log');
      const words = command.map((word) => (word === '/dev/termination-log' ? answer : word));
      // Where process 1 is not the node's, the machine's own files would be written.
      const guarded = `mount -t proc proc /proc && [ "$(cat /proc/1/root/etc/mark)" = '${MARK}' ] && "$@"`;
      const inside = ['-t', line.replace('pid ', ''), '-U', '--preserve-credentials', '-p', 'unshare', '-m', '-n'];
      const { stdout, stderr } = spawnSync('nsenter', [...inside, 'sh', '-c', guarded, 'sh', ...words], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const text = existsSync(answer) ? readFileSync(answer, 'utf8') : stdout + stderr;
      rmSync(answer, { force: true });
      return text;
    },
    forwarding: () =>
      spawnSync(
        'nsenter',
        [
          '-t',
          line.replace('pid ', ''),
          '-U',
          '--preserve-credentials',
          '-n',
          '-p',
          'unshare',
          '-m',
          'sh',
          '-c',
          'mount -t proc proc /proc; cat /proc/sys/net/ipv4/ip_forward',
        ],
        {
          encoding: 'utf8',
        },
      ).stdout.trim(),
    etc: () => snapshot(join(root, 'etc')),
    [Symbol.dispose]() {
      child.kill('SIGKILL');
      rmSync(root, { recursive: true, force: true });
    },
  };
}

const timing = () => ({ run: 'run1', now: now(), notAfter: now() + 60 });

type Node = Awaited<ReturnType<typeof startNode>>;

/** What a pod that reads the node brings back. */
function look(node: Node) {
  const request = { ...NOTHING_ASKED, owned: [MODULES_FILE, SYSCTL_FILE] };
  const opened = openEnvelope(node.pod(probeCommand('pod', request)));
  if ('problem' in opened) throw new Error(opened.problem);
  return parseFacts(opened.text, request);
}

function fix(node: Node, steps: readonly Step[]) {
  const facts = look(node);
  const request = planRequest({ bootId: BOOT_ID, steps }, facts, timing());
  return parseApply(node.pod(applyCommand(request)), operationsOf(steps, facts, '').operations.length);
}

describe(`a pod that changes its node${because}`, () => {
  const check = test.skipIf(noNamespaces !== undefined);

  check('writes the files of process 1 and the values of its network namespace, and takes them back', async () => {
    using node = await startNode();
    const before = node.etc();
    expect(fix(node, FORWARDING)).toMatchObject({
      outcome: 'changed',
      steps: [{ status: 'done' }, { status: 'done' }, { status: 'done' }],
    });
    expect(node.forwarding()).toBe('1');
    expect(node.etc()).toHaveProperty(['sysctl.d/99-zz-netprereq.conf']);
    const { owned } = look(node);
    const plan = owned && planUndo(owned, BOOT_ID, { force: false });
    if (!plan || 'code' in plan) throw new Error('there is no plan to undo');
    const undone = node.pod(applyCommand(undoRequest(plan, timing())));
    expect(parseApply(undone, undoOperations(plan).length)).toMatchObject({ outcome: 'changed' });
    expect(node.forwarding()).toBe('0');
    expect(node.etc()).toEqual(before);
    expect(existsSync(join(node.root, 'var/lib/netprereq'))).toBe(false);
  });

  check("runs the node's modprobe in the node's own mount namespace", async () => {
    using node = await startNode();
    mkdirSync(join(node.root, 'run/current-system/sw/bin'), { recursive: true });
    // Only the node's own view has this file at this path.
    const text = '#!/bin/sh\necho "asked for $2 where the mark is: $(cat /etc/mark)" >&2\nexit 1\n';
    for (const path of ['sbin', 'usr/sbin']) rmSync(join(node.root, path), { recursive: true, force: true });
    mkdirSync(join(node.root, 'sbin'));
    writeFileSync(join(node.root, 'sbin/modprobe'), text, { mode: 0o755 });
    expect(fix(node, [step.load('np_nothing')])).toMatchObject({
      outcome: 'failed',
      steps: [{ status: 'failed', detail: `asked for np_nothing where the mark is: ${MARK}` }],
    });
  });
});

describe('the command of a pod that changes its node', () => {
  const command = (steps: readonly Step[], at = timing()) =>
    applyCommand(planRequest({ bootId: BOOT_ID, steps }, nodeFacts(), at));

  test('holds nothing that the kubelet or a shell would expand, whatever the plan says', () => {
    const steps = [step.set('net/ipv4/conf/$(HOME)\'"`id`\n/forwarding', '$(HOME)', '1'), ...FORWARDING];
    expect(command(steps).at(-1)).toMatch(/^[-A-Za-z0-9._/@:+=\\ \n]*$/);
  });

  test('is the same on every call, and small', () => {
    const at = timing();
    expect(command(FORWARDING, at)).toEqual(command(FORWARDING, at));
    expect(Buffer.byteLength(command(FORWARDING).join(''))).toBeLessThan(9 * 1024);
  });
});
