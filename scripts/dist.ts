import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import pLimit from 'p-limit';
import manifest from '../package.json' with { type: 'json' };
import { program } from './bundle.ts';
import { type ArchiveFile, writeArchive } from './dist/archive.ts';
import { describeComponents, withRuntimes } from './dist/components.ts';
import { makeExecutable } from './dist/executable.ts';
import { krewManifest } from './dist/krew.ts';
import { writeDebianPackage, writeRecipes } from './dist/packages.ts';
import { installRuntimes, runtimeFile, runtimeVersion } from './dist/runtimes.ts';
import { stripElf } from './dist/strip-elf.ts';
import { archiveName, TARGETS, type Target } from './dist/targets.ts';
import { writeIndexes } from './docs/indexes.ts';

/**
 * Builds everything that a release offers for download: an archive with its own Node per platform, a Debian package, krew's manifest and
 * other recipes, checksums and the bill of materials. Ends with 1 when an archive is larger than it may be.
 *   npm run dist                                all platforms, into build/dist
 *   npm run dist -- --only linux/amd64 --out D  some, elsewhere
 */
const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true }, out: { type: 'string', default: join('build', 'dist') } },
});
const targets = TARGETS.filter(({ os, arch }) => values.only?.includes(`${os}/${arch}`) ?? true);
const { out } = values;

// Modes of directories in the Debian package are not those that the builder happens to use.
process.umask(0o022);
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
console.log(`Installs Node for each platform, then writes the archives (${targets.length}). This takes some minutes.`);
installRuntimes();
writeIndexes();
const [split, single] = [join('build', 'program'), join('build', 'single-program')];
await build(program(split, false));
const { metafile } = await build(program(single, true));
if (metafile === undefined) throw new Error('esbuild wrote no metafile');
const { sbom, licences } = describeComponents(metafile);
writeFileSync(join(out, 'netprereq.cdx.json'), `${JSON.stringify(withRuntimes(sbom), null, 2)}\n`);

const limit = pLimit(availableParallelism());
const archives = targets.map((target) =>
  limit(async () => {
    await writeArchive(join(out, archiveName(target)), await contents(target));
    report(target);
  }),
);
await Promise.all(archives);
const made = targets.map(archiveName);
const debian = targets.find(({ os, arch }) => os === 'linux' && arch === 'amd64');
if (debian !== undefined) made.push(...writeDebianPackage(out, await contents(debian)));
const checksums = new Map([...made, 'netprereq.cdx.json'].map((name) => [name, sha256(join(out, name))]));
writeFileSync(join(out, 'sha256sums.txt'), [...checksums].map(([name, sum]) => `${sum}  ${name}\n`).join(''));
if (targets.length === TARGETS.length) {
  writeFileSync(join(out, 'netprereq.yaml'), krewManifest(manifest.version, checksums));
  writeRecipes(out, checksums);
}

/**
 * The files of one archive. What people start comes after all that it needs: a tar file that was cut off then has no program, instead of
 * one that crashes.
 */
async function contents(target: Target): Promise<ArchiveFile[]> {
  const { os, runtime, builder } = target;
  const file = (name: string, content: Buffer, mode: ArchiveFile['mode'] = 0o644) => ({ name, mode, content });
  const licence = file('LICENSE', readFileSync('LICENSE'));
  const others = file('THIRD_PARTY_LICENSES', Buffer.from(thirdParty(builder ?? runtime)));
  if (builder !== undefined) {
    const executable = await makeExecutable(target, join(single, 'netprereq.cjs'));
    return [file('kubectl-netprereq.exe', executable, 0o755), others, licence];
  }
  const original = readFileSync(runtimeFile(runtime, 'bin', 'node'));
  const node = file('node', os === 'linux' ? stripElf(original) : original, 0o755);
  const scripts = ['main.cjs', 'help.cjs', 'netprereq.cjs'].map((name) => file(name, readFileSync(join(split, name))));
  return [node, ...scripts, others, file('kubectl-netprereq', launcher(target), 0o755), licence];
}

function thirdParty(runtime: string): string {
  const node = readFileSync(runtimeFile(runtime, 'LICENSE'), 'utf8');
  return `kubectl netprereq contains the following, each under its own licence.\n\n${licences}\n${'='.repeat(80)}\nNode.js ${runtimeVersion(runtime)}\n\n${node}`;
}

/** Starts Node with the program. */
function launcher({ os, arch, systemFile }: Target): Buffer {
  const needs = os === 'linux' ? `linux/${arch} with glibc 2.28 or newer` : `${os}/${arch}`;
  const text = readFileSync(join(import.meta.dirname, 'dist', 'launcher.sh'), 'utf8');
  return Buffer.from(text.replace('@SYSTEM_FILE@', systemFile ?? '').replace('@NEEDS@', needs));
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function report(target: Target): void {
  const megabytes = statSync(join(out, archiveName(target))).size / 1e6;
  const tooLarge = megabytes > target.limit;
  const node = runtimeVersion(target.runtime);
  console.log(
    `${archiveName(target).padEnd(38)} ${megabytes.toFixed(1)} MB of ${target.limit}   Node ${node}${tooLarge ? '   TOO LARGE' : ''}`,
  );
  if (tooLarge) process.exitCode = 1;
}
