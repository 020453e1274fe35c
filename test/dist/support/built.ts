import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { archiveName, TARGETS, type Target } from '../../../scripts/dist/targets.ts';

export const root = join(import.meta.dirname, '..', '..', '..');

/** What `npm run dist` has built. */
export const built = join(root, 'build', 'dist');
if (!existsSync(join(built, 'netprereq.yaml'))) throw new Error('nothing to test: npm run dist first');

export const archive = (target: Target): string => join(built, archiveName(target));

export const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;

/** The target that this machine is. */
export const here = TARGETS.find(
  ({ os, arch }) => os === process.platform && arch === (process.arch === 'x64' ? 'amd64' : process.arch),
);

/** Runs a program to its end, and rejects with what it said when it fails. */
export const run = promisify(execFile);

function find(variable: string, ...names: string[]): string | undefined {
  const named = process.env[variable];
  if (named) return resolve(named);
  const found = names.map((name) => spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim());
  return found.find((path) => path !== '');
}

/** The real krew, by NETPREREQ_KREW or on the PATH. */
export const krew = find('NETPREREQ_KREW', 'kubectl-krew', 'krew');

/** krew-index's own check, which lies beside krew or on the PATH. */
export const validator =
  [join(dirname(krew ?? '/'), 'validate-krew-manifest')].find(existsSync) ??
  find('NETPREREQ_KREW_VALIDATOR', 'validate-krew-manifest');

export const kubectl = find('NETPREREQ_KUBECTL', 'kubectl');

/** The programs that are missing here, for the title of what is skipped; empty: none. */
export function missing(programs: Record<string, unknown>): string {
  const names = Object.keys(programs).filter((name) => !programs[name]);
  return names.length > 0 ? ` (skipped: no ${names.join(', no ')} here)` : '';
}
