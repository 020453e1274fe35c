import { describe, expect, test } from 'vitest';
import { Boot } from '../../src/boot/boot.ts';
import type { ModuleBoot } from '../../src/boot/module-boot.ts';
import { simulateModuleBoot } from '../../src/boot/modules.ts';
import type { BootInputs, ConfigFile } from '../../src/facts/facts.ts';
import { facts, file } from './made-up-node.ts';

const ETC = '/etc/systemd/system';
const LIB = '/usr/lib/systemd/system';
const FORWARD = 'net.ipv4.ip_forward';
const wanted = (unit: string, by = 'multi-user.target') => ({ unit, by });
const runs = (path: string, ...lines: string[]): ConfigFile => ({ ...file(path, ...lines), executable: true });
const idle = (path: string, ...lines: string[]): ConfigFile => ({ ...file(path, ...lines), executable: false });
const unit = (...lines: string[]) => file(`${ETC}/pre.service`, ...lines);
const WANTED: BootInputs = { wantedUnits: [wanted('pre.service')] };

/** As initscripts of EL7 has it. */
const LOADMODULES = [
  file(
    `${LIB}/rhel-loadmodules.service`,
    'DefaultDependencies=no',
    'Before=sysinit.target shutdown.target',
    'ConditionPathExists=|/etc/rc.modules',
    'ConditionDirectoryNotEmpty=|/etc/sysconfig/modules/',
    'ExecStart=/usr/lib/systemd/rhel-loadmodules',
  ),
  runs(
    '/usr/lib/systemd/rhel-loadmodules',
    'for file in /etc/sysconfig/modules/*.modules ; do',
    '  [ -x $file ] && $file',
    'done',
    'if [ -f /etc/rc.modules ]; then',
    '  /etc/rc.modules',
    'fi',
  ),
];
const EARLY: BootInputs = { wantedUnits: [wanted('rhel-loadmodules.service', 'sysinit.target')] };
/** As systemd has it; the path is a distribution's choice. */
const rcLocal = (path: string) =>
  file(
    `${LIB}/rc-local.service`,
    `ConditionFileIsExecutable=${path}`,
    'After=network.target',
    `ExecStart=${path} start`,
  );
const MODPROBE = ['#!/bin/sh', 'modprobe br_netfilter'];

type Case = [
  name: string,
  mentions: ConfigFile[],
  expected: { [Key in keyof ModuleBoot]?: unknown },
  boot?: BootInputs,
];

