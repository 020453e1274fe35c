import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Execute } from './container-run.ts';
import { executeOn, path, script } from './namespaces/container.ts';
import { type FileMap, makeRoot, writeFiles } from './namespaces/root-directory.ts';

/** What the API says of a node's boot, and what its namespaces show: never the machine's. */
export const BOOT_ID = 'f3b1c9a6-7d0e-4b52-9c38-5a1e60d2b874';

/** A node of real namespaces on this machine's kernel. */
export interface NamespaceNodeOptions {
  /** The node's own files (os-release, sysctl.d, lib/modules/…); the machine's programs are there besides. */
  files?: FileMap;
  /** Set at start in the node's network namespace; only net.* may be named, the rest is the machine's. */
  sysctls?: Readonly<Record<string, string>>;
  /** Linux bridges that the node has. */
  bridges?: readonly string[];
  /** The name of its process 1. Default: systemd. */
  init?: string;
  /**
   * Paths below /proc or /sys that containers see empty (null), not at all (gone), with this text, as this directory of the node,
   * which a program of the node may fill, or as this other path below /proc.
   */
  masks?: Readonly<Record<string, string | null | { gone: true } | { directory: string } | { as: string }>>;
  /** Root of a user namespace instead of root, even when started by root. Default: only when not started by root. */
  userNamespace?: boolean;
}

export interface NamespaceNode {
  execute: Execute;
  /** Of the node's process 1, as the machine numbers it. */
  pid: number;
  /** The node's root directory, on the machine. */
  root: string;
  stop: () => Promise<void>;
}

/** A start takes a fraction of a second; one that takes this long has failed. */
const startDeadlineMs = 10_000;

/** Starts a node below `directory`. Rejects with the reason where this machine does not allow it. */
export async function startNamespaceNode(
  name: string,
  options: NamespaceNodeOptions,
  directory: string,
): Promise<NamespaceNode> {
  if (process.platform !== 'linux') throw new Error(`namespaces need Linux, this is ${process.platform}`);
  const { sysctls = {}, bridges = [], init = 'systemd' } = options;
  const foreign = Object.keys(sysctls).find((key) => !/^net[./]/.test(key));
  if (foreign !== undefined) throw new Error(`${foreign} is not the node's own: it would be set on this machine`);
  const root = join(directory, 'root');
  makeRoot(root);
  writeFiles(root, options.files ?? {});
  prepareContainers(directory, options);
  const user = options.userNamespace ?? process.getuid?.() !== 0;
  const asUser = user ? ['--user', '--map-root-user'] : [];
  const settings = Object.entries(sysctls).map(([key, value]) => `${key}=${value}`);
  const child = spawn(
    'unshare',
    [
      ...asUser,
      ...['--mount', '--net', '--pid', '--uts', '--fork', '--kill-child=SIGKILL'],
      ...['sh', script('node.sh'), root, name, init, bridges.join(' ') || '-', ...settings],
    ],
    // A group of its own: Ctrl-C is for the program under test, not for its nodes.
    { stdio: ['pipe', 'pipe', 'pipe'], detached: true, env: { PATH: path } },
  );
  const pid = await started(child);
  return { pid, root, execute: executeOn({ pid, user, directory, root }), stop: () => stopped(child) };
}

/** The image that containers are started from, and what masks parts of the kernel. */
function prepareContainers(directory: string, { masks = {} }: NamespaceNodeOptions): void {
  const image = join(directory, 'image');
  makeRoot(image);
  for (const place of ['.root', '.node/proc', '.node/sys']) mkdirSync(join(image, place), { recursive: true });
  // An os-release of the image: whoever reads it instead of the node's is found out.
  writeFiles(image, {
    '/etc/os-release': 'ID=stand-in-image\nPRETTY_NAME="container image"\n',
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n',
  });
  mkdirSync(join(directory, 'masks'));
  const all: typeof masks = { '/proc/sys/kernel/random/boot_id': `${BOOT_ID}\n`, ...masks };
  for (const [index, [path, text]] of Object.entries(all).entries()) {
    const mask = join(directory, 'masks', String(index));
    mkdirSync(join(mask, 'empty'), { recursive: true });
    writeFileSync(join(mask, 'path'), `${path}\n`);
    if (typeof text === 'string') writeFileSync(join(mask, 'content'), text);
    else if (text !== null && 'directory' in text) writeFileSync(join(mask, 'directory'), `${text.directory}\n`);
    else if (text !== null && 'as' in text) writeFileSync(join(mask, 'as'), `${text.as}\n`);
    else if (text !== null) writeFileSync(join(mask, 'gone'), '');
  }
}

/** The node's process 1 has reported its number; rejects with what it said when it could not start. */
async function started(child: ChildProcess): Promise<number> {
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('the node was started without pipes');
  const complaints: string[] = [];
  stderr.on('data', (text: Buffer) => complaints.push(text.toString()));
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('close', () => reject(new Error(complaints.join('').trim() || 'the node ended while it started')));
  });
  const late = AbortSignal.timeout(startDeadlineMs);
  try {
    const [line] = (await Promise.race([once(createInterface(stdout), 'line', { signal: late }), failed])) as [string];
    return Number(line.replace(/^pid /, ''));
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    failed.catch(() => undefined);
  }
}

/** Its input ends, its process 1 ends, and with it every process of the node. */
async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.stdin?.end();
  const impatience = setTimeout(() => child.kill('SIGKILL'), 2000);
  await closed;
  clearTimeout(impatience);
}
