import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { built, run, version } from './support/built.ts';

/** Debian calls it wine64, and leaves it where no PATH leads. */
const wine = ['/usr/lib/wine/wine64', '/usr/bin/wine64', '/usr/bin/wine'].find(existsSync);

describe.skipIf(wine === undefined)(
  `the executable for Windows, in Wine${wine ? '' : ' (skipped: no wine64 here)'}`,
  () => {
    const directory = mkdtempSync(join(tmpdir(), 'netprereq-wine-'));
    const env = {
      ...process.env,
      WINEPREFIX: join(directory, 'prefix'),
      WINEDEBUG: '-all',
      NODE_SKIP_PLATFORM_CHECK: '1',
    };
    const executable = join(directory, 'kubectl-netprereq.exe');

    beforeAll(() => {
      execFileSync('unzip', ['-q', join(built, 'kubectl-netprereq_windows_amd64.zip'), '-d', directory]);
      // Makes the prefix.
      spawnSync(wine ?? '', [executable, '--version'], { env, stdio: 'ignore' });
    });
    afterAll(() => {
      spawnSync(wine ?? '', ['wineserver', '--kill'], { env, stdio: 'ignore' });
      rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 500 });
    });

    /** Into files: in Wine 8 Node has no pipes. It has no network either, so nothing here asks a cluster. */
    async function call(...args: string[]) {
      const [stdout, stderr] = [join(directory, 'stdout'), join(directory, 'stderr')];
      const words = [wine ?? '', executable, ...args];
      const redirected = ['-c', '"$@" >"$STDOUT" 2>"$STDERR"', 'sh', ...words];
      const files = { STDOUT: stdout, STDERR: stderr };
      await run('sh', redirected, { env: { ...env, ...files } }).catch(() => {});
      return { stdout: readFileSync(stdout, 'utf8'), stderr: readFileSync(stderr, 'utf8') };
    }

    test('says its version, and that it is for Windows', async () => {
      expect((await call('--version')).stdout).toContain(`kubectl-netprereq/${version} win32-x64 `);
    });

    test('has no signature that does not hold', () => {
      const file = readFileSync(executable);
      expect(file.readBigUInt64LE(file.readUInt32LE(0x3c) + 24 + 112 + 32)).toBe(0n);
    });

    test('gives help by its own name, where there is no kubectl, and explains', async () => {
      expect((await call('check', '--help')).stdout).toContain('kubectl-netprereq check [NODE...');
      expect((await call('explain', 'br-netfilter')).stdout).toContain('br_netfilter');
    });
  },
);
