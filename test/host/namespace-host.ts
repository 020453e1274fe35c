import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type ApplyOutcome, parseApply } from '../../src/apply/outcome.ts';
import { applyScript, planRequest, undoRequest } from '../../src/apply/script.ts';
import type { NodeFacts } from '../../src/facts/facts.ts';
import { parseFacts } from '../../src/facts/parse.ts';
import { NOTHING_ASKED } from '../../src/facts/request.ts';
import { requireSysctlKey } from '../../src/facts/request-keys.ts';
import { undone, undoPlanned } from '../../src/fix/undone.ts';
import { operationsOf } from '../../src/plan/operations.ts';
import type { Step } from '../../src/plan/plan.ts';
import { planUndo, type UndoRefusal } from '../../src/plan/undo.ts';
import { untouchable } from '../../src/plan/untouchable.ts';
import { probeScript } from '../../src/probe/script.ts';
import type { ChangedInput } from '../../src/report/build-fix.ts';
import { MODULES_FILE, SYSCTL_FILE } from '../../src/systems/own-files.ts';
import { step } from '../support/steps.ts';
import type { Entry } from './node-tree.ts';

import type { Shell } from './shells.ts';

/** The running kernel's boot id, which is every node's of these tests. */
export const BOOT_ID = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** A node's root as nobody has touched it, with a modprobe of ours. */
export const PLAIN: Readonly<Record<string, Entry>> = {
  '/etc/sysctl.d/10-theirs.conf': '# not ours\nnet.ipv4.ip_forward = 0\n',
  '/etc/modules-load.d/modules.conf': { link: '../modules' },
  '/etc/modules': 'overlay\n',
  '/run': { directory: true },
  '/var/lib': { directory: true },
};

/** Network, mount and process namespaces of their own: a host whose values may be changed. */
export interface NamespaceHost extends Disposable {
  /** A command in it; stdin is empty. */
  run(command: readonly string[], env?: Record<string, string>): SpawnSyncReturns<string>;
  /** A shell's text in it, which must succeed; gives its output. */
  sh(text: string, ...args: readonly string[]): string;
}

/** Starts one; it has a pair of interfaces, v0 and one with a name that a shell could take for commands. */
export async function namespaceHost(): Promise<NamespaceHost> {
  const setUp = [
    'read -r pid rest </proc/self/stat',
    'mount -t proc proc /proc',
    `ip link add v0 type veth peer name '$(id)"a;'`,
    'echo 0 >/proc/sys/net/ipv4/ip_forward',
    'echo 1 >/proc/sys/net/ipv4/conf/v0/forwarding',
    'echo 0 >/proc/sys/net/ipv4/conf/all/accept_redirects',
    'echo "$pid"',
    // Orphans are reaped by the kernel.
    "trap '' CHLD",
    'exec cat',
  ].join('\n');
  const child = spawn('unshare', ['-r', '-n', '-m', '-p', '-f', '--kill-child', 'sh', '-ec', setUp], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const pid = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('exit', () => reject(new Error('the namespaces could not be set up')));
  });
  const inside = ['-t', pid, '-U', '--preserve-credentials', '-n', '-m', '-p', '--'];
  const run: NamespaceHost['run'] = (command, env = {}) =>
    spawnSync('nsenter', [...inside, ...command], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, ...env },
    });
  return {
    run,
    sh(text, ...args) {
      const { status, stdout, stderr } = run(['sh', '-ec', text, 'sh', ...args]);
      if (status !== 0) throw new Error(`${text}: ${stderr}`);
      return stdout;
    },
    [Symbol.dispose]: () => child.kill('SIGKILL'),
  };
}

export interface Change {
  root: string;
  shell: Shell;
  run?: string;
  bootId?: string;
  /** Seconds: how far the requester's clock is ahead of ours, and how long the request is good for. */
  ahead?: number;
  good?: number;
  force?: boolean;
  guards?: readonly 'forward'[];
  /** What stands before the text of the look, and its environment. */
  lookWith?: { before: string; env: Record<string, string> };
  /** What somebody does between the look and the change. */
  meanwhile?: () => void;
}

export const now = () => Math.floor(Date.now() / 1000);

export function timing({ run = 'run1', ahead = 0, good = 60 }: Partial<Change> = {}) {
  return { run, now: now() + ahead, notAfter: now() + ahead + good };
}

