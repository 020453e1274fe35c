import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ConfigFile } from '../../src/facts/facts.ts';
import { type Entry, nodeTree } from './node-tree.ts';
import { probe } from './run-probe.ts';
import { SHELLS, titleOf } from './shells.ts';

const ETC = '/etc/systemd/system';
const LIB = '/usr/lib/systemd/system';
const RULES = '/usr/lib/udev/rules.d';
const LOAD = '[Service]\nExecStart=/sbin/modprobe br_netfilter\n';
const isRoot = process.getuid?.() === 0;

const shown = ({ path, kind, lines }: ConfigFile) => [
  path,
  kind,
  ...lines.map(({ number, text }) => `${number} ${text}`),
];

describe.each(SHELLS.map((shell) => ({ title: titleOf(shell), shell })))('the probe under $title', ({ shell }) => {
  const check = test.skipIf(shell.missing !== undefined);
  const look = (entries: Record<string, Entry>, uid?: number) => {
    using node = nodeTree(entries);
    const { boot } = probe(shell, { root: node.root, ...(uid !== undefined && { uid }) });
    return { files: boot.mentions?.map(shown), wanted: boot.wantedUnits?.map(({ unit, by }) => `${by} wants ${unit}`) };
  };

  check('brings all files of a unit that names br_netfilter, whichever of them does', () => {
    const { files } = look({
      [`${ETC}/net.service`]: { link: '/dev/null' },
      [`${LIB}/net.service`]: LOAD,
      [`${ETC}/net.service.d/x.conf`]: '[Service]\nExecStart=\nRestart=always\n',
      [`${LIB}/net.service.d/y.conf`]: { link: '/dev/null' },
      '/run/systemd/system/net.service.d/z.conf': '[Unit]\nDefaultDependencies=no\n',
      [`${LIB}/other.service`]: '[Service]\nExecStart=/bin/true\n',
    });
    expect(files).toEqual([
      [`${ETC}/net.service`, 'mask'],
      [`${ETC}/net.service.d/x.conf`, 'file', '2 ExecStart='],
      ['/run/systemd/system/net.service.d/z.conf', 'file', '2 DefaultDependencies=no'],
      [`${LIB}/net.service`, 'file', '2 ExecStart=/sbin/modprobe br_netfilter'],
      [`${LIB}/net.service.d/y.conf`, 'mask'],
    ]);
  });

  check('has looked through a /lib of its own whose last unit is masked, as in Debian 11', () => {
    const { files } = look({
      [`${ETC}/net.service`]: LOAD,
      '/lib/systemd/system/other.service': '[Service]\nExecStart=/bin/true\n',
      '/lib/systemd/system/x.service': { link: '/dev/null' },
    });
    expect(files).toEqual([[`${ETC}/net.service`, 'file', '2 ExecStart=/sbin/modprobe br_netfilter']]);
  });

  const scripts = (entries: Record<string, Entry>) => {
    using node = nodeTree(entries);
    const { boot } = probe(shell, { root: node.root });
    return (boot.mentions ?? []).flatMap(({ path, executable, lines }) =>
      executable === undefined
        ? []
        : [`${path} ${executable ? 'runs' : 'is not executable'}: ${lines.map(({ number }) => number)}`],
    );
  };
  const SCRIPT = '#!/bin/sh\n\nmodprobe br_netfilter\n';

  check('finds scripts that units run and that load br_netfilter, and brings them whole, and the units', () => {
    const entries = {
      [`${LIB}/net.service`]: '[Service]\nExecStart=-/opt/a.sh start\n',
      '/opt/a.sh': { script: SCRIPT },
      [`${ETC}/x.service.d/9.conf`]: '[Service]\nExecStartPre=/bin/sh "/opt/b"\n',
      '/opt/b': SCRIPT,
      [`${LIB}/other.service`]: '[Service]\nExecStart=/opt/other.sh\n',
      '/opt/other.sh': { script: '#!/bin/sh\ntrue\n' },
      [`${LIB}/outer.service`]: '[Service]\nExecStart=/opt/outer\n',
      '/opt/outer': { script: '#!/bin/bash\n/opt/inner now\n' },
      '/opt/inner': { script: '#!/bin/sh\nsysctl -w net.ipv4.ip_forward=1\n' },
    };
    expect(scripts(entries)?.sort()).toEqual([
      '/opt/a.sh runs: 3',
      '/opt/b is not executable: 3',
      '/opt/inner runs: 2',
      '/opt/outer runs: 2',
    ]);
    const paths = look(entries).files?.map(([path]) => path);
    expect(paths).toEqual(
      expect.arrayContaining([`${LIB}/net.service`, `${ETC}/x.service.d/9.conf`, `${LIB}/outer.service`]),
    );
    expect(paths).not.toContain(`${LIB}/other.service`);
  });

  check('brings of a script what it follows and what holds that, and no word of anything else', () => {
    const script = [
      '#!/bin/sh',
      'modprobe -a br_netfilter overlay',
      'kubeadm join 192.0.2.1:6443 --token abcdef.0123456789abcdef',
      'TOKEN=hunter2a',
      'if [ "$TOKEN" = "hunter2b; fi" ]; then',
      '  curl -phunter2c -u me:hunter2d https://x; exit 1',
      'fi',
      'kubeadm join --token hunter2e && modprobe br_netfilter',
      'sysctl -w net.ipv4.ip_forward=1; mysql -phunter2f',
      'cat >/x <<EOF',
      'hunter2g',
      'EOF',
      'f() {',
      '  join hunter2h \\',
      '    hunter2i',
      '}',
      '. /opt/inner',
      'sh -c "modprobe br_netfilter; join --password hunter2j"',
    ].join('\n');
    const { files } = look({
      [`${LIB}/net.service`]: '[Service]\nExecStart=/opt/a\nExecStartPost=/opt/b --token hunter2k\n',
      '/opt/a': { script },
    });
    expect(files?.find(([path]) => path === '/opt/a')).toEqual([
      '/opt/a',
      'file',
      '2 modprobe -a br_netfilter overlay',
      '5 if [ $_ $_ $_ ]; then',
      '6  $_ $_ -u $_ $_; exit 1',
      '7 fi',
      '8 $_ $_ $_ $_ && modprobe br_netfilter',
      '9 sysctl -w net.ipv4.ip_forward=1; $_ $_',
      '10 $_ >/x <<EOF',
      '12 EOF',
      '13 f() {',
      '14  $_ $_ \\',
      '15  $_',
      '16 }',
      '17 . /opt/inner',
      '18 sh -c $_br_netfilter',
    ]);
    expect(JSON.stringify(files)).not.toMatch(/hunter2|abcdef/);
  });

  check('finds scripts that cron runs, and takes none of the files that they name for one', () => {
    const entries = {
      '/etc/cron.d/x': '@reboot root /opt/boot.sh /etc/sysctl.conf\n',
      '/opt/boot.sh': { script: SCRIPT },
      '/etc/sysctl.conf': 'net.ipv4.ip_forward=1\n',
    };
    expect(scripts(entries)).toEqual(['/opt/boot.sh runs: 3']);
  });

  check('follows a link to a script inside of the node only', () => {
    const entries = {
      [`${LIB}/net.service`]: '[Service]\nExecStart=/opt/link\n',
      '/opt/link': { link: '/opt/real' },
      '/opt/real': { script: SCRIPT },
    };
    expect(scripts(entries)).toEqual(['/opt/link runs: 3']);
  });

  check('takes no program for a script', () => {
    const elf = Buffer.concat([Buffer.from([0x7f]), Buffer.from('ELF br_netfilter net/ipv4/ip_forward')]);
    expect(scripts({ [`${LIB}/x.service`]: '[Service]\nExecStart=/usr/bin/x\n', '/usr/bin/x': elf })).toEqual([]);
  });

  check('finds the scripts that a boot runs without a unit that names them, and the units that run them', () => {
    const entries = {
      '/etc/rc.local': { script: SCRIPT },
      '/etc/sysconfig/modules/a.modules': { script: SCRIPT },
      '/etc/sysconfig/modules/b.modules': SCRIPT,
      '/etc/sysconfig/modules/c.modules': { script: '#!/bin/sh\nmodprobe xfs\n' },
      [`${LIB}/rc-local.service`]: '[Unit]\nAfter=network.target\n[Service]\nExecStart=/etc/rc.local start\n',
      [`${LIB}/load.service`]: '[Service]\nExecStart=/usr/lib/load\n',
      '/usr/lib/load': { script: '#!/bin/bash\nfor f in /etc/sysconfig/modules/*.modules; do $f; done\n' },
    };
    expect(scripts(entries)?.sort()).toEqual([
      '/etc/rc.local runs: 3',
      '/etc/sysconfig/modules/a.modules runs: 3',
      '/etc/sysconfig/modules/b.modules is not executable: 3',
      '/usr/lib/load runs: 2',
    ]);
    expect(look(entries).files?.map(([path]) => path)).toEqual(
      expect.arrayContaining([`${LIB}/rc-local.service`, `${LIB}/load.service`]),
    );
  });

  check('finds units of agents by their names, timers, and files of other programs', () => {
    const { files } = look({
      [`${ETC}/k3s.service`]: '[Service]\nExecStart=/usr/local/bin/k3s server\n',
      [`${LIB}/net.service`]: LOAD,
      [`${LIB}/net.timer`]: '[Timer]\nOnBootSec=5\n',
      '/etc/network/interfaces': 'auto eth0\n  up sysctl -w net.ipv4.ip_forward=1\n',
      '/etc/cron.d/x': '@reboot root modprobe br_netfilter\n',
      '/etc/cron.d/y': '@reboot root true\n',
      '/etc/init.d/after.local': '#!/bin/sh\nmodprobe br_netfilter\n',
      '/etc/cloud/cloud.cfg.d/5.cfg': 'bootcmd:\n- modprobe br_netfilter\npassword: hunter2\n',
      '/etc/docker/daemon.json': '{\n  "ip-forward": false\n}\n',
      '/etc/libvirt/qemu/networks/n.xml': '<network>\n  <forward mode="nat"/>\n</network>\n',
      '/etc/libvirt/qemu/networks/autostart/n.xml': { link: '../n.xml' },
      '/etc/systemd/network/1.network': '[Match]\nName=eth0\n[Network]\nDHCP=yes\nIPv4Forwarding=no\n',
    });
    expect(files).toEqual(
      expect.arrayContaining([
        [`${ETC}/k3s.service`, 'file', '2 ExecStart=/usr/local/bin/k3s server'],
        [`${LIB}/net.timer`, 'file', '2 OnBootSec=5'],
        ['/etc/network/interfaces', 'file', '2   up sysctl -w net.ipv4.ip_forward=1'],
        ['/etc/cron.d/x', 'file', '1 @reboot root modprobe br_netfilter'],
        ['/etc/systemd/network/1.network', 'file', '2 Name=eth0', '5 IPv4Forwarding=no'],
        ['/etc/init.d/after.local', 'file', '2 modprobe br_netfilter'],
        ['/etc/cloud/cloud.cfg.d/5.cfg', 'file', '2 - modprobe br_netfilter'],
        ['/etc/docker/daemon.json', 'file', '2   "ip-forward": false'],
        ['/etc/libvirt/qemu/networks/autostart/n.xml', 'file', '2   <forward mode="nat"/>'],
      ]),
    );
    expect(files?.map(([path]) => path)).not.toContain('/etc/cron.d/y');
  });

  check('finds what switches forwarding by words of its own, and ufw only where it is enabled', () => {
    const UFW = { '/etc/ufw/sysctl.conf': '# net/ipv4/ip_forward=1\nnet/ipv4/ip_forward=0\n' };
    const { files } = look({
      ...UFW,
      '/etc/ufw/ufw.conf': '# /etc/ufw/ufw.conf\nENABLED=yes\nLOGLEVEL=low\n',
      '/etc/firewalld/zones/public.xml': '<zone>\n  <masquerade/>\n  <service name="ssh"/>\n</zone>\n',
      '/etc/firewalld/zones/work.xml': '<zone>\n  <service name="ssh"/>\n</zone>\n',
      '/etc/frr/frr.conf': 'hostname x\nno ip forwarding\n neighbor 10.0.0.1 password hunter2\n',
      '/etc/systemd/network/1.network.d/m.conf': '[Network]\nIPMasquerade=both\n',
      '/etc/udev/rules.d/9.rules': 'SUBSYSTEM=="net", RUN+="/sbin/sysctl -w net.ipv4.ip_forward=1"\n',
      [`${RULES}/99-systemd.rules`]: 'SUBSYSTEM=="net", RUN+="systemd-sysctl --prefix=/net/ipv4/conf/$name"\n',
    });
    expect(files?.toSorted()).toEqual([
      ['/etc/firewalld/zones/public.xml', 'file', '2   <masquerade/>'],
      ['/etc/frr/frr.conf', 'file', '2 no ip forwarding'],
      ['/etc/systemd/network/1.network.d/m.conf', 'file', '2 IPMasquerade=both'],
      ['/etc/udev/rules.d/9.rules', 'file', '1 SUBSYSTEM=="net", RUN+="/sbin/sysctl -w net.ipv4.ip_forward=1"'],
      ['/etc/ufw/sysctl.conf', 'file', '2 net/ipv4/ip_forward=0'],
    ]);
    expect(look({ ...UFW, '/etc/ufw/ufw.conf': 'ENABLED=no\n' }).files).toEqual([]);
  });

  check('reads the profile of tuned that is active, and those that it includes', () => {
    const profile = (...lines: string[]) => ['[main]', ...lines, ''].join('\n');
    const { files } = look({
      '/etc/tuned/active_profile': 'node\n',
      '/etc/tuned/profiles/node/tuned.conf': profile('include=vendor,node', '[sysctl]', 'vm.swappiness=10'),
      '/usr/lib/tuned/vendor/tuned.conf': profile('include = base', '[sysctl]', 'net.ipv4.ip_forward=1'),
      '/usr/lib/tuned/profiles/base/tuned.conf': profile('[sysctl]', 'net.ipv4.ip_forward=0'),
      '/etc/tuned/hardening/tuned.conf': profile('[sysctl]', 'net.ipv4.ip_forward=0'),
    });
    expect(files?.toSorted()).toEqual([
      ['/usr/lib/tuned/profiles/base/tuned.conf', 'file', '3 net.ipv4.ip_forward=0'],
      ['/usr/lib/tuned/vendor/tuned.conf', 'file', '4 net.ipv4.ip_forward=1'],
    ]);
  });

  check('reads of cloud-init what it does at each boot, and nothing that it does once', () => {
    const CLOUD = '/var/lib/cloud/instances/i-1';
    const { files } = look({
      '/etc/cloud/cloud.cfg.d/9.cfg':
        'runcmd:\n- modprobe br_netfilter\nbootcmd:\n  - sysctl -w net.ipv4.ip_forward=1\n',
      '/var/lib/cloud/instance': { link: CLOUD },
      [`${CLOUD}/cloud-config.txt`]:
        '#cloud-config\nbootcmd:\n- modprobe br_netfilter\nwrite_files:\n- content: |\n    net.ipv4.ip_forward=0\n',
      [`${CLOUD}/boothooks/part-001`]: '#!/bin/sh\nmodprobe br_netfilter\n',
    });
    expect(files?.toSorted()).toEqual([
      ['/etc/cloud/cloud.cfg.d/9.cfg', 'file', '4   - sysctl -w net.ipv4.ip_forward=1'],
      ['/var/lib/cloud/instance/boothooks/part-001', 'file', '2 modprobe br_netfilter'],
      ['/var/lib/cloud/instance/cloud-config.txt', 'file', '3 - modprobe br_netfilter'],
    ]);
  });

  check('reads files of other programs that are links, or stand behind one, inside of the node', () => {
    const { files } = look({
      '/opt/d.sh': '#!/bin/sh\nsysctl -w net.ipv4.ip_forward=1\n',
      '/etc/NetworkManager/dispatcher.d/50-x': { link: '/opt/d.sh' },
      '/opt/cron/x': '@reboot root modprobe br_netfilter\n',
      '/etc/cron.d': { link: '/opt/cron' },
      '/opt/1.network': '[Network]\nIPv4Forwarding=no\n',
      '/etc/systemd/network/1.network': { link: '../../../opt/1.network' },
      '/etc/systemd/network/2.network': { link: '/dev/null' },
      '/etc/rc.local': { link: '/opt/rc' },
      '/opt/rc': { script: SCRIPT },
    });
    expect(files?.map(([path]) => path).sort()).toEqual([
      '/etc/NetworkManager/dispatcher.d/50-x',
      '/etc/cron.d/x',
      '/etc/rc.local',
      '/etc/systemd/network/1.network',
    ]);
  });

  check('takes an empty unit file for a mask, as systemd does', () => {
    const { files } = look({ [`${ETC}/net.service`]: '', [`${LIB}/net.service`]: LOAD });
    expect(files?.[0]).toEqual([`${ETC}/net.service`, 'mask']);
  });

  check('finds units that are links, and an old /lib', () => {
    const { files } = look({
      '/opt/net.service': LOAD,
      [`${ETC}/net.service`]: { link: '/opt/net.service' },
      [`${ETC}/gone.service`]: { link: '/opt/gone.service' },
      '/lib/systemd/system/old.service': LOAD,
    });
    expect(files?.map(([path]) => path)).toEqual([`${ETC}/net.service`, '/lib/systemd/system/old.service']);
  });

  check('tells what wants a unit, by any directory, and what a mask there hides', () => {
    const link = { link: '../net.service' };
    const { wanted } = look({
      [`${LIB}/net.service`]: LOAD,
      [`${LIB}/multi-user.target.wants/net.service`]: link,
      [`${ETC}/x.service.requires/net.service`]: link,
      [`${LIB}/basic.target.wants/net.service`]: link,
      [`${ETC}/basic.target.wants/net.service`]: { link: '/dev/null' },
      [`${ETC}/multi-user.target.wants/other.service`]: link,
    });
    expect(wanted).toEqual(['x.service wants net.service', 'multi-user.target wants net.service']);
  });

  check('finds an instance by its name, and brings its template', () => {
    const { files, wanted } = look({
      [`${LIB}/modprobe@.service`]: '[Unit]\nDefaultDependencies=no\n[Service]\nExecStart=-/sbin/modprobe -abq %i\n',
      [`${ETC}/multi-user.target.wants/modprobe@br_netfilter.service`]: { link: `${LIB}/modprobe@.service` },
    });
    expect(files).toEqual([
      [`${LIB}/modprobe@.service`, 'file', '2 DefaultDependencies=no', '4 ExecStart=-/sbin/modprobe -abq %i'],
    ]);
    expect(wanted).toEqual(['multi-user.target wants modprobe@br_netfilter.service']);
  });

  check('joins continued lines at the number of the first, without the comments among them', () => {
    const rule =
      'ACTION=="add", SUBSYSTEM=="module", KERNEL=="br_netfilter", \\\n# why\n  RUN+="/usr/lib/systemd/systemd-sysctl"\n';
    const { files } = look({
      [`${RULES}/9-x.rules`]: `# a comment is not continued \\\n\n${rule}`,
      [`${LIB}/net.service`]: '[Service]\nExecStart=/bin/sh -c \\\n  "modprobe \\\n   br_netfilter"\nUser=x\n',
    });
    expect(files).toEqual([
      [`${LIB}/net.service`, 'file', '2 ExecStart=/bin/sh -c    "modprobe     br_netfilter"', '5 User=x'],
      [
        `${RULES}/9-x.rules`,
        'file',
        '3 ACTION=="add", SUBSYSTEM=="module", KERNEL=="br_netfilter",     RUN+="/usr/lib/systemd/systemd-sysctl"',
      ],
    ]);
  });

  check('brings the file that masks or replaces a udev rule', () => {
    const { files } = look({
      '/etc/udev/rules.d/9-x.rules': { link: '/dev/null' },
      [`${RULES}/9-x.rules`]: 'KERNEL=="br_netfilter", RUN+="x"\n',
      '/etc/udev/rules.d/8-x.rules': 'KERNEL=="sda"\n',
      [`${RULES}/8-x.rules`]: 'KERNEL=="br_netfilter", RUN+="x"\n',
    });
    expect(files?.map(([path, kind]) => [path, kind]).sort()).toEqual([
      ['/etc/udev/rules.d/8-x.rules', 'file'],
      ['/etc/udev/rules.d/9-x.rules', 'mask'],
      [`${RULES}/8-x.rules`, 'file'],
      [`${RULES}/9-x.rules`, 'file'],
    ]);
  });

  check('reads what the initramfs is built from', () => {
    const paths = [
      '/etc/dracut.conf.d/a.conf',
      '/etc/initramfs-tools/modules',
      '/etc/dracut.conf',
      '/etc/mkinitcpio.conf',
      '/etc/sysconfig/kernel',
    ];
    const { files } = look(Object.fromEntries(paths.map((path) => [path, 'INITRD_MODULES="br_netfilter"\nX=y\n'])));
    expect(files).toEqual(paths.map((path) => [path, 'file', '1 INITRD_MODULES="br_netfilter"']));
  });

  check('searches no file that is very large, and names it', () => {
    const { files } = look({
      [`${RULES}/big.rules`]: { size: 10_000_000 },
      [`${RULES}/fine.rules`]: { size: 300_000 },
    });
    expect(files).toEqual([[`${RULES}/big.rules`, 'file']]);
  });

  check('has no answer where there are too many files, units or drop-ins', () => {
    const many = (count: number, path: (i: number) => string, text: string) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [path(i), text]));
    expect(look(many(5000, (i) => `${ETC}/${i}.service`, 'x')).files).toBeUndefined();
    expect(look(many(17, (i) => `${RULES}/${i}.rules`, 'br_netfilter')).files).toBeUndefined();
    expect(look(many(40, (i) => `${ETC}/net.service.d/${i}.conf`, 'br_netfilter')).files).toBeUndefined();
  });

  check('waits for no FIFO, and takes any name for a name', () => {
    using node = nodeTree({
      [`${LIB}/a "$(id)" '.service`]: LOAD,
      [`${LIB}/-n.service.d/*.conf`]: LOAD,
      [`${LIB}/new\nline.service`]: LOAD,
    });
    execFileSync('mkfifo', [join(node.root, LIB, 'fifo.service')]);
    const paths = probe(shell, { root: node.root }).boot.mentions?.map(({ path, kind }) => [path, kind]);
    expect(paths).toContainEqual([`${LIB}/a "$(id)" '.service`, 'file']);
    expect(paths).toContainEqual([`${LIB}/-n.service.d/*.conf`, 'file']);
    expect(paths).toContainEqual([LIB, 'unreadable']);
  });

  const unprivileged = test.skipIf(shell.missing !== undefined || !isRoot);
  unprivileged(`names what it may not read${isRoot ? '' : ' (skipped: needs root to become somebody else)'}`, () => {
    using node = nodeTree({
      [`${LIB}/a.service`]: { secret: LOAD },
      [`${LIB}/b.service.d/x.conf`]: LOAD,
      '/run/udev/rules.d/x': '',
    });
    execFileSync('chmod', ['0', join(node.root, LIB, 'b.service.d'), join(node.root, '/run/udev/rules.d')]);
    const { boot } = probe(shell, { root: node.root, uid: 65_534 });
    expect(boot.mentions?.map(({ path, kind }) => [path, kind]).sort()).toEqual([
      ['/run/udev/rules.d', 'unreadable'],
      [LIB, 'unreadable'],
      [`${LIB}/a.service`, 'unreadable'],
    ]);
  });

  check('lists the kernels with what each has, and says when it left some out', () => {
    const names = Array.from({ length: 40 }, (_, i) => `6.1.0-${i}-amd64`);
    const few = ['4.18.0-348.2.1.el8_5', '4.18.0-348.el8', '5.14.0-1'];
    const tree = (kernels: string[]) =>
      Object.fromEntries(
        kernels.map((name) => [`/lib/modules/${name}/modules.dep`, 'a/br_netfilter.ko: a/bridge.ko\n']),
      );
    const listed = (kernels: string[]) => {
      using node = nodeTree(tree(kernels));
      const { installed = [], others = [], installedCut } = probe(shell, { root: node.root }).kernel;
      for (const { modules } of others) expect(modules.br_netfilter?.dependencies).toEqual(['bridge']);
      expect(others.map(({ release }) => release)).toEqual(installed);
      return { installed, installedCut };
    };
    expect(listed(few)).toEqual({ installed: few, installedCut: undefined });
    const most = listed(names.slice(0, 32));
    expect(most.installed.toSorted()).toEqual(names.slice(0, 32).toSorted());
    expect(most.installedCut).toBeUndefined();
    expect(listed(names)).toMatchObject({ installed: { length: 32 }, installedCut: true });
  });

  check('finds what needs br_netfilter', () => {
    using node = nodeTree({
      '/lib/modules/6.1/modules.dep':
        'a/xt_physdev.ko.zst: a/br-netfilter.ko.zst a/bridge.ko.zst\na/br-netfilter.ko.zst: a/bridge.ko.zst\na/x.ko:\n',
    });
    expect(probe(shell, { root: node.root }).kernel.others?.[0]?.modules).toMatchObject({
      xt_physdev: { file: 'a/xt_physdev.ko.zst', dependencies: ['br_netfilter', 'bridge'] },
    });
  });

  check('brings a list under another suffix where it names br_netfilter', () => {
    using node = nodeTree({ '/etc/modules-load.d/a.conf.bak': 'br_netfilter\n', '/etc/modules-load.d/README': 'x\n' });
    expect(probe(shell, { root: node.root }).boot.modulesLoad?.map(({ path }) => path)).toEqual([
      '/etc/modules-load.d/a.conf.bak',
    ]);
  });
});
