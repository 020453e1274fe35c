import { describe, expect, test } from 'vitest';
import type { ModuleBoot } from '../../src/boot/module-boot.ts';
import { simulateModuleBoot } from '../../src/boot/modules.ts';
import type { BootInputs, ConfigFile } from '../../src/facts/facts.ts';
import { facts, file, mask } from './made-up-node.ts';

const ETC = '/etc/systemd/system';
const LIB = '/usr/lib/systemd/system';
const LOAD = 'ExecStart=/sbin/modprobe br_netfilter';
/** As systemd 252 ships it. */
const TEMPLATE = file(
  `${LIB}/modprobe@.service`,
  'DefaultDependencies=no',
  'Before=sysinit.target',
  'ConditionCapability=CAP_SYS_MODULE',
  'ExecStart=-/sbin/modprobe -abq %i',
);
const NET = file(`${LIB}/net.service`, LOAD);

const by = (by: string, unit = 'net.service') => ({ unit, by });
const started = [by('multi-user.target')];

type Case = [what: string, mentions: ConfigFile[], Partial<ModuleBoot>, boot?: BootInputs];

function simulate(mentions: ConfigFile[], boot: BootInputs = {}): ModuleBoot {
  return simulateModuleBoot(facts({ mentions, wantedUnits: started, ...boot }), 'br_netfilter');
}

describe('which of its files make a unit', () => {
  test.each<Case>([
    ['its own one', [NET], { present: 'after-sysctl', source: { agent: 'net.service' } }],
    [
      'one in /etc that does something else',
      [file(`${ETC}/net.service`, 'ExecStart=/bin/true'), NET],
      { present: 'never' },
    ],
    ['a mask in /etc', [mask(`${ETC}/net.service`), NET], { present: 'never' }],
    [
      'a mask in /usr/lib behind one in /etc',
      [file(`${ETC}/net.service`, LOAD), mask(`${LIB}/net.service`)],
      { present: 'after-sysctl' },
    ],
    ['a mask on the command line', [NET], { present: 'never' }, { commandLine: 'systemd.mask=net' }],
    [
      'a link that leads nowhere',
      [{ ...file(`${ETC}/net.service`), kind: 'other', target: '/gone' }, NET],
      { present: 'unknown' },
    ],
    ['an old /lib', [file('/lib/systemd/system/net.service', LOAD)], { present: 'after-sysctl' }],
    ['one that was cut', [{ ...NET, truncated: true }], { present: 'unknown' }],
    ['one that could not be read', [{ ...NET, kind: 'unreadable', lines: [] }], { present: 'unknown' }],
    [
      'a drop-in that takes the command back',
      [NET, file(`${ETC}/net.service.d/x.conf`, 'ExecStart=', 'ExecStart=/bin/true')],
      { present: 'never' },
    ],
    [
      'a drop-in that takes back another one',
      [NET, file(`${ETC}/net.service.d/x.conf`, 'ExecStartPre=')],
      { present: 'after-sysctl' },
    ],
    [
      'a drop-in that repeats it',
      [NET, file(`${ETC}/net.service.d/x.conf`, 'ExecStart=', LOAD)],
      { present: 'after-sysctl' },
    ],
    [
      'a drop-in of a later name',
      [NET, file(`${ETC}/net.service.d/2.conf`, LOAD), file(`${LIB}/net.service.d/9.conf`, 'ExecStart=')],
      { present: 'never' },
    ],
    [
      'a masked drop-in',
      [NET, mask(`${ETC}/net.service.d/9.conf`), file(`${LIB}/net.service.d/9.conf`, 'ExecStart=')],
      { present: 'after-sysctl' },
    ],
    ['a drop-in of a unit that is not there', [file(`${ETC}/net.service.d/x.conf`, LOAD)], { present: 'unknown' }],
  ])('%s', (_, mentions, expected, boot) => {
    expect(simulate(mentions, boot)).toMatchObject(expected);
  });
});

