import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { compareReleases } from '../../src/boot/release-order.ts';

/** The older one first. */
const PAIRS = [
  ['4.18.0-348.el8', '4.18.0-348.2.1.el8_5'],
  ['4.18.0-348.el8.x86_64', '4.18.0-348.2.1.el8_5.x86_64'],
  ['4.18.0-553.8.1.el8_10.x86_64', '4.18.0-553.16.1.el8_10.x86_64'],
  ['5.14.0-70.el9', '5.14.0-70.13.1.el9_0'],
  ['5.14.0-427.el9.x86_64', '5.14.0-427.13.1.el9_4.x86_64'],
  ['5.14.0-70.13.1.el9_0', '5.14.0-162.6.1.el9_1'],
  ['6.1.0-9-amd64', '6.1.0-56-amd64'],
  ['6.1.0-56-amd64', '6.1.0-56-cloud-amd64'],
  ['5.15.0-91-generic', '5.15.0-100-generic'],
  ['5.15.0-91-generic', '6.5.0-14-generic'],
  ['6.8.0-rc1', '6.8.0-1-amd64'],
  ['6.8.0-rc1', '6.8.0-rc2'],
  ['6.8.0-rc9', '6.8.0-rc10'],
  ['6.8.0~rc1', '6.8.0'],
  ['6.8.0~rc1-1', '6.8.0-1'],
  ['6.8.0', '6.8.0-1'],
  ['6.8', '6.8.1'],
  ['6.8-1', '6.8.1-1'],
  ['5.10.205-2', '5.10.209'],
  ['6.8.0^1', '6.8.0.1'],
  ['6.8.0', '6.8.0^1'],
  ['5.4.17-2136.310.7.el8uek', '5.4.17-2136.314.6.2.el8uek'],
  ['6.1.20230101120000', '6.1.20240101120000123'],
  ['6.6.9-arch1-1', '6.6.10-arch1-1'],
  ['6.1.0-9+deb', '6.1.0-10+deb'],
] as const;
const SAME = [
  ['6.1.0-56-amd64', '6.1.0-56-amd64'],
  ['6.01', '6.1'],
  ['6.1_0', '6.1+0'],
] as const;

/** As systemd itself orders them: 0 for equal ones. */
function real(a: string, b: string): number {
  const { status } = spawnSync('systemd-analyze', ['compare-versions', a, b]);
  return { 0: 0, 11: 1, 12: -1 }[status ?? NaN] ?? NaN;
}
const without = Number.isNaN(real('1', '1'));

describe('the order of kernel releases', () => {
  test.each(PAIRS)('%s is older than %s', (older, newer) => {
    expect([compareReleases(older, newer), compareReleases(newer, older)]).toEqual([-1, 1]);
  });

  test.each(SAME)('%s is as old as %s', (a, b) => {
    expect([compareReleases(a, b), compareReleases(b, a)]).toEqual([0, 0]);
  });

  test.skipIf(without)(
    `is that of systemd-analyze compare-versions${without ? ' (skipped: there is none here)' : ''}`,
    () => {
      const parts = ['6.8', '6.08', '~', '^', '-', '.', 'rc1', 'el8', '10', '9', '_', '5', 'x86_64', ''];
      const made = Array.from({ length: 120 }, (_, i) =>
        [0, 1].map(
          (side) => `6${[0, 1, 2].map((at) => parts[(i * (7 + side * 4) + at * (5 + side)) % parts.length]).join('')}`,
        ),
      );
      for (const [a = '', b = ''] of [...PAIRS, ...SAME, ...made]) {
        expect([a, b, compareReleases(a, b)]).toEqual([a, b, real(a, b)]);
      }
    },
  );
});
