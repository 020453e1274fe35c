import { release } from 'node:os';
import { describe, expect, test } from 'vitest';
import { simulateModuleBoot } from '../../src/boot/modules.ts';
import { DEBIAN, type Entry, MODULES, nodeTree } from '../host/node-tree.ts';
import { probe } from '../host/run-probe.ts';
import { SHELLS, titleOf } from '../host/shells.ts';

/** Newer, and of the same flavour. */
const NEWER = `999.${release()}`;
const CONFIG = 'CONFIG_MODULES=y\nCONFIG_BRIDGE_NETFILTER=m\nCONFIG_NF_CONNTRACK=m\n';
const UNIT = '/etc/systemd/system/kubelet.service.d/10 "$(id)".conf';
const WANTED = '/etc/systemd/system/multi-user.target.wants/kubelet.service';
const KUBELET = '/usr/lib/systemd/system/kubelet.service';
const BRIDGE_RULES = '/usr/lib/udev/rules.d/90-bridge.rules';
const RULE = 'SUBSYSTEM=="module", KERNEL=="br_netfilter", RUN+="/usr/lib/systemd/systemd-sysctl --prefix=/net/bridge"';

describe.each(SHELLS.map((shell) => ({ title: titleOf(shell), shell })))('by the probe under $title', ({ shell }) => {
  const check = test.skipIf(shell.missing !== undefined);
  const facts = (entries: Record<string, Entry>) => {
    using node = nodeTree({ ...DEBIAN, [`/boot/config-${release()}`]: CONFIG, ...entries });
    const found = probe(shell, { root: node.root });
    // The running kernel, its command line and its process 1 are those of the machine that runs the tests.
    const kernel = { ...found.kernel, loadable: true, config: {} };
    return { ...found, kernel, boot: { ...found.boot, init: 'systemd', commandLine: 'ro' }, container: null };
  };

  check('a node with the usual files has br_netfilter, and reports what it needs', () => {
    const node = facts({});
    expect(node.modules.br_netfilter?.dependencies).toEqual(['bridge', 'stp', 'llc']);
    expect(simulateModuleBoot(node, 'br_netfilter')).toMatchObject({
      present: 'before-sysctl',
      source: { file: '/etc/modules-load.d/k8s.conf', line: 2 },
    });
  });

  check('what names br_netfilter is found, whatever it is called', () => {
    const node = facts({
      '/etc/modules-load.d/k8s.conf': '',
      [UNIT]: '[Service]\nExecStartPre=/sbin/modprobe br_netfilter\n',
      [KUBELET]: '[Service]\nExecStart=/usr/bin/kubelet\n',
      [WANTED]: { link: KUBELET },
      [BRIDGE_RULES]: `# why\n${RULE}\n`,
      '/etc/udev/rules.d/link.rules': { link: BRIDGE_RULES },
      '/etc/udev/rules.d/other.rules': 'KERNEL=="sda"\n',
      '/etc/initramfs-tools/modules': '# br_netfilter is not here\next4\n',
    });
    expect(node.boot.mentions?.map(({ path }) => path).sort()).toEqual(
      [UNIT, KUBELET, '/etc/initramfs-tools/modules', '/etc/udev/rules.d/link.rules', BRIDGE_RULES].sort(),
    );
    expect(node.boot.wantedUnits).toEqual([{ unit: 'kubelet.service', by: 'multi-user.target' }]);
    expect(simulateModuleBoot(node, 'br_netfilter')).toMatchObject({
      present: 'after-sysctl',
      source: { agent: 'kubelet' },
      reapplied: { file: BRIDGE_RULES, line: 2 },
    });
  });

  check('a node without any of these directories names nothing', () => {
    expect(facts({}).boot).toMatchObject({ mentions: [], wantedUnits: [] });
  });

  check('more files that name it than are read leave it open', () => {
    const rules = Array.from({ length: 17 }, (_, i): [string, string] => [`/etc/udev/rules.d/${i}.rules`, RULE]);
    expect(facts(Object.fromEntries(rules)).boot.mentions).toBeUndefined();
  });

  check('a newer kernel without the module is what will boot', () => {
    const lib = MODULES.slice(0, -release().length);
    const node = facts({
      [`${lib}${NEWER}/modules.builtin`]: 'kernel/fs/ext4/ext4.ko\n',
      [`${lib}${NEWER}/modules.dep`]: 'kernel/net/bridge/bridge.ko.zst: kernel/net/802/stp.ko.zst\n',
      [`/boot/vmlinuz-${NEWER}`]: '',
    });
    expect(node.kernel.images).toEqual([NEWER]);
    expect(node.kernel.others).toMatchObject([
      { release: NEWER, modules: { br_netfilter: { builtin: false, file: null }, bridge: { dependencies: ['stp'] } } },
    ]);
    expect(simulateModuleBoot(node, 'br_netfilter')).toMatchObject({ present: 'never', kernel: NEWER });
  });

  check("OpenRC's runlevels tell whether modules are loaded", () => {
    const link = { link: '/etc/init.d/modules' };
    const node = facts({
      '/etc/runlevels/boot/modules': link,
      '/etc/runlevels/boot/hwclock': link,
      '/etc/modules': 'br_netfilter\n',
    });
    expect(node.boot.runlevels).toEqual(['boot/modules']);
    const alpine = { ...node, os: { id: 'alpine' }, boot: { ...node.boot, init: 'init' } };
    expect(simulateModuleBoot(alpine, 'br_netfilter')).toMatchObject({
      present: 'before-sysctl',
      source: { file: '/etc/modules', line: 1 },
    });
  });
});
