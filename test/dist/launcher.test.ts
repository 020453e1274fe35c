import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TARGETS } from '../../scripts/dist/targets.ts';
import { archive, here, missing, version } from './support/built.ts';

const directory = mkdtempSync(join(tmpdir(), 'netprereq-launcher-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** The archive for this machine. */
const own = here === undefined ? '' : archive(here);
const unpacked = join(directory, 'unpacked');
const FILES = ['node', 'main.cjs', 'help.cjs', 'netprereq.cjs', 'kubectl-netprereq'];

/** A directory with the files of the archive for this machine. */
function installation(name: string): string {
  const folder = join(directory, name);
  mkdirSync(folder);
  for (const file of FILES) linkSync(join(unpacked, file), join(folder, file));
  return folder;
}

function start(folder: string, shell: readonly string[] = []): { code: number | null; stdout: string; stderr: string } {
  const [file = '', ...args] = [...shell, join(folder, 'kubectl-netprereq'), '--version'];
  const { status, stdout, stderr } = spawnSync(file, args, { encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

const busybox = spawnSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).stdout.trim();
const isStatic = busybox !== '' && spawnSync('ldd', [busybox]).status !== 0;

describe.skipIf(here === undefined || here.os === 'windows')('what starts the program in an archive', () => {
  beforeAll(() => {
    mkdirSync(unpacked);
    execFileSync('tar', ['xzf', own, '-C', unpacked]);
  });

  const shells = [['sh'], ['dash'], ['bash'], ['bash', '--posix'], ['busybox', 'sh'], ['ksh'], ['zsh']];
  test.for(shells.filter(([name = '']) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0))(
    'runs under %s',
    (shell) => {
      expect(start(unpacked, shell)).toEqual({
        code: 0,
        stdout: expect.stringContaining(`kubectl-netprereq/${version} `),
        stderr: '',
      });
    },
  );

  test.for(FILES.filter((name) => name !== 'kubectl-netprereq'))('says that %s is missing, or empty', (name) => {
    const folder = installation(`without ${name}`);
    const message = `error: incomplete installation: ${join(folder, name)} is missing; install it again\n`;
    rmSync(join(folder, name));
    expect(start(folder)).toEqual({ code: 2, stdout: '', stderr: message });
    writeFileSync(join(folder, name), '');
    expect(start(folder)).toEqual({ code: 2, stdout: '', stderr: message });
  });

  test('says that its Node may not be executed', () => {
    const folder = installation('not executable');
    rmSync(join(folder, 'node'));
    writeFileSync(join(folder, 'node'), 'anything', { mode: 0o644 });
    expect(start(folder)).toEqual({
      code: 2,
      stdout: '',
      stderr: `error: incomplete installation: ${join(folder, 'node')} may not be executed; install it again\n`,
    });
  });

  test('is not there at all where the archive was cut off: tar says so, and nothing crashes', () => {
    const { size } = statSync(own);
    for (const left of [5_000, 1_000_000, Math.round(size / 2), size - 200_000, size - 20_000, size - 2_000]) {
      const folder = join(directory, `the first ${left} bytes`);
      mkdirSync(folder);
      const cut = join(directory, 'cut.tar.gz');
      copyFileSync(own, cut);
      spawnSync('truncate', [`--size=${left}`, cut]);
      const { status, stderr } = spawnSync('tar', ['xzf', cut, '-C', folder], { encoding: 'utf8' });
      expect([status, stderr]).toEqual([2, expect.stringContaining('Unexpected EOF')]);
      // Where it is there, all that it needs came before it.
      if (existsSync(join(folder, 'kubectl-netprereq'))) expect(start(folder)).toMatchObject({ code: 0, stderr: '' });
      rmSync(folder, { recursive: true });
    }
  });

  const chroot = missing({ 'right to become root': process.getuid?.() === 0, 'static busybox': isStatic });
  test.skipIf(chroot !== '' || here?.os !== 'linux')(
    `names musl, and offers npm, on a system without glibc${chroot}`,
    () => {
      const root = installation('system without glibc');
      mkdirSync(join(root, 'bin'));
      copyFileSync(busybox, join(root, 'bin', 'busybox'));
      chmodSync(join(root, 'bin', 'busybox'), 0o755);
      linkSync(join(root, 'bin', 'busybox'), join(root, 'bin', 'sh'));
      const { status, stdout, stderr } = spawnSync('chroot', [root, '/kubectl-netprereq', 'check'], {
        encoding: 'utf8',
      });
      expect([status, stdout, stderr]).toEqual([
        2,
        '',
        `error: this build needs linux/${here?.arch} with glibc 2.28 or newer, and there is no ${here?.systemFile}: on Alpine (musl) and elsewhere use npm install -g kubectl-netprereq\n`,
      ]);
    },
  );
});

const foreign = TARGETS.filter(({ os, arch }) => os !== 'windows' && (os !== here?.os || arch !== here.arch));
test.for(foreign.map((target) => [`${target.os}/${target.arch}`, target] as const))(
  'the archive for %s says which system it needs on another one',
  ([name, target]) => {
    const folder = join(directory, name.replace('/', '-'));
    mkdirSync(folder);
    execFileSync('tar', ['xzf', archive(target), '-C', folder]);
    const { code, stdout, stderr } = start(folder);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      new RegExp(`^error: this build needs ${name}[^\\n]* use npm install -g kubectl-netprereq\\n$`),
    );
  },
);
