import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { afterAll, describe, expect, test } from 'vitest';
import { archiveName, TARGETS, type Target } from '../../scripts/dist/targets.ts';
import { archive, built, root, run } from './support/built.ts';

const directory = mkdtempSync(join(tmpdir(), 'netprereq-dist-'));
afterAll(() => rmSync(directory, { recursive: true }));

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
const title = ({ os, arch }: Target) => `${os}/${arch}`;
const named = (targets: readonly Target[]) => targets.map((target) => [title(target), target] as const);
const tars = named(TARGETS.filter(({ os }) => os !== 'windows'));
const zips = named(TARGETS.filter(({ os }) => os === 'windows'));

async function entries(target: Target) {
  const unpacked = extract();
  unpacked.end(gunzipSync(readFileSync(archive(target))));
  const files = new Map<string, { type: unknown; mode: unknown; owner: unknown; content: Buffer }>();
  for await (const entry of unpacked) {
    const parts: Buffer[] = [];
    for await (const part of entry) parts.push(part as Buffer);
    const { name, type, mode, uid, gid } = entry.header;
    files.set(name, { type, mode, owner: `${uid}:${gid}`, content: Buffer.concat(parts) });
  }
  return files;
}

describe('an archive', () => {
  test.for(named(TARGETS))('for %s is within its limit', ([, target]) => {
    expect(statSync(archive(target)).size / 1e6).toBeLessThanOrEqual(target.limit);
  });

  test.for(tars)(
    'for %s has regular files only, with the right modes, and the licences of all that is in it',
    async ([, target]) => {
      const files = await entries(target);
      const modes = [...files].map(([name, { type, mode, owner }]) => [
        name,
        type,
        (mode as number).toString(8),
        owner,
      ]);
      expect(modes).toEqual([
        ['node', 'file', '755', '0:0'],
        ['main.cjs', 'file', '644', '0:0'],
        ['help.cjs', 'file', '644', '0:0'],
        ['netprereq.cjs', 'file', '644', '0:0'],
        ['THIRD_PARTY_LICENSES', 'file', '644', '0:0'],
        ['kubectl-netprereq', 'file', '755', '0:0'],
        ['LICENSE', 'file', '644', '0:0'],
      ]);
      const licences = files.get('THIRD_PARTY_LICENSES')?.content.toString() ?? '';
      expect(files.get('LICENSE')?.content.toString()).toBe(readFileSync(join(root, 'LICENSE'), 'utf8'));
      for (const part of ['undici', '@kubernetes/client-node', '@oclif/core', 'yaml']) {
        expect(licences).toMatch(new RegExp(`^${part} [\\d.]+ \\(`, 'm'));
      }
      expect(licences).toMatch(/^Node\.js 2\d\.\d+\.\d+\n\nNode\.js is licensed for use as follows/m);
      // What is bundled has no map of sources, and no path of the machine that built it.
      for (const name of ['netprereq.cjs', 'main.cjs', 'help.cjs']) {
        const text = files.get(name)?.content.toString() ?? '';
        expect(text).not.toContain('sourceMappingURL=');
        expect(text).not.toContain(root);
      }
    },
  );

  test.for(zips)('for %s has an executable and the licences', async ([, target]) => {
    const { stdout } = await run('unzip', ['-Z1', archive(target)]);
    expect(stdout.split('\n')).toEqual(['LICENSE', 'THIRD_PARTY_LICENSES', 'kubectl-netprereq.exe', '']);
  });

  test.for(named(TARGETS.filter(({ os, arch }) => arch === 'arm64' && os !== 'darwin')))(
    'for %s comes out the same, byte for byte, of another build',
    { timeout: 300_000 },
    async ([name, target]) => {
      const out = join(directory, target.os);
      await run(process.execPath, [join(root, 'scripts', 'dist.ts'), '--only', name, '--out', out], { cwd: root });
      expect(sha256(join(out, archiveName(target)))).toBe(sha256(archive(target)));
    },
  );
});

test('the checksums are those of the files', async () => {
  const { stdout } = await run('sha256sum', ['--check', '--strict', 'sha256sums.txt'], { cwd: built });
  for (const target of TARGETS) expect(stdout).toContain(`${archiveName(target)}: OK`);
});

test("Node's signature in the archives for macOS is untouched", async () => {
  for (const [, target] of tars.filter(([, { os }]) => os === 'darwin')) {
    const node = (await entries(target)).get('node')?.content ?? Buffer.alloc(0);
    const original = join(root, 'build', 'runtimes', 'node_modules', target.runtime, 'bin', 'node');
    expect(createHash('sha256').update(node).digest('hex')).toBe(sha256(original));
  }
});

test('the bill of materials names what is bundled, and every Node', () => {
  const { bomFormat, components } = JSON.parse(readFileSync(join(built, 'netprereq.cdx.json'), 'utf8')) as {
    bomFormat: string;
    components: { name: string }[];
  };
  const names = components.map(({ name }) => name);
  expect(bomFormat).toBe('CycloneDX');
  expect(names).toEqual(expect.arrayContaining(['undici', 'yaml', ...TARGETS.map((one) => `node (${title(one)})`)]));
  expect(names).not.toContain('vitest');
});
