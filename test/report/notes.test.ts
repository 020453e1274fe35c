import { expect, test } from 'vitest';
import type { State } from '../../src/judge/finding.ts';
import { fixHint, notes, summaryLines } from '../../src/report/notes.ts';
import { problemsOf } from '../../src/report/problems.ts';
import { FORWARDING_OFF, finding, judged, PIPE, report } from './samples.ts';

const ON: State = { verdict: 'pass', expected: '1', actual: '1' };
const OFF: State = { verdict: 'fail', expected: '1', actual: '0', cause: 'unset' };
const MAIN = { source: { file: '/etc/sysctl.conf', line: 1 } };
const OTHER = { source: { file: '/etc/sysctl.d/z.conf', line: 2 } };
const MAIN_FILE_READ = ' It reads /etc/sysctl.conf after all other files.';

test.for<[string, Partial<typeof FORWARDING_OFF>, string]>([
  ['is required', {}, 'kubectl netprereq fix a'],
  ['is recommended', { severity: 'recommended' }, 'kubectl netprereq fix a --only ipv4-forwarding'],
])('the command to type next repairs what %s', ([, parts, command]) => {
  const found = report([judged('a', { ...FORWARDING_OFF, ...parts })]);
  expect(
    fixHint(found, problemsOf(found), PIPE, (text) => text)
      .at(-1)
      ?.trim(),
  ).toBe(command);
});

test('an image is counted as one, and not said to fail after a reboot, which it has not had', () => {
  const now = { verdict: 'skip', expected: '1', actual: null } as const;
  const lost = { ...FORWARDING_OFF, now, boot: OFF };
  const image = report([{ ...judged('image', lost), image: { root: '/mnt' } }], { cluster: null });
  expect(summaryLines(image, PIPE)).toEqual(['1 image: 1 fail (3.4s)']);
});

test.for<[name: string, boot: State, reapply: State, said: string | undefined]>([
  [
    'it undoes what the boot gets right',
    ON,
    { ...OFF, ...MAIN },
    `Do not run sysctl --system on node-1, node-2 (2): unlike the boot, it leaves ipv4-forwarding as 0, from /etc/sysctl.conf:1.${MAIN_FILE_READ}`,
  ],
  [
    'it shows what no boot will give',
    OFF,
    { ...ON, ...MAIN },
    'sysctl --system and a reboot give different results on node-1, node-2 (2): ipv4-forwarding is 1 after sysctl --system, from ' +
      `/etc/sysctl.conf:1, and 0 after a reboot.${MAIN_FILE_READ}`,
  ],
  [
    'another file decides',
    OFF,
    { ...ON, ...OTHER },
    'sysctl --system and a reboot give different results on node-1, node-2 (2): ipv4-forwarding is 1 after sysctl --system, from ' +
      '/etc/sysctl.d/z.conf:2, and 0 after a reboot.',
  ],
  ['it leaves what was set by hand', OFF, ON, undefined],
  ['it leaves what is off now, and the boot or an agent switches on', ON, OFF, undefined],
  ['it is not known', ON, { verdict: 'unknown', expected: '1', actual: null }, undefined],
])('sysctl --system is spoken of where it differs from the boot: %s', ([, boot, reapply, said]) => {
  const different = finding('ipv4-forwarding', { boot, reapply });
  const lines = notes(report([judged('node-1', different), judged('node-2', different)]), PIPE, (text) => text).flat();
  expect(lines.filter((line) => line.includes('sysctl --system'))).toEqual(said === undefined ? [] : [said]);
});