describe('which units a boot starts', () => {
  test.each<Case>([
    [
      'one that sysinit.target wants',
      [file(NET.path, 'DefaultDependencies=no', LOAD)],
      { present: 'some-time' },
      { wantedUnits: [by('sysinit.target')] },
    ],
    [
      'one that sysinit.target wants and waits for',
      [NET],
      { present: 'unknown' },
      { wantedUnits: [by('sysinit.target')] },
    ],
    [
      'one that a target wants which may not come',
      [NET],
      { present: 'unknown' },
      { wantedUnits: [by('bluetooth.target')] },
    ],
    ['one that nothing is known to want', [NET], { present: 'unknown' }, { wantedUnits: [] }],
    [
      'modprobe@br_netfilter, at a time that is not known',
      [TEMPLATE],
      { present: 'some-time', source: { agent: 'modprobe@br_netfilter.service' } },
      { wantedUnits: [by('multi-user.target', 'modprobe@br_netfilter.service')] },
    ],
    [
      'modprobe@br_netfilter goes by the blacklist',
      [TEMPLATE],
      { present: 'never' },
      {
        wantedUnits: [by('multi-user.target', 'modprobe@br_netfilter.service')],
        modprobe: [file('/etc/modprobe.d/x.conf', 'blacklist br_netfilter')],
      },
    ],
    [
      'modprobe@br_netfilter, where its template is not there',
      [],
      { present: 'unknown' },
      { wantedUnits: [by('multi-user.target', 'modprobe@br_netfilter.service')] },
    ],
    [
      'what a unit wants that is started',
      [
        TEMPLATE,
        file(`${LIB}/net.service`, 'ExecStart=/bin/x'),
        file(`${ETC}/net.service.d/1.conf`, 'Wants=a.service modprobe@br_netfilter.service'),
      ],
      { present: 'some-time', source: { agent: 'modprobe@br_netfilter.service' } },
    ],
    [
      'what such a unit wants by a directory of its own',
      [file(`${LIB}/net.service`, 'ExecStart=/bin/x'), file(`${LIB}/load.service`, LOAD)],
      { present: 'after-sysctl', source: { agent: 'load.service' } },
      { wantedUnits: [by('multi-user.target'), by('net.service', 'load.service')] },
    ],
    [
      'what a unit wants that may be started',
      [TEMPLATE, file(`${LIB}/net.service`, 'Requires=modprobe@br_netfilter.service')],
      { present: 'unknown', because: expect.stringContaining(`${LIB}/net.service:1`) },
      { wantedUnits: [] },
    ],
    [
      'an order alone wants nothing',
      [TEMPLATE, file(`${LIB}/net.service`, 'After=modprobe@br_netfilter.service')],
      { present: 'never' },
    ],
    [
      'an instance of a template of their own',
      [file(`${LIB}/load@.service`, 'ExecStart=/sbin/modprobe %i')],
      { present: 'after-sysctl', source: { agent: 'load@br_netfilter.service' } },
      { wantedUnits: [by('multi-user.target', 'load@br_netfilter.service')] },
    ],
    [
      'a unit that is no service',
      [file(`${LIB}/net.target`, 'Wants=modprobe@br_netfilter.service')],
      { present: 'unknown' },
    ],
  ])('%s', (_, mentions, expected, boot) => {
    expect(simulate(mentions, boot)).toMatchObject(expected);
  });
});

describe('what a unit does', () => {
  test.each<Case>([
    [
      'a second command',
      [file(NET.path, 'ExecStart=/bin/true', 'ExecStartPost=-/sbin/modprobe -a x br-netfilter')],
      { present: 'after-sysctl' },
    ],
    ['a command at its end', [file(NET.path, 'ExecStop=/sbin/modprobe -r br_netfilter')], { present: 'never' }],
    [
      'a shell that is told a command',
      [file(NET.path, 'ExecStart=/bin/sh -c "modprobe br_netfilter"')],
      { present: 'after-sysctl' },
    ],
    ['a script that was not read', [file(NET.path, 'ExecStart=/opt/load-br_netfilter')], { present: 'unknown' }],
    ['a name in its environment', [file(NET.path, 'Environment=MODULES=br_netfilter')], { present: 'unknown' }],
    ['a condition that is not simulated', [file(NET.path, 'ConditionPathExists=/etc/x', LOAD)], { present: 'unknown' }],
    [
      'a condition that is taken back',
      [file(NET.path, 'ConditionPathExists=/etc/x', 'ConditionHost=', LOAD)],
      { present: 'after-sysctl' },
    ],
    ['a user who may not load modules', [file(NET.path, 'User=nobody', LOAD)], { present: 'unknown' }],
    ['a unit that may not load modules', [file(NET.path, 'ProtectKernelModules=yes', LOAD)], { present: 'unknown' }],
    ['a description', [file(NET.path, 'Description=br_netfilter', 'ExecStart=/bin/true')], { present: 'never' }],
  ])('%s', (_, mentions, expected, boot) => {
    expect(simulate(mentions, boot)).toMatchObject(expected);
  });
});

