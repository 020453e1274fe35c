import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { TARGETS } from '../../scripts/dist/targets.ts';
import { archive, built, krew, kubectl, missing, run, validator, version } from './support/built.ts';
import { serveRelease } from './support/server.ts';

const manifestFile = join(built, 'netprereq.yaml');
const manifest = parse(readFileSync(manifestFile, 'utf8')) as {
  metadata: { name: string };
  spec: {
    version: string;
    shortDescription: string;
    description: string;
    caveats: string;
    platforms: { uri: string }[];
  };
};

/** Every file below a directory. */
const tree = (path: string) =>
  existsSync(path)
    ? readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory())
    : [];

describe("krew's manifest", () => {
  test('says briefly what it is, that it makes privileged pods, and what fix changes', () => {
    const { shortDescription, description, caveats, version: tag } = manifest.spec;
    expect(tag).toBe(`v${version}`);
    expect(shortDescription.length).toBeLessThanOrEqual(50);
    expect(shortDescription).not.toMatch(/\.$|kubectl|plugin/);
    expect(description).toMatch(/privileged\s+pod/);
    expect(description).toMatch(/\/etc\/sysctl\.d/);
    expect(Math.max(...description.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(caveats).toContain('privileged pods');
  });

  test('has an address for each platform, of the release with its own version', () => {
    expect(manifest.spec.platforms.map(({ uri }) => uri)).toEqual(
      TARGETS.map((target) =>
        expect.stringContaining(`/releases/download/v${version}/${archive(target).split('/').at(-1)}`),
      ),
    );
  });
});

const lacking = missing({ krew, kubectl, 'validate-krew-manifest': validator });

describe.skipIf(lacking !== '')(`the real krew${lacking}`, () => {
  const directory = mkdtempSync(join(tmpdir(), 'netprereq-krew-'));
  const programs = join(directory, 'programs');
  const index = join(directory, 'our index');
  let release: Awaited<ReturnType<typeof serveRelease>>;
  /** The manifest, with the archives at an address of this machine. */
  let local: string;
  let krewRoot: string;

  beforeAll(async () => {
    release = await serveRelease();
    mkdirSync(programs);
    symlinkSync(krew ?? '', join(programs, 'kubectl-krew'));
    symlinkSync(kubectl ?? '', join(programs, 'kubectl'));
    const text = readFileSync(manifestFile, 'utf8').replaceAll(/https:\S+\/releases\/download\/v[^/]+\//g, release.url);
    local = join(directory, 'netprereq.yaml');
    writeFileSync(local, text);
    const git = (...args: string[]) => execFileSync('git', ['-C', index, ...args], { stdio: 'pipe' });
    mkdirSync(join(index, 'plugins'), { recursive: true });
    writeFileSync(join(index, 'plugins', 'netprereq.yaml'), text);
    git('init', '--quiet');
    git('add', '.');
    git('-c', 'user.name=test', '-c', 'user.email=test@example.com', 'commit', '--quiet', '-m', 'netprereq');
  });
  afterAll(() => {
    release.close();
    rmSync(directory, { recursive: true });
  });

  const environment = (more: Record<string, string> = {}) => ({
    ...process.env,
    PATH: [programs, process.env.PATH].join(delimiter),
    KREW_ROOT: krewRoot,
    KREW_NO_UPGRADE_CHECK: '1',
    ...more,
  });
  const callKrew = (args: string[], more: Record<string, string> = {}) =>
    run(krew ?? '', args, { env: environment(more) });

  beforeEach(async () => {
    krewRoot = mkdtempSync(join(directory, 'krew root '));
    // Without any index krew refuses to uninstall.
    await callKrew(['index', 'add', 'ours', index]);
  });

  test("krew-index's own check passes: it installs every platform", async () => {
    const { stderr } = await run(validator ?? '', ['-manifest', local], { env: environment({ HOME: krewRoot }) });
    for (const index of TARGETS.keys()) expect(stderr).toContain(`installing spec.platform[${index}]`);
  });

  test.for(TARGETS.map((target) => [`${target.os}/${target.arch}`, target] as const))(
    'installs %s from its archive without a network, and uninstalls it without leaving anything',
    async ([, target]) => {
      const platform = { KREW_OS: target.os, KREW_ARCH: target.arch };
      const args = ['install', `--manifest=${manifestFile}`, `--archive=${archive(target)}`];
      const { stderr } = await callKrew(args, platform);
      expect(stderr).toContain('Installed plugin: netprereq');
      expect(stderr).toContain('create privileged pods');
      const suffix = target.os === 'windows' ? '.exe' : '';
      expect(readdirSync(join(krewRoot, 'bin'))).toEqual([`kubectl-netprereq${suffix}`]);
      expect(readdirSync(join(krewRoot, 'store', 'netprereq', `v${version}`))).toContain('LICENSE');
      await callKrew(['uninstall', 'netprereq'], platform);
      expect(['bin', 'store', 'receipts'].flatMap((name) => tree(join(krewRoot, name)))).toEqual([]);
    },
  );

  test('installs from an index of our own', async () => {
    expect((await callKrew(['search', 'netprereq'])).stdout).toContain(manifest.spec.shortDescription.slice(0, 40));
    const { stderr } = await callKrew(['install', 'ours/netprereq']);
    expect(stderr).toContain('Installed plugin: netprereq');
    expect(existsSync(join(krewRoot, 'bin', 'kubectl-netprereq'))).toBe(true);
  });

  test('refuses an archive that was damaged on its way, in one line', async () => {
    const [target = TARGETS[0]] = TARGETS;
    const damaged = join(krewRoot, 'damaged.tar.gz');
    const bytes = readFileSync(archive(target as (typeof TARGETS)[number]));
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    writeFileSync(damaged, bytes);
    const attempt = callKrew(['install', `--manifest=${manifestFile}`, `--archive=${damaged}`]);
    await expect(attempt).rejects.toMatchObject({ stderr: expect.stringMatching(/checksum does not match/) });
    expect(tree(join(krewRoot, 'store'))).toEqual([]);
  });
});
