import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCE = join(import.meta.dirname, 'runtimes');
const FOLDER = join('build', 'runtimes');
const LOCK = 'package-lock.json';

/** Installs every target's Node through npm, which checks it against the lock file. Nothing is done where they are installed already. */
export function installRuntimes(): void {
  const installed = join(FOLDER, 'node_modules', '.package-lock.json');
  const same = existsSync(installed) && read(join(FOLDER, LOCK)) === read(join(SOURCE, LOCK));
  if (same) return;
  mkdirSync(FOLDER, { recursive: true });
  for (const file of ['package.json', LOCK, '.npmrc']) cpSync(join(SOURCE, file), join(FOLDER, file));
  // Forced, because they are for other platforms than this one.
  execFileSync('npm', ['ci', '--force', '--ignore-scripts', '--loglevel=error'], { cwd: FOLDER, stdio: 'inherit' });
}

/** An installed file of a package of `runtimes/package.json`. */
export function runtimeFile(name: string, ...path: string[]): string {
  return join(FOLDER, 'node_modules', name, ...path);
}

/** The Node version of such a package. */
export function runtimeVersion(name: string): string {
  return (JSON.parse(read(runtimeFile(name, 'package.json'))) as { version: string }).version;
}

function read(file: string): string {
  return readFileSync(file, 'utf8');
}
