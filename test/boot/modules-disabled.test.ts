import { describe, expect, test } from 'vitest';
import { modulesDisabled } from '../../src/boot/modules-disabled.ts';
import type { BootInputs, ConfigFile } from '../../src/facts/facts.ts';
import { facts, file, mask } from './made-up-node.ts';

const PATH = '/etc/sysctl.d/z.conf';
const sysctl = (...lines: string[]) => [file(PATH, ...lines)];

function forbidden(files: ConfigFile[], boot: BootInputs = {}, alpine = false) {
  return modulesDisabled(facts({ sysctl: files, ...boot }).boot, alpine);
}

describe('whether the sysctls forbid to load modules', () => {
  test.each<[string, ConfigFile[], string, number?]>([
    ['nothing about it', sysctl('net.ipv4.ip_forward = 1'), 'no'],
    ['a line', sysctl('', 'kernel.modules_disabled = 1'), 'yes', 2],
    ['a leading zero', sysctl('kernel/modules_disabled=01'), 'yes', 1],
    ['a comment behind it', sysctl('kernel.modules_disabled=1 # why'), 'yes', 1],
    ['a value that the kernel refuses', sysctl('kernel.modules_disabled=2'), 'no'],
    ['0 behind 1: only the last is written', sysctl('kernel.modules_disabled=1', 'kernel.modules_disabled=0'), 'no'],
    ['1 behind 0', sysctl('kernel.modules_disabled=0', 'kernel.modules_disabled=1'), 'yes', 2],
    ['a refused value behind 1', sysctl('kernel.modules_disabled=1', 'kernel.modules_disabled=yes'), 'no'],
    ['a line that takes it back', sysctl('kernel.modules_disabled=1', '-kernel.modules_disabled'), 'no'],
    ['a pattern', sysctl('kernel.modules_dis*=1'), 'yes', 1],
    ['a pattern that a line spares', sysctl('kernel.modules_disabled=0', 'kernel.modules_dis*=1'), 'no'],
    ['a pattern that is taken back', sysctl('kernel.modules_dis*=1', 'kernel.modules_dis*=0'), 'no'],
    ['a file that is masked', [mask(PATH), file('/usr/lib/sysctl.d/z.conf', 'kernel.modules_disabled=1')], 'no'],
    ['/etc/sysctl.conf without a link', [file('/etc/sysctl.conf', 'kernel.modules_disabled=1')], 'no'],
    ['a file that was cut', [{ ...file(PATH, 'kernel.modules_disabled=1'), truncated: true }], 'unknown'],
    [
      'a line behind a file that was cut',
      [{ ...file('/etc/sysctl.d/a.conf'), truncated: true }, ...sysctl('kernel.modules_disabled=1')],
      'yes',
      1,
    ],
    [
      'a directory that was not listed',
      [...sysctl('kernel.modules_disabled=0'), { ...file('/run/sysctl.d'), kind: 'unreadable' }],
      'unknown',
    ],
  ])('%s', (_, files, is, line) => {
    expect(forbidden(files)).toMatchObject(line === undefined ? { is } : { is, at: { file: PATH, line } });
  });

  test.each<[string, BootInputs, string]>([
    ['the service is masked', { maskedUnits: ['systemd-sysctl.service'] }, 'no'],
    ['the command line masks the service', { commandLine: 'systemd.mask=systemd-sysctl.service' }, 'no'],
    ['another service is masked', { maskedUnits: ['systemd-modules-load.service'] }, 'yes'],
    ['process 1 is something else', { init: 'runit' }, 'unknown'],
  ])('%s', (_, boot, is) => {
    expect(forbidden(sysctl('kernel.modules_disabled=1'), boot).is).toBe(is);
  });

  test('files that were not read may', () => {
    const { sysctl: _, ...boot } = facts({}).boot;
    expect(modulesDisabled(boot, false).is).toBe('unknown');
  });

  test('on Alpine every line is written, and what is 1 stays 1', () => {
    const lines = sysctl('kernel.modules_disabled=1', 'kernel.modules_disabled=0');
    expect(forbidden(lines, { init: 'init' }, true)).toMatchObject({ is: 'yes', at: { file: PATH, line: 1 } });
  });
});
