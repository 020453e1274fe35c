import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Execute, Exit } from '../container-run.ts';
import type { Container, Pod } from '../objects.ts';

/** The programs that the machine, its nodes and their containers share. */
export const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Where containers run: a node's process 1, its directory on the machine, and whether it has a user namespace. */
export interface Place {
  pid: number;
  user: boolean;
  directory: string;
  root: string;
}

/** What a privileged container keeps from it: with these it could change the machine itself. */
const withheld = ['sys_module', 'sys_boot', 'sys_time'];
/** What containerd gives to a container that asks for nothing. */
const ordinary = [
  ...['chown', 'dac_override', 'fowner', 'fsetid', 'kill', 'setgid', 'setuid', 'setpcap'],
  ...['net_bind_service', 'net_raw', 'sys_chroot', 'mknod', 'audit_write', 'setfcap'],
];

function boundingSet({ securityContext }: Container): string {
  if (securityContext?.privileged) return withheld.map((name) => `-${name}`).join(',');
  const dropped = securityContext?.capabilities?.drop ?? [];
  const kept = dropped.includes('ALL') ? [] : ordinary.filter((name) => !dropped.includes(name.toUpperCase()));
  const added = (securityContext?.capabilities?.add ?? []).map((name) => name.toLowerCase());
  return ['-all', ...[...kept, ...added].map((name) => `+${name}`)].join(',');
}

function privileges(container: Container): string[] {
  const lasting = container.securityContext?.allowPrivilegeEscalation === false ? ['--no-new-privs'] : [];
  return ['setpriv', ...lasting, '--bounding-set', boundingSet(container)];
}

function enterNode({ pid, user }: Place, { spec }: Pod): string[] {
  return [
    ...['--target', String(pid), '--pid', '--uts'],
    ...(user ? ['--user', '--preserve-credentials'] : []),
    ...(spec.hostNetwork ? ['--net'] : []),
    ...['--', 'unshare', '--mount'],
    ...(spec.hostNetwork ? [] : ['--net', '--uts']),
  ];
}

const yesOrNo = (value: boolean | undefined) => (value ? 'yes' : 'no');

/** hostPath volumes as container.sh reads them; other volumes hold nothing and are left out. */
function hostPaths({ spec }: Pod, { volumeMounts = [] }: Container): string {
  const lines = volumeMounts.map(({ name, mountPath, readOnly }) => {
    const path = spec.volumes?.find((volume) => volume.name === name)?.hostPath?.path;
    return path === undefined ? '' : `${path} ${mountPath} ${readOnly ? 'ro' : 'rw'}\n`;
  });
  return lines.join('');
}

/** Runs containers for real, in the node's namespaces or new ones as the pod's host settings say. */
export function executeOn(place: Place): Execute {
  return async (pod, container, signal) => {
    signal.throwIfAborted();
    const own = join(place.directory, 'pods', pod.metadata.uid ?? pod.metadata.name, container.name);
    mkdirSync(own, { recursive: true });
    const message = join(own, 'termination-log');
    writeFileSync(message, '');
    writeFileSync(join(own, 'mounts'), hostPaths(pod, container));
    const environment = (container.env ?? []).map(({ name, value = '' }) => `${name}=${value}`);
    const command = [...(container.command ?? []), ...(container.args ?? [])];
    const child = spawn(
      'nsenter',
      [
        ...enterNode(place, pod),
        ...['sh', script('container.sh'), ...privileges(container)],
        ...['env', '-i', `PATH=${path}`, ...environment, ...command],
      ],
      {
        // A group of its own, by which everything that the container starts can be killed.
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: path,
          image: join(place.directory, 'image'),
          nodeRoot: place.root,
          message,
          messagePath: container.terminationMessagePath ?? '/dev/termination-log',
          user: yesOrNo(place.user),
          privileged: yesOrNo(container.securityContext?.privileged),
          readOnlyRoot: yesOrNo(container.securityContext?.readOnlyRootFilesystem),
          hostPID: yesOrNo(pod.spec.hostPID),
          hostNetwork: yesOrNo(pod.spec.hostNetwork),
          masks: join(place.directory, 'masks'),
          mounts: join(own, 'mounts'),
        },
      },
    );
    const { exitCode, log } = await finished(child, signal);
    signal.throwIfAborted();
    return { exitCode, message: readFileSync(message), log } satisfies Exit;
  };
}

/** Resolves when the process and all that hold its output have ended. */
async function finished(child: ChildProcess, signal: AbortSignal): Promise<{ exitCode: number; log: Buffer }> {
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes: Buffer) => output.push(bytes));
  const kill = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  signal.addEventListener('abort', kill, { once: true });
  try {
    const [code, name] = (await once(child, 'close')) as [number | null, string | null];
    return { exitCode: code ?? (name === 'SIGKILL' ? 137 : 143), log: Buffer.concat(output) };
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
