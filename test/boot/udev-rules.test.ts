import { describe, expect, test } from 'vitest';
import type { ModuleBoot } from '../../src/boot/module-boot.ts';
import { simulateModuleBoot } from '../../src/boot/modules.ts';
import type { ConfigFile } from '../../src/facts/facts.ts';
import { facts, file, mask } from './made-up-node.ts';

const PATH = '/etc/udev/rules.d/9-x.rules';
const LIB = '/usr/lib/udev/rules.d/9-x.rules';
/** As sysctl.d(5) has it, joined by the probe. */
const MANUAL =
  'ACTION=="add", SUBSYSTEM=="module", KERNEL=="br_netfilter",        RUN+="/usr/lib/systemd/systemd-sysctl --prefix=/net/bridge"';
const OTHER = 'KERNEL=="br_netfilter", RUN+="/sbin/sysctl -p /etc/x"';

function simulate(mentions: ConfigFile[], agent = true): ModuleBoot {
  return simulateModuleBoot(facts({ mentions }), 'br_netfilter', agent ? { distribution: 'k3s' } : undefined);
}

const AGAIN = { present: 'after-sysctl', reapplied: { file: PATH, line: 1 } };
const UNCLEAR = { sysctlsUnclear: expect.stringContaining(PATH) };

describe('udev rules about br_netfilter', () => {
  test.each<[string, string, Partial<Record<keyof ModuleBoot, unknown>>]>([
    ['the one of sysctl.d(5)', MANUAL, AGAIN],
    ['without its first words', 'KERNEL=="br_netfilter", RUN+="/lib/systemd/systemd-sysctl"', AGAIN],
    [
      'with a program that is named',
      'KERNEL=="br_netfilter", RUN{program}+="systemd-sysctl --prefix=net.bridge"',
      AGAIN,
    ],
    ['another prefix', MANUAL.replace('/net/bridge', '/kernel'), UNCLEAR],
    ['another subsystem', MANUAL.replace('"module"', '"net"'), UNCLEAR],
    ['another event', MANUAL.replace('"add"', '"remove"'), UNCLEAR],
    ['another program', OTHER, UNCLEAR],
    ['two programs', `${MANUAL}, RUN+="/bin/x"`, UNCLEAR],
    ['one that jumps', 'KERNEL!="br_netfilter", GOTO="end"', UNCLEAR],
    ['one that starts a unit', 'KERNEL=="br_netfilter", TAG+="systemd", ENV{SYSTEMD_WANTS}="x.service"', UNCLEAR],
    ['what is no rule', 'KERNEL==br_netfilter', UNCLEAR],
  ])('%s', (_, rule, expected) => {
    const { reapplied, sysctlsUnclear, present } = simulate([file(PATH, rule)]);
    expect({ present, reapplied, sysctlsUnclear }).toMatchObject(expected);
    expect(reapplied === undefined || sysctlsUnclear === undefined).toBe(true);
  });

  test.each<[string, ConfigFile[], Partial<Record<keyof ModuleBoot, unknown>>]>([
    ['are masked by name', [mask(PATH), file(LIB, MANUAL)], { reapplied: undefined, sysctlsUnclear: undefined }],
    ['are replaced by name', [file(PATH), file(LIB, OTHER)], { reapplied: undefined, sysctlsUnclear: undefined }],
    [
      'count where no other has the name',
      [file('/etc/udev/rules.d/8-x.rules'), file(LIB, MANUAL)],
      { reapplied: { file: LIB, line: 1 } },
    ],
    ['may be jumped over', [file(PATH, 'ACTION=="remove", GOTO="end"', MANUAL)], UNCLEAR],
    ['may stand behind what was read', [{ ...file(PATH, MANUAL), truncated: true }], UNCLEAR],
    ['may stand in what was not read', [{ ...file(PATH), kind: 'unreadable' }], UNCLEAR],
    [
      'load the module and do no more',
      [file(PATH, 'KERNEL=="bridge", RUN+="/sbin/modprobe br_netfilter"')],
      { reapplied: undefined, sysctlsUnclear: undefined },
    ],
  ])('%s', (_, mentions, expected) => {
    const { reapplied, sysctlsUnclear } = simulate(mentions);
    expect({ reapplied, sysctlsUnclear }).toMatchObject(expected);
  });

  test.each<[string, string, ModuleBoot['present']]>([
    ['one that comes after it does not load it', MANUAL, 'never'],
    ['nor does one that is not understood', OTHER, 'never'],
    ['one about something else may', 'KERNEL=="bridge", RUN+="/sbin/modprobe br_netfilter"', 'unknown'],
    ['one that jumps may', 'KERNEL!="br_netfilter", GOTO="end"', 'unknown'],
  ])('%s', (_, rule, present) => {
    expect(simulate([file(PATH, rule)], false).present).toBe(present);
  });

  test('are not known where they were not read', () => {
    const { boot, ...node } = facts({ modulesLoad: [file('/etc/modules-load.d/a.conf', 'br_netfilter')] });
    const { mentions: _, ...unread } = boot;
    expect(simulateModuleBoot({ ...node, boot: unread }, 'br_netfilter')).toMatchObject({
      present: 'before-sysctl',
      sysctlsUnclear: expect.stringContaining('not read'),
    });
  });
});

describe('a rule about bridge, by which EL7 has the files applied', () => {
  const RULE =
    'ACTION=="add", SUBSYSTEM=="module", KERNEL=="bridge", RUN+="/usr/lib/systemd/systemd-sysctl --prefix=/proc/sys/net/bridge"';

  test.for<[name: string, os: { id: string; versionId: string }, rule: string, counts: boolean]>([
    ['leaves it open on CentOS 7', { id: 'centos', versionId: '7' }, RULE, true],
    ['leaves it open where the release is not known', { id: 'kylin', versionId: 'V10' }, RULE, true],
    ['applies nothing on RHEL 10, as measured on 252', { id: 'rhel', versionId: '10.0' }, RULE, false],
    ['leaves it open with a prefix of today', { id: 'rhel', versionId: '10.0' }, RULE.replace('/proc/sys', ''), true],
    [
      'does not count where it runs something else',
      { id: 'centos', versionId: '7' },
      'KERNEL=="bridge", RUN+="/bin/x"',
      false,
    ],
  ])('%s', ([, os, rule, counts]) => {
    const mentions = [file(LIB, 'SUBSYSTEM!="memory", GOTO="end"', rule)];
    const { mayBeReapplied } = simulateModuleBoot(facts({ mentions }, { os }), 'br_netfilter', { distribution: 'k3s' });
    expect(mayBeReapplied).toEqual(counts ? { file: LIB, line: 2 } : undefined);
  });
});