describe('a module that a script loads', () => {
  test.for<Case>([
    [
      'in /etc/sysconfig/modules of EL7',
      [...LOADMODULES, runs('/etc/sysconfig/modules/k.modules', ...MODPROBE)],
      { present: 'some-time', source: { file: '/etc/sysconfig/modules/k.modules', line: 2 } },
      EARLY,
    ],
    [
      'there, but is not executable',
      [...LOADMODULES, idle('/etc/sysconfig/modules/k.modules', ...MODPROBE)],
      { present: 'never', because: expect.stringMatching(/k\.modules:2 .*not executable/) },
      EARLY,
    ],
    [
      'there, where nothing is seen to run it',
      [runs('/etc/sysconfig/modules/k.modules', ...MODPROBE)],
      { present: 'unknown', because: expect.stringContaining('k.modules:2') },
    ],
    [
      'in /etc/rc.modules',
      [...LOADMODULES, runs('/etc/rc.modules', ...MODPROBE)],
      { present: 'some-time', source: { file: '/etc/rc.modules', line: 2 } },
      EARLY,
    ],
    [
      'in rc.local of Debian, which a generator starts',
      [rcLocal('/etc/rc.local'), runs('/etc/rc.local', '#!/bin/sh -e', 'modprobe br_netfilter', 'exit 0')],
      { present: 'after-sysctl', source: { file: '/etc/rc.local', line: 2 } },
    ],
    [
      'in rc.local of the Red Hat family',
      [rcLocal('/etc/rc.d/rc.local'), runs('/etc/rc.d/rc.local', ...MODPROBE)],
      { present: 'after-sysctl', source: { file: '/etc/rc.d/rc.local', line: 2 } },
    ],
    [
      'in an rc.local that is not executable',
      [rcLocal('/etc/rc.local'), idle('/etc/rc.local', ...MODPROBE)],
      { present: 'never', because: expect.stringContaining('not executable') },
    ],
    [
      'in an rc.local without its unit',
      [runs('/etc/rc.local', ...MODPROBE)],
      { present: 'unknown', because: expect.stringContaining('/etc/rc.local:2') },
    ],
    [
      'before the kubelet (sealos)',
      [unit('ExecStartPre=-/opt/pre.sh', 'ExecStart=/usr/bin/kubelet'), runs('/opt/pre.sh', ...MODPROBE)],
      { present: 'after-sysctl', source: { file: '/opt/pre.sh', line: 2 } },
      WANTED,
    ],
    [
      'that a shell is told to run, executable or not',
      [unit('ExecStart=/bin/bash /opt/pre.sh'), idle('/opt/pre.sh', ...MODPROBE)],
      { present: 'after-sysctl' },
      WANTED,
    ],
    [
      'that runs another one',
      [unit('ExecStart=/opt/a.sh'), runs('/opt/a.sh', '/opt/b.sh'), runs('/opt/b.sh', ...MODPROBE)],
      { present: 'after-sysctl', source: { file: '/opt/b.sh', line: 2 } },
      WANTED,
    ],
    [
      'in a loop',
      [unit('ExecStart=/opt/pre.sh'), runs('/opt/pre.sh', 'for m in br_netfilter; do', 'modprobe $m', 'done')],
      { present: 'unknown', because: expect.stringContaining('/opt/pre.sh:1') },
      WANTED,
    ],
    [
      'of a unit that nothing wants',
      [unit('ExecStart=/opt/pre.sh'), runs('/opt/pre.sh', ...MODPROBE)],
      { present: 'unknown', because: expect.stringContaining('/opt/pre.sh:2') },
    ],
    [
      'of a unit that a timer starts after the boot',
      [unit('ExecStart=/opt/pre.sh'), file(`${ETC}/pre.timer`, 'OnBootSec=5'), runs('/opt/pre.sh', ...MODPROBE)],
      { present: 'after-sysctl' },
      { wantedUnits: [wanted('pre.timer', 'timers.target')] },
    ],
    [
      'of a unit that a timer starts on a day',
      [unit('ExecStart=/opt/pre.sh'), file(`${ETC}/pre.timer`, 'OnCalendar=daily'), runs('/opt/pre.sh', ...MODPROBE)],
      { present: 'unknown' },
      { wantedUnits: [wanted('pre.timer', 'timers.target')] },
    ],
    [
      'that was cut',
      [unit('ExecStart=/opt/pre.sh'), { ...runs('/opt/pre.sh', 'true'), truncated: true }],
      { present: 'unknown' },
      WANTED,
    ],
    [
      'that runs itself',
      [unit('ExecStart=/opt/pre.sh'), runs('/opt/pre.sh', '/opt/pre.sh')],
      { present: 'never' },
      WANTED,
    ],
    ['of cron', [file('/etc/cron.d/x', '@reboot root modprobe br_netfilter')], { present: 'unknown' }],
    [
      'of microk8s, by its unit',
      [file(`${ETC}/snap.microk8s.daemon-kubelite.service`, 'ExecStart=/usr/bin/snap')],
      { present: 'after-sysctl' },
      { wantedUnits: [wanted('snap.microk8s.daemon-kubelite.service')] },
    ],
  ])('%s', ([, mentions, expected, boot]) => {
    expect(simulateModuleBoot(facts({ mentions, ...boot }), 'br_netfilter')).toMatchObject(expected);
  });
});

/** "1 by /x:2", "1 by agent", "unknown: …" of ip_forward after a boot with these files. */
function forwarding(mentions: ConfigFile[], boot: BootInputs = WANTED, lines: string[] = [], key = FORWARD): string {
  const sysctl = lines.length > 0 ? [file('/etc/sysctl.d/50-x.conf', ...lines)] : [];
  const made = facts({ mentions, sysctl, ...boot }, { os: { id: 'debian', versionId: '12' } });
  const value = new Boot(
    { ...made, sysctls: { [key]: { is: 'value', value: '1' } } },
    {},
    {
      sysctl: '/own',
      modules: '/own',
    },
  ).sysctl(key);
  if (value.is !== 'value') return value.is === 'unknown' ? `unknown: ${value.because}` : value.is;
  const { source } = value;
  if ('agent' in source) return `${value.value} by ${source.agent}`;
  return 'file' in source ? `${value.value} by ${source.file}:${source.line}` : value.value;
}

