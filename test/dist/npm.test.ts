import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root, run, version } from './support/built.ts';

const directory = mkdtempSync(join(tmpdir(), 'netprereq-npm-'));
let tarball: string;
let packed: { files: { path: string; mode: number }[]; size: number };

/** npm, of the Node that runs this test, and without the project's own settings. */
const env = {
  ...process.env,
  PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
  npm_config_offline: 'true',
};
const npm = (...args: string[]) => run('npm', args, { env, cwd: directory });

beforeAll(() => {
  const output = execFileSync('npm', ['pack', '--json', '--pack-destination', directory], { cwd: root, stdio: 'pipe' });
  [packed = packed] = JSON.parse(output.toString()) as (typeof packed)[];
  tarball = join(directory, `kubectl-netprereq-${version}.tgz`);
});
afterAll(() => rmSync(directory, { recursive: true }));

describe('the npm package', () => {
  test('has the program, its documents and licences, and nothing else', () => {
    const others = packed.files.map(({ path }) => path).filter((path) => !/^dist\/[\w-]+\.mjs$/.test(path));
    expect(others.sort()).toEqual(
      [
        ...['LICENSE', 'README.md', 'README.zh-CN.md', 'package.json', 'dist/THIRD_PARTY_LICENSES'],
        ...['complete', 'environment', 'newer-node', 'run', 'start'].map((name) => `bin/${name}.js`),
      ].sort(),
    );
    expect(packed.size / 1e6).toBeLessThan(1);
  });

  test('installs nothing else and runs nothing on installation', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
      string,
      Record<string, string>
    >;
    expect(manifest.dependencies ?? {}).toEqual({});
    expect(manifest.optionalDependencies ?? {}).toEqual({});
    for (const name of ['preinstall', 'install', 'postinstall', 'prepare'])
      expect(manifest.scripts).not.toHaveProperty(name);
  });

  test('runs after npm install -g, with completion beside it', async () => {
    const prefix = join(directory, 'global prefix');
    const { stderr } = await npm('install', '--global', '--prefix', prefix, tarball);
    expect(stderr).toBe('');
    const PATH = [join(prefix, 'bin'), env.PATH].join(delimiter);
    const asked = await run('kubectl-netprereq', ['--version'], { env: { ...env, PATH } });
    expect(asked.stdout).toContain(`kubectl-netprereq/${version} `);
    const completed = await run('kubectl_complete-netprereq', ['check', '--outp'], { env: { ...env, PATH } });
    expect(completed.stdout).toMatch(/^--output\t.+\n:4\n$/);
  });

  test('runs by npx', async () => {
    const { stdout } = await npm(
      'exec',
      '--yes',
      '--package',
      tarball,
      '--',
      'kubectl-netprereq',
      'explain',
      '-o',
      'json',
    );
    expect(JSON.parse(stdout)).toHaveProperty('kind');
  });

  test('takes its libraries licences along', () => {
    const licences = execFileSync('tar', ['xzOf', tarball, 'package/dist/THIRD_PARTY_LICENSES']).toString();
    for (const part of ['undici', '@kubernetes/client-node', '@oclif/core'])
      expect(licences).toMatch(new RegExp(`^${part} \\d`, 'm'));
  });
});

/** A Node of another version, made up: this one, which says that it is old. */
function oldNode(): string[] {
  const file = join(directory, 'old.cjs');
  writeFileSync(file, "Object.defineProperty(process.versions, 'node', { value: '20.20.2' });");
  return ['--require', file];
}

describe('with a Node that is too old', () => {
  const script = (folder: string, name: string) => [...oldNode(), join(folder, 'bin', name)];

  test('the package says in one line what to do, and completion is silent', async () => {
    const folder = join(directory, 'package');
    execFileSync('tar', ['xzf', tarball, '-C', directory]);
    await expect(run(process.execPath, [...script(folder, 'run.js'), 'check'])).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr:
        'error: kubectl netprereq needs Node 22.19 or newer, this is 20.20.2: install a newer Node, or install with krew, which needs none\n',
    });
    const { stdout, stderr } = await run(process.execPath, [...script(folder, 'complete.js'), '']);
    expect([stdout, stderr]).toEqual([':4\n', '']);
  });

  test('a checkout runs with the Node that npm ci has installed, and passes on its exit code', async () => {
    const checkout = join(directory, 'checkout');
    const node = join(checkout, 'node_modules', 'node', 'bin');
    mkdirSync(node, { recursive: true });
    for (const part of ['bin', 'dist', 'package.json'])
      symlinkSync(join(directory, 'package', part), join(checkout, part));
    symlinkSync(process.execPath, join(node, 'node'));
    expect(existsSync(join(checkout, 'dist', 'main.mjs'))).toBe(true);
    chmodSync(join(checkout, 'bin', 'run.js'), 0o755);
    const preserved = ['--preserve-symlinks', '--preserve-symlinks-main'];
    const { stdout } = await run(process.execPath, [...preserved, ...script(checkout, 'run.js'), '--version']);
    expect(stdout).toContain(`kubectl-netprereq/${version} `);
    const failed = run(process.execPath, [...preserved, ...script(checkout, 'run.js'), 'nope']);
    await expect(failed).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error: unknown command "nope"/),
    });
  });
});