/** What the probe tells before a change: what earlier runs have left, and the values that steps speak of. */
export function look(host: NamespaceHost, { root, shell, lookWith }: Change, steps: readonly Step[] = []): NodeFacts {
  const request = {
    ...NOTHING_ASKED,
    sysctls: steps.flatMap((each) => ('key' in each && canBeAsked(each.key) ? [each.key] : [])),
    owned: [MODULES_FILE, SYSCTL_FILE, ...steps.flatMap((each) => (each.do === 'write-file' ? [each.path] : []))],
  };
  const text = `${lookWith?.before ?? ''}\n${probeScript(request)}`;
  const command = [...shell.command, '-c', text, 'netprereq', 'local', root];
  const { status, stdout, stderr } = host.run(command, { PATH: shell.path, ...lookWith?.env });
  if (status !== 0 || stderr !== '') throw new Error(`the look ended with ${status}: ${stderr}`);
  return parseFacts(stdout, request);
}

function canBeAsked(key: string): boolean {
  try {
    requireSysctlKey(key);
    return true;
  } catch {
    return false;
  }
}

/** What a plan that is not even sent is refused for. */
type Barred = { outcome: 'refused'; code: 'planned'; reason: string };

/** Looks, and carries out steps below a made-up root, with the values of the host. */
export function apply(host: NamespaceHost, steps: readonly Step[], change: Change): ApplyOutcome | Barred {
  const { guards, bootId = BOOT_ID } = change;
  const facts = look(host, change, steps);
  const barred = untouchable(steps, facts, 'node-1');
  if (barred) return { outcome: 'refused', code: 'planned', reason: barred.reason };
  change.meanwhile?.();
  const request = planRequest({ bootId, steps, ...(guards && { guards }) }, facts, timing(change));
  const { operations, placeOf } = operationsOf(steps, facts, '');
  const outcome = parseApply(answer(host, request, change), operations.length);
  if (!('steps' in outcome)) return outcome;
  return { ...outcome, steps: placeOf.flatMap((place) => outcome.steps?.[place] ?? []) };
}

const NODE = { name: 'node-1', system: { os: null, kernel: null, arch: null, runtime: null } };

/** What a report says of an undo, with the code of a refusal. */
export type Undone = ChangedInput & Partial<UndoRefusal>;

/** Looks, and takes back what was done. */
export function undo(host: NamespaceHost, change: Change): Undone {
  const plan = undoPlan(host, change);
  change.meanwhile?.();
  if ('code' in plan) return { ...undoPlanned(NODE, plan), ...plan };
  const message = answer(host, undoRequest(plan, timing(change)), change);
  const told = parseApply(message, 0);
  return { ...undone(NODE, plan, { is: 'answered', message }), ...('code' in told && { code: told.code as 'file' }) };
}

/** What undo would do. */
export function undoLook(host: NamespaceHost, change: Change): Undone {
  const plan = undoPlan(host, change);
  return { ...undoPlanned(NODE, plan), ...('code' in plan && plan) };
}

/** The plan of an undo. */
export function undoPlan(host: NamespaceHost, change: Change) {
  const { owned, boot } = look(host, change);
  if (!owned) throw new Error('the look did not tell what there is to be taken back');
  return planUndo(owned, boot.id ?? '', { force: change.force ?? false });
}

function answer(host: NamespaceHost, request: string, { root, shell }: Change): string {
  const file = `${root}.answer`;
  const args = ['netprereq', 'local', root, file, request];
  const { status, stdout, stderr } = host.run([...shell.command, '-c', applyScript, ...args], { PATH: shell.path });
  if (status !== 0 || stdout + stderr !== '') throw new Error(`it ended with ${status}: ${stdout}${stderr}`);
  const text = readFileSync(file, 'utf8');
  rmSync(file);
  return text;
}

/** Every file, directory and link below a directory: its type and mode, and its content. */
export function snapshot(root: string): Record<string, string> {
  const entries = readdirSync(root, { recursive: true, encoding: 'utf8' }).toSorted();
  return Object.fromEntries(entries.map((path) => [path, describe(`${root}/${path}`)]));
}

function describe(path: string): string {
  const { mode, uid, gid } = lstatSync(path);
  const kind = mode & 0o170000;
  const content = kind === 0o120000 ? readlinkSync(path) : kind === 0o100000 ? readFileSync(path, 'utf8') : '';
  return `${mode.toString(8)} ${uid}:${gid} ${content}`;
}

/** All values that a write to forwarding may change. */
export function values(host: NamespaceHost): string {
  return host.sh(
    'cd /proc/sys/net && grep -s "" ipv4/ip_forward ipv?/conf/*/forwarding ipv?/conf/*/accept_redirects ipv6/conf/*/accept_ra || :',
  );
}

export { step };

/** What a fix of forwarding is made of. */
export const FORWARDING: readonly Step[] = [
  step.keepModule('br_netfilter'),
  step.keep('net.ipv4.ip_forward', '1'),
  step.set('net.ipv4.ip_forward', '1', '0'),
];