describe('a sysctl that a unit sets', () => {
  const AT = `${ETC}/pre.service:1`;

  test.for<[name: string, mentions: ConfigFile[], expected: string, boot?: BootInputs, lines?: string[]]>([
    ['by sysctl -w', [unit(`ExecStart=/sbin/sysctl -w ${FORWARD}=1`)], `1 by ${AT}`],
    ['by two commands on a line', [unit(`ExecStart=/bin/true ; sysctl -w ${FORWARD}=1`)], `1 by ${AT}`],
    ['by a shell, with semicolons', [unit(`ExecStart=sh -c "sleep 1 ; sysctl ${FORWARD}=1"`)], `1 by ${AT}`],
    [
      'by a shell, through a pipe',
      [unit("ExecStart=sh -c 'echo 1 | tee /proc/sys/net/ipv4/ip_forward'")],
      `1 by ${AT}`,
    ],
    [
      'by a shell, unless it is set',
      [unit(`ExecStart=sh -c '[ "$(cat /proc/sys/net/ipv4/ip_forward)" = 1 ] || sysctl -w ${FORWARD}=1'`)],
      `1 by ${AT}`,
    ],
    [
      'by a file, while a script only reads it',
      [
        unit('ExecStart=/opt/s'),
        { ...file('/opt/s', `sysctl -n ${FORWARD}`, `v=$(sysctl -n ${FORWARD})`), executable: true },
      ],
      '1 by /etc/sysctl.d/50-x.conf:1',
      {},
      [`${FORWARD}=1`],
    ],
    ['before its program', [unit(`ExecStartPre=-sysctl -q ${FORWARD}=1`)], `1 by ${AT}`],
    ['by a shell', [unit("ExecStart=/bin/sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'")], `1 by ${AT}`],
    [
      'by a shell, behind others',
      [unit('ExecStart=/bin/bash -c "sleep 1; sysctl -w net.ipv4.ip_forward=1"')],
      `1 by ${AT}`,
    ],
    [
      'by a shell, on a condition',
      [unit('ExecStart=/bin/sh -c "test -e /x && sysctl -w net.ipv4.ip_forward=1"')],
      `unknown: 0 without that, 1 if ${AT} is run`,
    ],
    [
      'by a file',
      [unit('ExecStart=/sbin/sysctl -p /etc/k8s.conf'), idle('/etc/k8s.conf', `${FORWARD} = 1`)],
      '1 by /etc/k8s.conf:1',
    ],
    [
      'by a script',
      [unit('ExecStart=/opt/pre.sh'), runs('/opt/pre.sh', '#!/bin/sh', `sysctl -w ${FORWARD}=1`)],
      '1 by /opt/pre.sh:2',
    ],
    ['to 0, after the files', [unit(`ExecStart=sysctl -w ${FORWARD}=0`)], `0 by ${AT}`, WANTED, [`${FORWARD}=1`]],
    [
      'to what cannot be told',
      [unit('ExecStart=/bin/sh -c "echo $X > /proc/sys/net/ipv4/ip_forward"')],
      `unknown: what ${AT} sets is not simulated`,
    ],
    [
      'where nothing wants it',
      [unit(`ExecStart=sysctl -w ${FORWARD}=1`)],
      `unknown: 0 without that, 1 if ${AT} is run`,
      { wantedUnits: [] },
    ],
    [
      'to 1, where nothing wants it and a file says the same',
      [unit(`ExecStart=sysctl -w ${FORWARD}=1`)],
      '1 by /etc/sysctl.d/50-x.conf:1',
      { wantedUnits: [] },
      [`${FORWARD}=1`],
    ],
    [
      'with --system, which reads /etc/sysctl.conf last',
      [unit('ExecStart=sysctl --system')],
      '0 by /etc/sysctl.conf:1',
      { ...WANTED, sysctl: [file('/etc/sysctl.conf', `${FORWARD}=0`), file('/etc/sysctl.d/z.conf', `${FORWARD}=1`)] },
    ],
    ['that only reads it', [unit('ExecStart=/bin/cat /proc/sys/net/ipv4/ip_forward')], '0'],
    [
      'two of them, to different values',
      [unit(`ExecStart=sysctl -w ${FORWARD}=1`), file(`${ETC}/b.service`, `ExecStart=sysctl -w ${FORWARD}=0`)],
      expect.stringContaining('unknown') as unknown as string,
      { wantedUnits: [wanted('pre.service'), wanted('b.service')] },
    ],
  ])('%s', ([, mentions, expected, boot, lines]) => {
    expect(forwarding(mentions, boot, lines)).toEqual(expected);
  });
});

describe('an agent that is known by its unit sets forwarding', () => {
  test.for([
    ['k3s.service', '1 by k3s'],
    ['k3s-agent.service', '1 by k3s'],
    ['rke2-server.service', '1 by rke2'],
    ['k0sworker.service', '1 by k0s'],
    ['snap.microk8s.daemon-kubelite.service', '1 by kubelite'],
    ['docker.service', '1 by dockerd'],
    ['containerd.service', '0'],
  ] as const)('%s: %s', ([name, expected]) => {
    const mentions = [file(`${ETC}/${name}`, 'ExecStart=/usr/bin/x')];
    expect(forwarding(mentions, { wantedUnits: [wanted(name)] })).toBe(expected);
    // Nothing wants it: a boot does not start it.
    expect(forwarding(mentions, { wantedUnits: [] })).toBe('0');
  });
});

