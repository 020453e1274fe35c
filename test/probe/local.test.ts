import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { NotAsked, readPattern, readSysctl } from '../../src/facts/read.ts';
import { mergeRequests, NOTHING_ASKED } from '../../src/facts/request.ts';
import { probeLocal } from '../../src/probe/local.ts';
import { SWITCHES_REQUEST } from '../support/switches-request.ts';

const linux = process.platform === 'linux';

describe(`probeLocal${linux ? '' : ' (skipped: this is no Linux)'}`, () => {
  test.skipIf(!linux)('reads this host without a cluster', async () => {
    const facts = await probeLocal({ request: SWITCHES_REQUEST });
    expect(facts.kernel.release).toBe(release());
    expect(facts.netns.self).toMatch(/^\d+$/);
    expect(facts.sysctls).toHaveProperty(['net.ipv4.ip_forward']);
    expect(facts.boot.sysctl).toBeDefined();
  });

  test.skipIf(!linux)('reads what is asked for, and nothing else', async () => {
    const request = mergeRequests([{ ...NOTHING_ASKED, sysctls: ['fs.file-max', 'net.ipv4.conf.l*.rp_filter'] }]);
    const facts = await probeLocal({ request });
    expect(facts.asked).toEqual(request);
    expect(Object.keys(facts.sysctls)).toEqual([
      'fs.file-max',
      'net.ipv4.conf.all.rp_filter',
      'net.ipv4.conf.default.rp_filter',
    ]);
    expect(readPattern(facts, 'net.ipv4.conf.l*.rp_filter')).toMatchObject({ is: 'values' });
    expect(() => readSysctl(facts, 'net.ipv4.ip_forward')).toThrow(NotAsked);
  });

  test.skipIf(!linux)("rejects with the signal's reason", async () => {
    const reason = new Error('interrupted');
    await expect(probeLocal({ request: SWITCHES_REQUEST, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test.skipIf(!linux)('says so when there is no sh', async () => {
    vi.stubEnv('PATH', '/nowhere');
    await expect(probeLocal({ request: SWITCHES_REQUEST })).rejects.toThrow(
      "cannot read this host's settings: there is no sh on the PATH",
    );
    vi.unstubAllEnvs();
  });

  test.skipIf(!linux)('says which program the probe cannot do without, and judges nothing', async () => {
    const bin = mkdtempSync(join(tmpdir(), 'netprereq-local-'));
    writeFileSync(join(bin, 'sh'), '#!/bin/sh\necho np1 error there is no awk here\n', { mode: 0o755 });
    vi.stubEnv('PATH', bin);
    await expect(probeLocal({ request: SWITCHES_REQUEST })).rejects.toThrow(
      "cannot read this host's settings: there is no awk here",
    );
    vi.unstubAllEnvs();
    rmSync(bin, { recursive: true });
  });

  test.skipIf(!linux)('says how sh ended, and not the script that it was given', async () => {
    const bin = mkdtempSync(join(tmpdir(), 'netprereq-local-'));
    writeFileSync(join(bin, 'sh'), '#!/bin/sh\necho first >&2\necho sh: out of memory >&2\nexit 3\n', { mode: 0o755 });
    vi.stubEnv('PATH', bin);
    await expect(probeLocal({ request: SWITCHES_REQUEST })).rejects.toThrow(
      /^cannot read this host's settings: sh ended with exit code 3: sh: out of memory$/,
    );
    vi.unstubAllEnvs();
    rmSync(bin, { recursive: true });
  });
});

test('probeLocal rejects on other systems by their name', async () => {
  const platform = Object.getOwnPropertyDescriptor(process, 'platform') ?? {};
  Object.defineProperty(process, 'platform', { ...platform, value: 'darwin' });
  try {
    await expect(probeLocal({ request: SWITCHES_REQUEST })).rejects.toThrow(
      '--local works on Linux only, and this host runs darwin',
    );
  } finally {
    Object.defineProperty(process, 'platform', platform);
  }
});
