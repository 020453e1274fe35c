import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { commandLine, ended, type Result } from '../support/command.ts';
import { cluster, probePods } from './cluster.ts';

/** The node that these suites break and repair. */
export const NODE = 'ns-3';

/** Runs a shell script on the node; its output. */
export function onNode(script: string): Promise<string> {
  return cluster('exec', NODE, 'sh', '-c', script);
}

/** Somebody else's file, which sets forwarding to 0 and which no repair may touch. */
export const FOREIGN_FILE = '/etc/sysctl.d/50-hardening.conf';

/** Breaks the node's forwarding by a file and a value, with odd values beside it that a write to forwarding would sweep away. */
export async function breakForwarding(): Promise<void> {
  const odd = ['lo/forwarding=1', 'eth0/accept_redirects=0', 'all/accept_redirects=1', 'default/forwarding=1'];
  await onNode(
    [
      'set -e',
      `printf '# hardening\\nnet.ipv4.ip_forward = 0' >${FOREIGN_FILE}`,
      `chmod 640 ${FOREIGN_FILE}; chown 7:9 ${FOREIGN_FILE}`,
      'sysctl -qw net.ipv4.ip_forward=0',
      `sysctl -qw ${odd.map((setting) => `net/ipv4/conf/${setting}`).join(' ')}`,
    ].join('\n'),
  );
}

/** What breakForwarding did, taken back. */
export async function mendForwarding(): Promise<void> {
  await onNode(`rm -f ${FOREIGN_FILE}; sysctl -qw net.ipv4.ip_forward=0; sysctl -qw net.ipv4.ip_forward=1`);
}

/** All that a fix may touch, directly or by what the kernel does along with it: values, files with modes and owners, traces of ours. */
export function nodeState(): Promise<string> {
  return onNode(
    [
      'cd /proc/sys/net && grep -s "" ipv4/ip_forward ipv[46]/conf/*/forwarding ipv[46]/conf/*/accept_redirects bridge/*',
      "cd / && find etc -printf '%p %y %m %U:%G %l\\n' | sort",
      'find etc -type f -print0 | sort -z | xargs -0 sha256sum',
      'ls -A var/lib; ls -A run | grep netprereq || true',
    ].join('\n'),
  );
}

/** net.ipv4.ip_forward of the node. */
export const forwarding = () => onNode('cat /proc/sys/net/ipv4/ip_forward');

/** Stops the node's kubelet while `work` runs. */
export async function withoutKubelet<T>(work: () => Promise<T>): Promise<T> {
  await onNode('pkill -STOP -x kubelet');
  try {
    return await work();
  } finally {
    await onNode('pkill -CONT -x kubelet');
  }
}

/**
 * Waits for a run that changes the node, and stops its script as soon as that has the lock.
 * @returns what lets it go on
 */
export async function haltChange(): Promise<() => Promise<void>> {
  const pid = await cluster(
    'exec',
    NODE,
    'timeout',
    '120',
    'sh',
    '-c',
    'until read -r _ _ pid _ </run/netprereq.lock; do :; done 2>/dev/null; kill -STOP "$pid" && echo "$pid"',
  );
  return async () => {
    await onNode(`kill -CONT ${pid}`);
  };
}

/** Pods that change the node, as there are right now; their names. */
export async function changePods(): Promise<string[]> {
  const names = (await probePods(NODE)).split('\n').map((name) => name.replace('pod/', ''));
  return names.filter((name) => /-(apply|undo)$/.test(name));
}

/** The command at a terminal. */
export interface Conversation {
  /** What has been printed so far, both streams. */
  printed(): string;
  /** The same as one line: where a sentence was wrapped is the terminal's matter. */
  said(): string;
  type(text: string): void;
  /** Ends the command itself, as nothing can be done about. */
  kill(): Promise<void>;
  end: Promise<Result>;
}

/** Starts the built command at a terminal of 80 columns, and waits for its question. */
export async function asked(args: readonly string[]): Promise<Conversation> {
  const { file, args: words } = commandLine(args);
  const command = [file, ...words].map((word) => `'${word}'`).join(' ');
  const terminal: ChildProcess = spawn('script', ['-qec', `stty cols 80; exec ${command}`, '/dev/null'], {
    env: { ...process.env, NO_COLOR: '1' },
  });
  const end = ended(terminal);
  let text = '';
  terminal.stdout?.on('data', (data) => {
    text += data;
  });
  const conversation: Conversation = {
    printed: () => text,
    said: () => text.replaceAll(/\s+/g, ' '),
    type: (line) => void terminal.stdin?.write(line),
    async kill() {
      const children = await readFile(`/proc/${terminal.pid}/task/${terminal.pid}/children`, 'utf8');
      process.kill(Number(children.trim()), 'SIGKILL');
      await end;
    },
    end,
  };
  await expect.poll(conversation.printed, { timeout: 60_000 }).toContain('[y/N]');
  return conversation;
}
