import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { SCRIPT as COMPLETER } from '../../src/cli/completion/script.ts';
import type { ArchiveFile } from './archive.ts';
import { EPOCH } from './epoch.ts';
import { archiveName, TARGETS } from './targets.ts';

/** Files for package managers, with what only the build knows as {{…}}. */
const TEMPLATES = 'packaging';
const NAME = 'kubectl-netprereq';
const TREE = join('build', 'package');

/**
 * Writes the recipes of Homebrew, Scoop, the AUR and nfpm.
 * @param checksums of the archives, by name
 */
export function writeRecipes(out: string, checksums: ReadonlyMap<string, string>): void {
  const names = readdirSync(TEMPLATES).filter((name) => name !== 'control');
  for (const name of names) writeFileSync(join(out, name), fill(name, checksums));
}

function fill(template: string, checksums: ReadonlyMap<string, string>): string {
  const values = new Map([
    ['version', manifest.version],
    ['description', shortDescription()],
    ['homepage', manifest.homepage],
  ]);
  for (const target of TARGETS) {
    const name = archiveName(target);
    const of = `${target.os} ${target.arch}`;
    values.set(`url ${of}`, `${manifest.homepage}/releases/download/v${manifest.version}/${name}`);
    values.set(`sha256 ${of}`, checksums.get(name) ?? '');
  }
  return readFileSync(join(TEMPLATES, template), 'utf8').replace(/\{\{(.+?)\}\}/g, (_, key: string) => {
    const value = values.get(key);
    if (value === undefined) throw new Error(`${template} asks for {{${key}}}`);
    return value;
  });
}

/** What krew's manifest says in one line. */
function shortDescription(): string {
  const [, text] = /^ *shortDescription: (.+)$/m.exec(readFileSync('krew-manifest.yaml', 'utf8')) ?? [];
  if (text === undefined) throw new Error('krew-manifest.yaml has no shortDescription');
  return text;
}

/**
 * Lays out the files of the archive for linux/amd64 as a system has them, for nfpm, and makes a Debian package of them where there is a dpkg-deb.
 * @returns its file name; none where it was not made
 */
export function writeDebianPackage(out: string, files: readonly ArchiveFile[]): string[] {
  rmSync(TREE, { recursive: true, force: true });
  const put = (path: string, content: Buffer | string, mode: number) => {
    const file = join(TREE, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
  };
  for (const { name, mode, content } of files) {
    const document = { LICENSE: 'copyright', THIRD_PARTY_LICENSES: name }[name];
    put(document === undefined ? `usr/lib/${NAME}/${name}` : `usr/share/doc/${NAME}/${document}`, content, mode);
  }
  put('usr/bin/kubectl_complete-netprereq', COMPLETER, 0o755);
  symlinkSync(`../lib/${NAME}/${NAME}`, join(TREE, 'usr/bin', NAME));
  try {
    execFileSync('dpkg-deb', ['--version'], { stdio: 'ignore' });
  } catch {
    return [];
  }
  const control = join(TREE, 'DEBIAN');
  put('DEBIAN/control', fill('control', new Map()), 0o644);
  for (const { parentPath, name } of readdirSync(TREE, { recursive: true, withFileTypes: true })) {
    if (name !== NAME || !parentPath.endsWith('bin')) utimesSync(join(parentPath, name), EPOCH, EPOCH);
  }
  const deb = `${NAME}_${manifest.version}_amd64.deb`;
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(EPOCH.getTime() / 1000) };
  execFileSync('dpkg-deb', ['-Zgzip', '--root-owner-group', '--build', resolve(TREE), join(out, deb)], {
    env,
    stdio: 'pipe',
  });
  rmSync(control, { recursive: true });
  return [deb];
}