describe('when a unit does it', () => {
  test.each<[string, string[], ModuleBoot['present']]>([
    ['after the sysctls, because all do', [], 'after-sysctl'],
    ['who knows, without the usual order', ['DefaultDependencies=no'], 'some-time'],
    ['who knows, before the sysctls', ['DefaultDependencies=no', 'Before=systemd-sysctl.service'], 'some-time'],
    ['who knows, by an order that contradicts the usual one', ['Before=systemd-sysctl.service'], 'some-time'],
    [
      'after the sysctls, explicitly',
      ['DefaultDependencies=no', 'After=x.service systemd-sysctl.service'],
      'after-sysctl',
    ],
    ['after the sysctls, and before the kubelet', ['Before=kubelet.service network-online.target'], 'after-sysctl'],
    [
      'after the sysctls, by the last word on it',
      ['DefaultDependencies=no', 'DefaultDependencies=yes'],
      'after-sysctl',
    ],
  ])('%s', (_, lines, present) => {
    expect(simulate([file(NET.path, ...lines, LOAD)]).present).toBe(present);
  });

  test('who knows, where something else may do it earlier', () => {
    const initramfs = file('/etc/dracut.conf', 'add_drivers+=" br_netfilter "');
    expect(simulate([NET, initramfs]).present).toBe('some-time');
    const list: ConfigFile = { ...file('/etc/modules-load.d/a.conf'), kind: 'unreadable' };
    expect(simulate([NET], { modulesLoad: [list] }).present).toBe('some-time');
  });

  test('and whether modules may be loaded by then is not known', () => {
    const sysctl = [file('/etc/sysctl.d/z.conf', 'kernel.modules_disabled = 1')];
    expect(simulate([file(NET.path, 'DefaultDependencies=no', LOAD)], { sysctl }).present).toBe('unknown');
    expect(simulate([NET], { sysctl }).present).toBe('never');
  });
});

describe('what is loaded along with something else', () => {
  const X = '/etc/modprobe.d/x.conf';
  test.each<[string, BootInputs, ModuleBoot['present'], string]>([
    ['a soft dependency', { modprobe: [file(X, 'softdep bridge post: br_netfilter')] }, 'unknown', `${X}:1`],
    [
      'a command',
      { modprobe: [file(X, '', 'install bridge /sbin/modprobe -i bridge && /sbin/modprobe br_netfilter')] },
      'unknown',
      `${X}:2`,
    ],
    ['an alias', { modprobe: [file(X, 'alias net-pf-99 br_netfilter')] }, 'unknown', `${X}:1`],
    [
      'a soft dependency on what cannot be loaded',
      { modprobe: [file(X, 'softdep bridge post: br_netfilter', 'install br_netfilter /bin/false')] },
      'never',
      'nothing loads it at boot',
    ],
    [
      'its own soft dependency',
      { modprobe: [file(X, 'softdep br_netfilter post: br_netfilter')] },
      'never',
      'nothing loads it at boot',
    ],
  ])('%s', (_, boot, present, because) => {
    expect(simulate([], { ...boot, wantedUnits: [] })).toMatchObject({
      present,
      because: expect.stringContaining(because),
    });
  });

  test.each([
    ['a listed module that needs it', 'xt_physdev', 'before-sysctl'],
    ['one of any other name, whose lines in modprobe.d were read as well', 'vendor', 'before-sysctl'],
  ])('%s', (_, module, present) => {
    const node = facts({ modulesLoad: [file('/etc/modules-load.d/a.conf', module)] });
    const needing = { [module]: { file: `${module}.ko`, dependencies: ['br_netfilter', 'bridge', 'stp', 'llc'] } };
    const result = simulateModuleBoot({ ...node, modules: { ...node.modules, ...needing } }, 'br_netfilter');
    expect(result.present).toBe(present);
    expect(result.because).toContain('/etc/modules-load.d/a.conf:1');
  });
});
