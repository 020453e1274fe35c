import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parseApply } from '../../src/apply/outcome.ts';
import { applyScript, planRequest, undoOperations, undoRequest } from '../../src/apply/script.ts';
import { operationsOf } from '../../src/plan/operations.ts';
import type { Step } from '../../src/plan/plan.ts';
import faultPoint from './fault-point.sh';
import {
  BOOT_ID,
  look,
  type NamespaceHost,
  namespaceHost,
  PLAIN,
  snapshot,
  step,
  timing,
  undo,
  undoPlan,
  values,
} from './namespace-host.ts';
import { type NodeTree, nodeTree } from './node-tree.ts';
import { noNamespaces, type Shell } from './shells.ts';

/** Set by NETPREREQ_KILL_EVERY=1: also kills before programs that only read, and lets each program fail instead of some. */
export const EVERY = process.env.NETPREREQ_KILL_EVERY ?? '';

/** Everything that a plan can do: lines for both files, a module, accept_ra, forwarding of both families. */
export const EVERYTHING: readonly Step[] = [
  step.keep('net.ipv4.ip_forward', '1'),
  step.keep('net.ipv6.conf.all.forwarding', '1'),
  step.keepModule('np_nothing'),
  step.load('np_nothing'),
  step.set('net.ipv4.ip_forward', '1', '0'),
  step.set('net.ipv6.conf.lo.accept_ra', '2', '1'),
  step.set('net.ipv6.conf.all.forwarding', '1', '0'),
];

// One of the two directories is there already, the other one has to be made; one of the two files is somebody's.
const { '/etc/modules-load.d/modules.conf': _, ...THERE } = PLAIN;
const TREE = {
  ...THERE,
  '/etc/sysctl.d/99-zz-netprereq.conf': '# theirs\nkernel.panic = 5\n',
  '/sbin/modprobe': '#!/bin/sh\nmkdir -p "/sys/module/$2"\n',
};

/** Whether the tests of a shell are skipped, and what their title says of it. */
export function skipping(shell: Shell | undefined): { skip: boolean; because: string } {
  const missing = shell?.missing ?? noNamespaces;
  return { skip: missing !== undefined, because: missing ? ` (skipped: ${missing})` : '' };
}

/** A node that scripts are killed on. */
export interface Target extends Disposable {
  host: NamespaceHost;
  root: string;
  shell: Shell;
  /** What stands in /sys/module. */
  modules: string;
}

/** A node on which EVERYTHING has something to do. */
export async function target(shell: Shell): Promise<Target> {
  const host = await namespaceHost();
  const tree: NodeTree = nodeTree(TREE);
  const modules = mkdtempSync(join(tmpdir(), 'netprereq-modules-'));
  host.sh('chmod 755 "$1/sbin/modprobe"; mount --bind "$2" /sys/module', tree.root, modules);
  return {
    host,
    root: tree.root,
    shell,
    modules,
    [Symbol.dispose]() {
      host[Symbol.dispose]();
      tree[Symbol.dispose]();
      rmSync(modules, { recursive: true });
    },
  };
}

type Script = 'apply' | 'undo';

/** Looks, and makes of it what is sent, and of how many operations that is. */
function request(script: Script, node: Target): { text: string; count: number } {
  const run = { run: 'faulty' };
  if (script === 'apply') {
    const facts = look(node.host, node, EVERYTHING);
    const { operations } = operationsOf(EVERYTHING, facts, '');
    return { text: planRequest({ bootId: BOOT_ID, steps: EVERYTHING }, facts, timing(run)), count: operations.length };
  }
  const plan = undoPlan(node.host, node);
  if ('code' in plan) throw new Error(plan.reason);
  return { text: undoRequest(plan, timing(run)), count: undoOperations(plan).length };
}

/** Runs a script and kills it before its command number `at`. Gives whether it was killed: there are that many. */
export function killBefore(at: number, script: Script, node: Target): boolean {
  return faulty({ FAULT: 'kill', AT: `${at}`, EVERY }, script, node).reached;
}

/** Runs a script whose program number `at` fails. Gives whether there are that many, and the answer. */
export function failAt(at: number, script: Script, node: Target) {
  const { reached, answer, count } = faulty({ FAULT: 'fail', AT: `${at}`, EVERY: '1' }, script, node);
  return { reached, outcome: parseApply(answer, count) };
}

