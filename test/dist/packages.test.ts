import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { TARGETS } from '../../scripts/dist/targets.ts';
import { archive, built, here, missing, root, run, version } from './support/built.ts';

const directory = mkdtempSync(join(tmpdir(), 'netprereq-packages-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe("package managers' recipes", () => {
  const checksums = new Map(
    readFileSync(join(built, 'sha256sums.txt'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split('  ').reverse() as [string, string]),
  );

  test.for<[string, string[]]>([
    ['kubectl-netprereq.rb', ['darwin', 'linux']],
    ['kubectl-netprereq.json', ['windows']],
    ['PKGBUILD', ['linux']],
  ])('%s has each archive with its checksum', ([file, systems]) => {
    const text = readFileSync(join(built, file), 'utf8');
    expect(text).not.toContain('{{');
    for (const target of TARGETS.filter(({ os }) => systems.includes(os))) {
      const name = archive(target).split('/').at(-1) ?? '';
      expect(text).toContain(`/releases/download/v${version}/${name}`);
      expect(text).toContain(checksums.get(name));
    }
  });

  test("Scoop's is JSON, and the AUR's a shell script", () => {
    expect(JSON.parse(readFileSync(join(built, 'kubectl-netprereq.json'), 'utf8'))).toMatchObject({ version });
    execFileSync('bash', ['-n', join(built, 'PKGBUILD')]);
  });

  test.skipIf(spawnSync('ruby', ['--version']).status !== 0)("Homebrew's is Ruby (skipped where there is none)", () => {
    execFileSync('ruby', ['-c', join(built, 'kubectl-netprereq.rb')]);
  });
});

const debian = join(built, `kubectl-netprereq_${version}_amd64.deb`);
const lacking = missing({
  dpkg: spawnSync('dpkg', ['--version']).status === 0 && existsSync(debian),
  'right to become root': process.getuid?.() === 0,
  'archive for this machine': here?.os === 'linux' && here.arch === 'amd64',
});

describe.skipIf(lacking !== '')(`the Debian package${lacking}`, () => {
  const system = join(directory, 'system');
  const dpkg = (...args: string[]) =>
    run('dpkg', [`--root=${system}`, '--force-depends', '--force-script-chrootless', ...args]);

  test('is installed, runs, completes, and is removed without leaving anything', async () => {
    execFileSync('mkdir', ['-p', join(system, 'var/lib/dpkg/updates'), join(system, 'var/lib/dpkg/info')]);
    execFileSync('touch', [join(system, 'var/lib/dpkg/status')]);
    await dpkg('--install', debian);
    const program = join(system, 'usr/bin/kubectl-netprereq');
    expect((await run(program, ['--version'])).stdout).toContain(`kubectl-netprereq/${version} linux-x64`);
    expect(readFileSync(join(system, 'usr/bin/kubectl_complete-netprereq'), 'utf8')).toContain('__complete');
    expect(readFileSync(join(system, 'usr/share/doc/kubectl-netprereq/copyright'), 'utf8')).toContain('Apache License');
    await dpkg('--purge', 'kubectl-netprereq');
    expect(existsSync(join(system, 'usr')) ? readdirSync(join(system, 'usr'), { recursive: true }) : []).toEqual([]);
  });
});

test('the documents of a release are those of the repository', () => {
  // krew-release-bot reads this one by default.
  expect(readFileSync(join(root, '.krew.yaml'), 'utf8')).toBe(readFileSync(join(root, 'krew-manifest.yaml'), 'utf8'));
});
