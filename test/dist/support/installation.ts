import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ended, type Result } from '../../support/command.ts';
import { archive, built, here, krew, kubectl, run } from './built.ts';

/** Programs of a host, which a check of it runs. There is no node among them. */
const PROGRAMS = [
  'sh',
  'readlink',
  'awk',
  'base64',
  'cat',
  'cksum',
  'find',
  'grep',
  'gunzip',
  'gzip',
  'head',
  'ls',
  'nsenter',
  'od',
  'sed',
  'sort',
  'tr',
  'uname',
  'unshare',
];

/** What krew has installed for a user who has no Node, whose home is read-only and has a blank in its name. */
export interface Installation {
  directory: string;
  /** Runs kubectl as that user, or as root and by another command. */
  kubectl: (words: readonly string[], env?: Record<string, string>, asRoot?: readonly string[]) => Promise<Result>;
  remove: () => void;
}

/** An ordinary user, where whoever runs the tests may become one. */
const user = process.getuid?.() === 0 ? { uid: 54321, gid: 54321 } : {};

export async function install(): Promise<Installation> {
  if (here === undefined) throw new Error('there is no archive for this machine');
  const directory = mkdtempSync(join(tmpdir(), 'netprereq installed '));
  chmodSync(directory, 0o755);
  const [home, krewRoot, bin, linked] = ['read-only home', 'krew root', 'bin', 'linked bin'].map((name) =>
    join(directory, name),
  ) as [string, string, string, string];
  for (const path of [home, krewRoot, bin]) mkdirSync(path);
  const env = { ...process.env, KREW_ROOT: krewRoot, KREW_NO_UPGRADE_CHECK: '1' };
  const args = ['install', `--manifest=${join(built, 'netprereq.yaml')}`, `--archive=${archive(here)}`];
  await run(krew ?? '', args, { env });
  for (const program of PROGRAMS) {
    symlinkSync((await run('sh', ['-c', `command -v ${program}`])).stdout.trim(), join(bin, program));
  }
  symlinkSync(kubectl ?? '', join(bin, 'kubectl'));
  symlinkSync(join(krewRoot, 'bin'), linked);
  // krew's directory is the user's own; only the home is read-only.
  if ('uid' in user) await run('chown', ['-R', `${user.uid}:${user.gid}`, krewRoot]);
  chmodSync(home, 0o555);
  const own = { HOME: home, PATH: [linked, bin].join(delimiter), LC_ALL: 'C.UTF-8', NO_COLOR: '1' };
  return {
    directory,
    kubectl(words, more = {}, asRoot = []) {
      const [first, ...others] = asRoot;
      const before = first === undefined ? [] : [join(bin, first), ...others];
      const [file = '', ...rest] = [...before, join(bin, 'kubectl'), ...words];
      return ended(spawn(file, rest, { env: { ...own, ...more }, cwd: '/', ...(asRoot.length > 0 ? {} : user) }));
    },
    remove() {
      if (readdirSync(home).length > 0) throw new Error(`something was written to ${home}`);
      rmSync(directory, { recursive: true });
    },
  };
}
