import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CheckReport } from '../../src/report/report.ts';
import { here, krew, kubectl, missing } from './support/built.ts';
import { type Installation, install } from './support/installation.ts';

const lacking = missing({
  krew,
  kubectl,
  'archive for this machine': here,
  'cluster in NETPREREQ_E2E_CLUSTER': process.env.NETPREREQ_E2E_CLUSTER && process.env.KUBECONFIG,
});

describe.skipIf(lacking !== '')(`installed by krew, beside a real cluster${lacking}`, () => {
  let installed: Installation;
  let env: Record<string, string>;
  beforeAll(async () => {
    installed = await install();
    const file = join(installed.directory, 'kubeconfig');
    writeFileSync(file, readFileSync(process.env.KUBECONFIG ?? ''), { mode: 0o644 });
    env = { KUBECONFIG: file };
  });
  afterAll(() => installed.remove());

  test('version names the server', async () => {
    const { code, stdout } = await installed.kubectl(['netprereq', 'version'], env);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^Server Version: v1\.\d+/m)]);
  });

  test('check judges every node, and leaves no pod', async () => {
    const { stdout, stderr } = await installed.kubectl(['netprereq', 'check', '-o', 'json'], env);
    const report = JSON.parse(stdout) as CheckReport;
    expect(stderr).toBe('');
    expect(report.summary.nodes).toBeGreaterThan(0);
    expect(report.nodes.map(({ verdict }) => verdict)).not.toContain('unknown');
    const pods = await installed.kubectl(
      ['get', 'pods', '-A', '-l', 'app.kubernetes.io/managed-by=kubectl-netprereq', '-o', 'name'],
      env,
    );
    expect(pods.stdout).toBe('');
  });
});