/** Looks with a probe whose program number `at` fails, and has what was planned of that undone. Gives whether there are that many. */
export function undoAfterFaultyLook(at: number, node: Target): { reached: boolean; outcome: string } {
  const directory = mkdtempSync(join(tmpdir(), 'netprereq-fault-'));
  const count = join(directory, 'count');
  writeFileSync(count, '');
  const lookWith = { before: faultPoint, env: { FAULT: 'fail', AT: `${at}`, EVERY: '1', COUNT: count } };
  let outcome: string;
  try {
    outcome = undo(node.host, { ...node, lookWith }).outcome;
  } catch (error) {
    outcome = `${error}`;
  }
  const reached = readFileSync(count, 'utf8').length >= at;
  rmSync(directory, { recursive: true });
  return { reached, outcome };
}

function faulty(env: { FAULT: string; AT: string; EVERY: string }, script: Script, node: Target) {
  const { host, root, shell } = node;
  const asked = request(script, node);
  const directory = mkdtempSync(join(tmpdir(), 'netprereq-fault-'));
  const [count, answer] = [join(directory, 'count'), join(directory, 'answer')];
  writeFileSync(count, '');
  writeFileSync(answer, '');
  const text = `${faultPoint}\n${applyScript}`;
  const args = ['-c', text, 'netprereq', 'local', root, answer, asked.text];
  runIn(host, [...shell.command, ...args], { ...env, COUNT: count, PATH: shell.path });
  const result = {
    reached: readFileSync(count, 'utf8').length >= Number(env.AT),
    answer: readFileSync(answer, 'utf8'),
    count: asked.count,
  };
  rmSync(directory, { recursive: true });
  return result;
}

/** In a process group of its own. busybox has a setsid that does not wait. */
function runIn(host: NamespaceHost, command: readonly string[], env: Record<string, string>): void {
  const words = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  host.run(['setsid', '--wait', 'env', ...words, ...command]);
}

/** Runs a fix whose write number `at` to a file ends after ten bytes, and with it the run. Gives whether it came to that. */
export function killInWrite(at: number, node: Target): boolean {
  const { host, root, shell } = node;
  const directory = mkdtempSync(join(tmpdir(), 'netprereq-kill-'));
  const count = join(directory, 'count');
  const dd = [
    '#!/bin/sh',
    'case $1 in of=*) printf x >>"$COUNT" ;; esac',
    'if [ "$(wc -c <"$COUNT")" -ge "$KILL" ]; then head -c 10 >"$(echo "$1" | cut -c 4-)"; kill -9 0; fi',
    'exec /usr/bin/env PATH="$REST" dd "$@"',
  ].join('\n');
  writeFileSync(count, '');
  writeFileSync(join(directory, 'dd'), dd, { mode: 0o755 });
  const args = ['netprereq', 'local', root, join(directory, 'answer'), request('apply', node).text];
  const env = { COUNT: count, KILL: `${at}`, PATH: `${directory}:${shell.path}`, REST: shell.path };
  runIn(host, [...shell.command, '-c', applyScript, ...args], env);
  const killed = readFileSync(count, 'utf8').length >= at;
  rmSync(directory, { recursive: true });
  return killed;
}

/** Takes back what undo cannot: a module stays loaded. */
export function unload({ modules }: Target): void {
  rmSync(`${modules}/np_nothing`, { recursive: true, force: true });
}

const WHOLE = [
  { path: 'etc/modules-load.d/netprereq.conf', text: /^# Written by [\s\S]*\nnp_nothing\n$/ },
  { path: 'etc/sysctl.d/99-zz-netprereq.conf', text: /^# theirs\nkernel\.panic = 5\n$|^# Written by [\s\S]* = 1\n$/ },
  { path: 'var/lib/netprereq/journal', text: /^netprereq-journal 1\n([a-z]+ \w+ \d+ \S{36}( \S+)*\n)+$/ },
  { path: 'run/netprereq.lock', text: /^(netprereq-lock 1 \d+ \w+ \d+\n)?$/ },
];

/** A file under its own name is all there, or not at all. */
export function expectWholeFiles({ root }: Target): void {
  for (const { path, text } of WHOLE) {
    if (existsSync(`${root}/${path}`)) expect(readFileSync(`${root}/${path}`, 'utf8')).toMatch(text);
  }
}

/** All that a run may have changed, without the numbers that differ from run to run. */
export function state({ host, root }: Target): string {
  const files = Object.entries(snapshot(root)).map(([path, what]) => `${path}: ${what}`.replaceAll(/\d{2,}/g, '#'));
  return [...files, values(host)].join('\n');
}
