import { spawnSync } from 'node:child_process';
import type { TreeOnDisk } from './modprobe-tree.ts';

/** The release of the kernel that the trees pretend to have modules for. */
export const VERSION = '1.0-netprereq';

/** Why the real modprobe cannot be asked here; undefined when it can. */
export function whyNoModprobe(): string | undefined {
  const { stdout } = spawnSync('modprobe', ['--version'], { encoding: 'utf8' });
  return stdout?.startsWith('kmod') ? undefined : 'kmod is missing';
}

/** Why modprobe cannot be let run commands here; undefined when it can. */
export function whyNoCage(): string | undefined {
  return spawnSync('unshare', [...CAGE, 'true']).status === 0 ? undefined : 'process namespaces are not to be had';
}

/** What modprobe prints on stdout, line by line, over the tree's files and modules. For flags by which nothing is run: -c and -n. */
export function modprobe(disk: TreeOnDisk, args: readonly string[]): string[] {
  return run('modprobe', argumentsOf(disk, args), disk);
}

// Two install lines that ask for each other fork without end. In a process namespace all of it ends with the first process.
const CAGE = ['--map-root-user', '--pid', '--fork', '--kill-child=KILL'];

/** The same for real, install commands included, in a process namespace that is ended after 10 s. */
export function cagedModprobe(disk: TreeOnDisk, args: readonly string[]): string[] {
  return run('unshare', [...CAGE, 'modprobe', ...argumentsOf(disk, args)], disk);
}

function argumentsOf({ root, directories }: TreeOnDisk, args: readonly string[]): string[] {
  return [...directories.flatMap((directory) => ['-C', directory]), '-d', root, '-S', VERSION, ...args];
}

function run(program: string, args: readonly string[], { root }: TreeOnDisk): string[] {
  const limits = { timeout: 10_000, killSignal: 'SIGKILL' } as const;
  const { stdout, signal } = spawnSync(program, args, { encoding: 'utf8', cwd: root, ...limits });
  if (signal !== null) throw new Error(`${program} ${args.join(' ')} was ended by ${signal}`);
  return stdout.split('\n').slice(0, -1);
}
