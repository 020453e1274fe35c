import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { commandLine } from './command.ts';
import { type FileMap, makeRoot, writeFiles } from './namespaces/root-directory.ts';

const { file: node, args } = commandLine([]);
const project = join(import.meta.dirname, '..', '..');

/** Makes $root the root directory, with the machine's programs and the command under test in it; process 1 is a shell named $comm. */
const SET_UP = [
  // A new network namespace has what the machine's has been set to.
  'echo 0 >/proc/sys/net/ipv4/ip_forward',
  'mount --bind "$root" "$root"',
  'mount -t proc proc "$root/proc"',
  'mount -t sysfs sysfs "$root/sys"',
  'mount --rbind /dev "$root/dev"',
  'for d in usr bin sbin lib lib32 lib64; do [ ! -d "$root/.machine/$d" ] || mount --rbind "/$d" "$root/.machine/$d"; done',
  'mount --bind /etc/alternatives "$root/.machine/alternatives"',
  'for d in "$project" "$nodeDirectory"; do mkdir -p "$root$d"; mount --bind "$d" "$root$d"; done',
  'cd "$root"',
  'pivot_root . .',
  'umount -l .',
  'cd /',
  'printf %s "$comm" >/proc/self/comm',
  // A child, so that process 1 is not what is looked at.
  'sh -c "$1" || exit',
].join('\n');

/** A machine of its own, but for its kernel: files that stay, and values that last as long as one text runs. */
export interface LocalHost extends Disposable {
  root: string;
  /** Runs a shell's text, in which `netprereq` is the built command; $node and $command are its words. */
  sh(text: string, options?: { comm?: string }): { status: number | null; stdout: string; stderr: string };
  read(path: string): string;
}

export function localHost(files: FileMap): LocalHost {
  const root = mkdtempSync(join(tmpdir(), 'netprereq-local-'));
  makeRoot(root);
  mkdirSync(join(root, 'run/lock'), { recursive: true });
  writeFiles(root, {
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n',
    ...files,
  });
  return {
    root,
    sh(text, { comm = 'systemd' } = {}) {
      const whole = `netprereq() { "$node" "$command" "$@"; }\n${text}`;
      const namespaces = ['--mount', '--net', '--pid', '--uts', '--fork', '--kill-child=SIGKILL'];
      const { status, stdout, stderr } = spawnSync('unshare', [...namespaces, 'sh', '-ec', SET_UP, 'sh', whole], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 50_000,
        env: {
          PATH: process.env.PATH,
          HOME: '/',
          root,
          comm,
          project,
          nodeDirectory: dirname(node),
          node,
          command: args[0],
        },
      });
      return { status, stdout, stderr };
    },
    read: (path) => readFileSync(join(root, path), 'utf8'),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Why there can be none here. */
export const noLocalHost: string | undefined =
  process.getuid?.() !== 0
    ? 'not root'
    : spawnSync('unshare', ['--mount', '--net', '--pid', '--uts', '--fork', 'mount', '-t', 'sysfs', 'none', '/sys'])
          .status === 0
      ? undefined
      : 'no namespaces here';
