import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flannelCluster } from '../support/clusters.ts';
import { startStandIn } from '../support/stand-in.ts';
import { built, missing, run, version } from './support/built.ts';

/** Debian's packages qemu-user-static and libstdc++6-arm64-cross. */
const emulator = '/usr/bin/qemu-aarch64-static';
const libraries = '/usr/aarch64-linux-gnu';
const lacking = missing({
  'qemu-aarch64-static': existsSync(emulator),
  'libstdc++6-arm64-cross': existsSync(join(libraries, 'lib', 'libstdc++.so.6')),
});

describe.skipIf(lacking !== '')(`Node and the program of the archive for linux/arm64, emulated${lacking}`, () => {
  const directory = mkdtempSync(join(tmpdir(), 'netprereq-arm64-'));
  beforeAll(() => {
    execFileSync('tar', ['xzf', join(built, 'kubectl-netprereq_linux_arm64.tar.gz'), '-C', directory]);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  // What is stripped of Node must not be missing where it runs.
  const command = ['-L', libraries, join(directory, 'node'), join(directory, 'netprereq.cjs')];
  const call = (...args: string[]) => run(emulator, [...command, ...args]);

  test('says its version, and that it is for arm64', async () => {
    expect((await call('--version')).stdout).toContain(`kubectl-netprereq/${version} linux-arm64 `);
  });

  test('gives help and explains', async () => {
    expect((await call('check', '--help')).stdout).toContain('kubectl netprereq check [NODE...');
    expect((await call('explain', 'br-netfilter')).stdout).toContain('br_netfilter');
  });

  test('asks an API server over TLS', async () => {
    const standIn = await startStandIn({ ...flannelCluster(), nodes: [] });
    try {
      const { stdout } = await call('version', '--kubeconfig', standIn.kubeconfig, '-o', 'json');
      expect(JSON.parse(stdout)).toMatchObject({
        clientVersion: { platform: 'linux-arm64' },
        serverVersion: { gitVersion: expect.stringMatching(/^v1\./) },
      });
    } finally {
      await standIn.stop();
    }
  });
});