describe('files of other programs leave forwarding open', () => {
  test.for<[path: string, lines: string[], says: string]>([
    [
      '/etc/network/interfaces',
      ['iface eth0 inet dhcp', '  post-up sysctl -w net.ipv4.ip_forward=1'],
      '/etc/network/interfaces:2',
    ],
    ['/etc/network/if-up.d/route', ['echo 1 > /proc/sys/net/ipv4/ip_forward'], 'if-up.d/route:1'],
    ['/etc/cron.d/x', ['@reboot root echo 1 > /proc/sys/net/ipv4/ip_forward'], '/etc/cron.d/x:1'],
    ['/etc/tuned/node/tuned.conf', ['[sysctl]', 'net.ipv4.ip_forward = 1'], 'tuned.conf:2'],
    ['/etc/systemd/network/1.network', ['[Network]', 'IPForward=yes'], '1.network:2'],
    ['/etc/systemd/networkd.conf', ['[Network]', 'IPv4Forwarding=yes'], 'networkd.conf:2'],
    ['/etc/systemd/network/1.network', ['[Network]', 'IPMasquerade=ipv4'], '1.network:2'],
    ['/etc/systemd/network/1.network.d/x.conf', ['[Network]', 'IPMasquerade=both'], 'x.conf:2'],
    // firewalld/firewalld src/firewall/core/fw_zone.py
    ['/etc/firewalld/zones/public.xml', ['<zone>', '  <masquerade/>', '</zone>'], 'public.xml:2'],
    ['/etc/ufw/sysctl.conf', ['net/ipv4/ip_forward=1'], '/etc/ufw/sysctl.conf:1'],
    ['/etc/frr/frr.conf', ['router bgp 64512', 'ip forwarding'], 'frr.conf:2'],
    [
      '/etc/udev/rules.d/9.rules',
      ['ACTION=="add", SUBSYSTEM=="net", KERNEL=="eth0", RUN+="/sbin/sysctl -w net.ipv4.ip_forward=1"'],
      '9.rules:1',
    ],
    [
      '/etc/udev/rules.d/9.rules',
      [`SUBSYSTEM=="net", RUN+="/bin/sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'"`],
      '9.rules:1',
    ],
    ['/etc/NetworkManager/dispatcher.d/9', ['sysctl -w net.ipv4.ip_forward="$V"'], 'dispatcher.d/9:1'],
  ])('%s', ([path, lines, says]) => {
    const value = forwarding([file(path, ...lines)]);
    expect(value).toMatch(/^unknown/);
    expect(value).toContain(says);
  });

  test('but where they say the same as a file that counts', () => {
    const mentions = [file('/etc/network/interfaces', 'up sysctl -w net.ipv4.ip_forward=1')];
    expect(forwarding(mentions, {}, [`${FORWARD}=1`])).toBe('1 by /etc/sysctl.d/50-x.conf:1');
  });

  test.for<[name: string, mentions: ConfigFile[], expected: string]>([
    [
      // FRRouting/frr#1495 #12267
      'FRR, which noted that forwarding was off when its configuration was written',
      [file('/etc/frr/frr.conf', 'no ip forwarding')],
      'unknown: 1 without that, 0 if /etc/frr/frr.conf:1 is run',
    ],
    ['FRR, of IPv6 alone', [file('/etc/frr/frr.conf', 'no ipv6 forwarding')], '1'],
    ["ufw's own file", [file('/etc/ufw/sysctl.conf', 'net/ipv4/ip_forward=0')], 'unknown'],
    ['systemd-networkd that masquerades IPv6', [file('/etc/systemd/network/1.network', 'IPMasquerade=ipv6')], '1'],
    [
      "udev's rule that a mask replaces",
      [
        { ...file('/etc/udev/rules.d/9.rules'), kind: 'mask' },
        file('/usr/lib/udev/rules.d/9.rules', 'SUBSYSTEM=="net", RUN+="sysctl net.ipv4.ip_forward=0"'),
      ],
      '1',
    ],
  ])('may take away what a file of sysctl.d sets: %s', ([_name, mentions, expected]) => {
    expect(forwarding(mentions, {}, [`${FORWARD}=1`]).startsWith(expected)).toBe(true);
  });

  test.for([
    ['Name=eth0', 'eth0', 'unknown'],
    ['Name=en*', 'eth0', '1'],
  ] as const)('systemd-networkd switches a link off: %s, %s: %s', ([match, name, expected]) => {
    const mentions = [file('/etc/systemd/network/1.network', '[Match]', match, '[Network]', 'IPv4Forwarding=no')];
    const value = forwarding(mentions, {}, [`${FORWARD}=1`], `net.ipv4.conf.${name}.forwarding`);
    expect(value.startsWith(expected)).toBe(true);
  });
});
