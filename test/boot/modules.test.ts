import { describe, expect, test } from 'vitest';
import type { AgentProfile } from '../../src/boot/agents.ts';
import type { ModuleBoot, ModuleBootFacts } from '../../src/boot/module-boot.ts';
import { simulateModuleBoot } from '../../src/boot/modules.ts';
import type { BootInputs, ConfigFile, KernelFacts, ModuleFacts } from '../../src/facts/facts.ts';
import { facts, file, mask, ON_DISK } from './made-up-node.ts';

const NOT_SHIPPED: Readonly<Record<string, ModuleFacts>> = {
  br_netfilter: { builtin: false, file: null },
  bridge: { builtin: false, file: 'bridge.ko', dependencies: ['stp', 'llc'] },
};
const K8S = file('/etc/modules-load.d/k8s.conf', 'overlay', 'br_netfilter');
const LISTED = { modulesLoad: [K8S] };

const without = (key: keyof BootInputs, boot: BootInputs): ModuleBootFacts => {
  const all = facts(boot);
  const { [key]: _, ...rest } = all.boot;
  return { ...all, boot: rest };
};
const modprobe = (...lines: string[]) => ({ ...LISTED, modprobe: [file('/etc/modprobe.d/x.conf', ...lines)] });
const at = (path: string, line: number) => ({ file: path, line });
const X = '/etc/modprobe.d/x.conf';
const UNIT = '/etc/systemd/system/net.service';
const EXEC = 'ExecStartPre=-/sbin/modprobe br_netfilter';

type Case = [what: string, ModuleBootFacts, Partial<ModuleBoot>, AgentProfile?];

describe('the lists of the boot', () => {
  test.each<Case>([
    ['nothing lists it', facts({}), { present: 'never' }],
    ['a list does', facts(LISTED), { present: 'before-sysctl', source: at('/etc/modules-load.d/k8s.conf', 2) }],
    [
      'with a dash and blanks',
      facts({ modulesLoad: [file('/run/modules-load.d/a.conf', '', ' \tbr-netfilter \r')] }),
      { present: 'before-sysctl', source: at('/run/modules-load.d/a.conf', 2) },
    ],
    [
      'behind a comment sign',
      facts({
        modulesLoad: [
          file(
            '/etc/modules-load.d/a.conf',
            '#br_netfilter',
            '; br_netfilter',
            'br_netfilter # why',
            'overlay br_netfilter',
            'xbr_netfilter',
          ),
        ],
      }),
      { present: 'never' },
    ],
    [
      'the link to /etc/modules',
      facts({ modulesLoad: [{ ...file('/etc/modules-load.d/modules.conf', 'br_netfilter'), target: '../modules' }] }),
      { present: 'before-sysctl' },
    ],
    [
      '/etc/modules without a link',
      facts({ modulesLoad: [file('/etc/modules', 'br_netfilter')] }),
      { present: 'never' },
    ],
    [
      'a mask of the same name',
      facts({
        modulesLoad: [
          { ...file('/etc/modules-load.d/k8s.conf'), kind: 'mask' },
          { ...K8S, path: '/usr/lib/modules-load.d/k8s.conf' },
        ],
      }),
      { present: 'never' },
    ],
    [
      'an empty file of the same name',
      facts({
        modulesLoad: [{ ...K8S, path: '/usr/lib/modules-load.d/k8s.conf' }, file('/etc/modules-load.d/k8s.conf')],
      }),
      { present: 'never' },
    ],
    [
      'the command line',
      facts({ commandLine: 'ro modules-load=overlay,br_netfilter' }),
      { present: 'before-sysctl', source: { commandLine: 'modules-load=overlay,br_netfilter' } },
    ],
    ["the initramfs's word", facts({ commandLine: 'rd.modules_load=br-netfilter' }), { present: 'unknown' }],
    ["dracut's word", facts({ commandLine: 'rd.driver.pre=br_netfilter,overlay' }), { present: 'unknown' }],
    [
      'a masked service',
      facts({ ...LISTED, maskedUnits: ['systemd-modules-load.service'] }),
      {
        present: 'never',
        stoppedBy: {
          unit: 'systemd-modules-load.service',
          how: 'masked',
          because: 'systemd-modules-load.service is masked',
        },
      },
    ],
    [
      'a service that the command line masks',
      facts({ ...LISTED, commandLine: 'systemd.mask=systemd-modules-load' }),
      {
        present: 'never',
        stoppedBy: {
          unit: 'systemd-modules-load.service',
          how: 'masked',
          words: ['systemd.mask=systemd-modules-load'],
          because:
            'systemd-modules-load.service is masked on the kernel command line (systemd.mask=systemd-modules-load)',
        },
      },
    ],
    [
      'another masked service',
      facts({ ...LISTED, maskedUnits: ['systemd-sysctl.service'] }),
      { present: 'before-sysctl' },
    ],
  ])('%s', (_, node, expected, profile) => {
    expect(simulateModuleBoot(node, 'br_netfilter', profile)).toMatchObject(expected);
  });
});

describe('a list that names it in vain is named', () => {
  const LIST = '/etc/modules-load.d/k8s.conf';
  const VENDOR = { ...K8S, path: '/usr/lib/modules-load.d/k8s.conf' };
  test.each([
    ['with a comment behind it', [file(LIST, 'br_netfilter # x')], `${LIST}:1 names br_netfilter, but not alone`],
    [
      'with another name before it',
      [file(LIST, 'x', 'overlay br-netfilter')],
      `${LIST}:2 names br_netfilter, but not alone`,
    ],
    [
      'in a masked file',
      [mask(LIST), VENDOR],
      `${VENDOR.path}:2 names br_netfilter, but ${LIST} (a link to /dev/null)`,
    ],
    [
      'in a file that another replaces',
      [file(LIST), VENDOR],
      `${VENDOR.path}:2 names br_netfilter, but ${LIST} replaces that file`,
    ],
    [
      'in /etc/modules',
      [file('/etc/modules', 'br_netfilter')],
      '/etc/modules:1 names br_netfilter, but systemd does not',
    ],
    [
      'under another suffix',
      [file(`${LIST}.bak`, 'br_netfilter')],
      `${LIST}.bak:1 names br_netfilter, but systemd does not`,
    ],
    [
      'nowhere',
      [file(LIST, 'overlay')],
      'nothing loads it at boot: no modules-load.d file and no option on the kernel command line names br_netfilter',
    ],
  ])('%s', (_, modulesLoad, because) => {
    expect(simulateModuleBoot(facts({ modulesLoad }), 'br_netfilter')).toEqual({
      present: 'never',
      because: expect.stringContaining(because),
    });
  });
});

describe('modprobe.d', () => {
  test.each<Case>([
    [
      'a blacklist stops the list',
      facts(modprobe('', 'blacklist br-netfilter')),
      { present: 'never', stoppedBy: at(X, 2) },
    ],
    ['a blacklisted dependency does not', facts(modprobe('blacklist bridge')), { present: 'before-sysctl' }],
    [
      'modprobe.blacklist=',
      facts({ ...LISTED, commandLine: 'modprobe.blacklist=br_netfilter' }),
      { present: 'never', stoppedBy: { commandLine: 'modprobe.blacklist=br_netfilter' } },
    ],
    [
      'with a dash it denies nothing',
      facts({ ...LISTED, commandLine: 'modprobe.blacklist=br-netfilter' }),
      { present: 'before-sysctl' },
    ],
    [
      'module_blacklist=',
      facts({ ...LISTED, commandLine: 'module-blacklist=x,br_netfilter' }),
      { present: 'never', stoppedBy: { commandLine: 'module-blacklist=x,br_netfilter' } },
    ],
    [
      'of two the last counts',
      facts({ ...LISTED, commandLine: 'module_blacklist=br_netfilter module_blacklist=x' }),
      { present: 'before-sysctl' },
    ],
    [
      "behind -- it is not the kernel's",
      facts({ ...LISTED, commandLine: 'ro -- module_blacklist=br_netfilter' }),
      { present: 'before-sysctl' },
    ],
    [
      'a dependency that the kernel refuses',
      facts({ ...LISTED, commandLine: 'module_blacklist=llc' }),
      { present: 'never', stoppedBy: { commandLine: 'module_blacklist=llc' } },
    ],
    [
      'install /bin/false',
      facts(modprobe('install br_netfilter /bin/false')),
      { present: 'never', stoppedBy: at(X, 1) },
    ],
    [
      'install /bin/true',
      facts(modprobe('install br_netfilter /usr/bin/true # CIS')),
      { present: 'never', stoppedBy: at(X, 1) },
    ],
    [
      'install of a dependency, even one that says true',
      facts(modprobe('install bridge /bin/true')),
      { present: 'never', stoppedBy: at(X, 1) },
    ],
    [
      'a command that may load it',
      facts(modprobe('install br_netfilter /sbin/modprobe --ignore-install br_netfilter && /bin/true')),
      { present: 'unknown' },
    ],
    [
      "firewalld's line for another module, which loads it and applies sysctl files",
      facts(
        modprobe(
          "install br_netfilter /usr/sbin/modprobe --ignore-install br-netfilter $CMDLINE_OPTS && /usr/sbin/sysctl --quiet --pattern 'net[.]bridge.*' --system",
        ),
      ),
      { present: 'before-sysctl' },
    ],
    [
      'such a line that loads another module',
      facts(modprobe('install br_netfilter /sbin/modprobe --ignore-install bridge')),
      { present: 'unknown' },
    ],
    [
      'such a line on a condition',
      facts(modprobe('install br_netfilter [ -e /etc/x ] && /sbin/modprobe --ignore-install br_netfilter')),
      { present: 'unknown' },
    ],
    ['a command for a dependency', facts(modprobe('install llc /usr/local/bin/load-llc')), { present: 'unknown' }],
    [
      'an install line that a soft dependency sets aside',
      facts(modprobe('install br_netfilter /bin/false', 'softdep br_netfilter post: br_netfilter')),
      { present: 'before-sysctl' },
    ],
    ['a pattern', facts(modprobe('install br_* /bin/false')), { present: 'never', stoppedBy: at(X, 1) }],
    [
      'a line that is continued',
      facts(modprobe('install \\', ' br_netfilter /bin/false')),
      { present: 'never', stoppedBy: at(X, 1) },
    ],
    ['a DOS file denies nothing', facts(modprobe('blacklist br_netfilter\r')), { present: 'before-sysctl' }],
    [
      'a file that one in /etc replaces',
      facts({ ...LISTED, modprobe: [file('/usr/lib/modprobe.d/x.conf', 'blacklist br_netfilter'), file(X)] }),
      { present: 'before-sysctl' },
    ],
    [
      'a directory of the same name replaces nothing',
      facts({
        ...LISTED,
        modprobe: [{ ...file(X), kind: 'other' }, file('/usr/lib/modprobe.d/x.conf', 'blacklist br_netfilter')],
      }),
      { present: 'never' },
    ],
    [
      'its own name led elsewhere',
      facts(modprobe('alias br_netfilter off')),
      { present: 'never', stoppedBy: at(X, 1) },
    ],
    [
      'an alias in the list',
      facts({
        modulesLoad: [file('/etc/modules-load.d/a.conf', 'k8s-net')],
        modprobe: [file(X, 'alias k8s-net br_netfilter')],
      }),
      { present: 'before-sysctl', source: at('/etc/modules-load.d/a.conf', 1) },
    ],
    [
      'a listed module that draws it in',
      facts({
        modulesLoad: [file('/etc/modules-load.d/a.conf', 'bridge')],
        modprobe: [file(X, 'softdep bridge post: br_netfilter')],
      }),
      { present: 'before-sysctl', source: at('/etc/modules-load.d/a.conf', 1) },
    ],
    [
      'one that may not exist',
      facts({
        modulesLoad: [file('/etc/modules-load.d/a.conf', 'foo')],
        modprobe: [file(X, 'softdep foo pre: br_netfilter')],
      }),
      { present: 'unknown' },
    ],
    [
      'a listed name with a command that names it',
      facts({
        modulesLoad: [file('/etc/modules-load.d/a.conf', 'foo')],
        modprobe: [file(X, 'install foo /sbin/modprobe br_netfilter')],
      }),
      { present: 'unknown' },
    ],
  ])('%s', (_, node, expected, profile) => {
    expect(simulateModuleBoot(node, 'br_netfilter', profile)).toMatchObject(expected);
  });
});

describe('agents, units and other ways', () => {
  const wanted = (...units: string[]) => units.map((unit) => ({ unit, by: 'multi-user.target' }));
  const unit = (line: string, enabled = ['net.service']) =>
    facts({ mentions: [file(UNIT, '[Service]', line)], wantedUnits: wanted(...enabled) });
  test.each<Case>([
    ['k3s', facts({}), { present: 'after-sysctl', source: { agent: 'k3s' } }, { distribution: 'k3s' }],
    [
      'k3s, though it is denied by a blacklist',
      facts({ modprobe: [file(X, 'blacklist br_netfilter')] }),
      { present: 'after-sysctl' },
      { distribution: 'k3s' },
    ],
    [
      'k3s, and modprobe runs another command',
      facts({ modprobe: [file(X, 'install br_netfilter /bin/true')] }),
      { present: 'never' },
      { distribution: 'k3s' },
    ],
    ['kube-router', facts({}), { present: 'after-sysctl', source: { agent: 'kube-router' } }, { cni: 'kube-router' }],
    ['a list goes before an agent', facts(LISTED), { present: 'before-sysctl' }, { distribution: 'rke2' }],
    ['flannel loads nothing', facts({}), { present: 'never' }, { cni: 'flannel' }],
    ['an enabled unit', unit(EXEC), { present: 'after-sysctl', source: { agent: 'net.service' } }],
    ['a unit that nothing is known to want', unit(EXEC, []), { present: 'unknown' }],
    [
      'a second name is a parameter without -a',
      unit('ExecStart=/sbin/modprobe overlay br_netfilter'),
      { present: 'never' },
    ],
    ['-a', unit('ExecStart=/usr/sbin/modprobe -a overlay br-netfilter'), { present: 'after-sysctl' }],
    ['a shell', unit('ExecStart=/bin/sh -c "modprobe br_netfilter"'), { present: 'after-sysctl' }],
    [
      'a drop-in of the kubelet',
      facts({
        mentions: [
          file('/etc/systemd/system/kubelet.service.d/9.conf', EXEC),
          file('/usr/lib/systemd/system/kubelet.service', 'ExecStart=/usr/bin/kubelet'),
        ],
        wantedUnits: wanted('kubelet.service'),
      }),
      { present: 'after-sysctl', source: { agent: 'kubelet' } },
    ],
    [
      'modules are forbidden after the sysctls',
      facts({ sysctl: [file('/etc/sysctl.d/z.conf', 'kernel.modules_disabled = 1')] }),
      { present: 'never', stoppedBy: at('/etc/sysctl.d/z.conf', 1) },
      { distribution: 'k3s' },
    ],
    [
      'a udev rule that loads it',
      facts({ mentions: [file('/etc/udev/rules.d/a.rules', 'KERNEL=="bridge", RUN+="/sbin/modprobe br_netfilter"')] }),
      { present: 'unknown' },
    ],
    [
      'a udev rule that sets sysctls loads nothing',
      facts({
        mentions: [
          file(
            '/etc/udev/rules.d/a.rules',
            'KERNEL=="br_netfilter", RUN+="/lib/systemd/systemd-sysctl --prefix=/net/bridge"',
          ),
        ],
      }),
      { present: 'never' },
    ],
    [
      'what the initramfs is built from',
      facts({ mentions: [file('/etc/initramfs-tools/modules', 'br_netfilter')] }),
      { present: 'unknown' },
    ],
  ])('%s', (_, node, expected, profile) => {
    expect(simulateModuleBoot(node, 'br_netfilter', profile)).toMatchObject(expected);
  });

  test('a udev rule sets the sysctls again when an agent loads the module', () => {
    const rule = file(
      '/etc/udev/rules.d/a.rules',
      'KERNEL=="br_netfilter", RUN+="/lib/systemd/systemd-sysctl --prefix=/net/bridge"',
    );
    expect(simulateModuleBoot(facts({ mentions: [rule] }), 'br_netfilter', { distribution: 'k3s' }).reapplied).toEqual(
      at(rule.path, 1),
    );
  });
});

describe('kernels', () => {
  const kernel = (changes: Partial<KernelFacts>, boot: BootInputs = LISTED, modules = ON_DISK) =>
    facts(boot, { modules, kernel: { ...facts({}).kernel, ...changes } });
  const two = (others: Readonly<Record<string, ModuleFacts>>, changes: Partial<KernelFacts> = {}) => {
    const release = '6.1.0-10-amd64';
    const both = ['6.1.0-9-amd64', release];
    return kernel({ installed: both, images: both, others: [{ release, modules: others }], ...changes });
  };
  const between = (release: string, other: string, others: Readonly<Record<string, ModuleFacts>>) =>
    kernel({
      release,
      installed: [other, release],
      images: [other, release],
      others: [{ release: other, modules: others }],
    });
  const replacing = {
    installed: ['6.1.0-9-amd64', '6.5-rt'],
    others: [{ release: '6.5-rt', modules: ON_DISK, moduleList: true }],
  };
  test.each<Case>([
    ['built in', kernel({}, {}, { br_netfilter: { builtin: true, file: null } }), { present: 'before-sysctl' }],
    [
      'built in, by the configuration',
      kernel({ config: { CONFIG_BRIDGE_NETFILTER: 'y' } }, {}, {}),
      { present: 'before-sysctl' },
    ],
    [
      'built in, though denied and refused',
      facts(
        { ...modprobe('blacklist br_netfilter'), commandLine: 'module_blacklist=br_netfilter' },
        { modules: { br_netfilter: { builtin: true } } },
      ),
      { present: 'before-sysctl' },
    ],
    [
      'at work without a list',
      facts(
        {},
        {
          modules: { br_netfilter: { loaded: false } },
          sysctls: { 'net.bridge.bridge-nf-call-iptables': { is: 'value', value: '1' } },
        },
      ),
      { present: 'before-sysctl' },
    ],
    ['not shipped', kernel({}, LISTED, NOT_SHIPPED), { present: 'never' }],
    ['a kernel that loads nothing', kernel({ loadable: false }), { present: 'never' }],
    ['a newer one that has it too', two(ON_DISK), { present: 'before-sysctl', kernel: '6.1.0-10-amd64' }],
    ['a newer one without it', two(NOT_SHIPPED), { present: 'never', kernel: '6.1.0-10-amd64' }],
    [
      'a newer one of another flavour without it',
      two(
        {},
        {
          installed: ['6.1.0-9-amd64', '6.5-rt'],
          images: ['6.1.0-9-amd64', '6.5-rt'],
          others: [{ release: '6.5-rt', modules: NOT_SHIPPED }],
        },
      ),
      { present: 'unknown' },
    ],
    ['a newer one that was removed', two(NOT_SHIPPED, { images: ['6.1.0-9-amd64'] }), { present: 'before-sysctl' }],
    [
      'more of them than were looked at',
      kernel({ installedCut: true }),
      { present: 'unknown', because: expect.stringContaining('more kernels') },
    ],
    [
      'a newer one that was not read',
      kernel({ installed: ['6.1.0-9-amd64', '6.1.0-10-amd64'] }),
      { present: 'unknown' },
    ],
    ['an older one', kernel({ installed: ['5.10.0-1-amd64', '6.1.0-9-amd64'] }), { present: 'before-sysctl' }],
    [
      "an older one of RHEL 8, of the minor release's beginning",
      between('4.18.0-348.2.1.el8_5.x86_64', '4.18.0-348.el8.x86_64', NOT_SHIPPED),
      { present: 'before-sysctl' },
    ],
    [
      'a newer one of RHEL 9 without it',
      between('5.14.0-70.el9.x86_64', '5.14.0-70.13.1.el9_0.x86_64', NOT_SHIPPED),
      { present: 'never', kernel: '5.14.0-70.13.1.el9_0.x86_64' },
    ],
    [
      'one that replaced the running one',
      two(ON_DISK, { modulesDirectory: false, installed: ['6.1.0-10-amd64'] }),
      { present: 'before-sysctl', kernel: '6.1.0-10-amd64' },
    ],
    [
      'one that replaced the running one, of which a directory is left',
      kernel({ ...replacing, images: ['6.5-rt'], moduleList: false }, LISTED, {}),
      { present: 'before-sysctl', kernel: '6.5-rt' },
    ],
    [
      'the same, but modules.dep could not be read',
      kernel({ ...replacing, images: ['6.5-rt'] }, LISTED, {}),
      { present: 'unknown' },
    ],
    ...(
      [
        ['masked', { maskedUnits: ['systemd-modules-load.service'] }, 'is masked'],
        ['missing', { absentUnits: ['systemd-modules-load.service'] }, 'there is no systemd-modules-load.service'],
      ] as const
    ).map(
      ([what, units, says]): Case => [
        `no list of modules, a module alone on its line, and the service that reads the line ${what}`,
        kernel({ moduleList: false }, { ...LISTED, ...units }, {}),
        {
          present: 'unknown',
          because: expect.stringMatching(
            `^/lib/modules/6.1.0-9-amd64 has no modules.dep; from what was read: /etc/modules-load.d/k8s.conf:2 lists br_netfilter, but .*${says}`,
          ),
        },
      ],
    ),
    [
      'the same, but the image is still there',
      kernel({ ...replacing, images: ['6.1.0-9-amd64', '6.5-rt'], moduleList: false }, LISTED, {}),
      { present: 'unknown', because: expect.stringContaining('/lib/modules/6.1.0-9-amd64 has no modules.dep') },
    ],
  ])('%s', (_, node, expected, profile) => {
    expect(simulateModuleBoot(node, 'br_netfilter', profile)).toMatchObject(expected);
  });
});

describe('systems', () => {
  const alpine = (runlevels: string[], boot: BootInputs = {}) =>
    facts({ init: 'init', runlevels, ...boot }, { os: { id: 'alpine' } });
  test.each<Case>([
    ['a container', facts(LISTED, { container: 'docker' }), { present: 'unknown' }],
    ['Talos', facts({}, { os: { id: 'talos' } }), { present: 'before-sysctl', source: { agent: 'machined' } }],
    ['Talos in a container', facts({}, { os: { id: 'talos' }, container: 'docker' }), { present: 'unknown' }],
    ['NixOS that lists it', facts(LISTED, { os: { id: 'nixos' } }), { present: 'before-sysctl' }],
    ['NixOS that does not', facts({}, { os: { id: 'nixos' } }), { present: 'unknown' }],
    ['COS, whose /etc is new at each boot', facts(LISTED, { os: { id: 'cos' } }), { present: 'unknown' }],
    [
      "Flatcar's own list",
      facts({ modulesLoad: [{ ...K8S, path: '/usr/lib/modules-load.d/k8s.conf' }] }, { os: { id: 'flatcar' } }),
      { present: 'before-sysctl' },
    ],
    [
      'an empty list, as Amazon ships it',
      facts({ modulesLoad: [file('/etc/modules-load.d/containerd.conf')] }, { os: { id: 'amzn' } }),
      { present: 'never' },
    ],
    ['another init', facts({ ...LISTED, init: 'runit' }), { present: 'unknown' }],
    ['another init, but an agent', facts({ init: 'runit' }), { present: 'some-time' }, { distribution: 'k0s' }],
    [
      'Alpine',
      alpine(['boot/modules'], { modulesLoad: [file('/etc/modules', 'br_netfilter')] }),
      { present: 'before-sysctl', source: at('/etc/modules', 1) },
    ],
    [
      'Alpine with arguments and a comment',
      alpine(['boot/modules'], {
        modulesLoad: [file('/lib/modules-load.d/a.conf', 'overlay', '  br-netfilter x=1 # y')],
      }),
      { present: 'before-sysctl' },
    ],
    [
      'Alpine without the service',
      alpine(['boot/sysctl'], { modulesLoad: [file('/etc/modules', 'br_netfilter')] }),
      {
        present: 'never',
        stoppedBy: { unit: 'modules', how: 'in no runlevel', because: 'the service modules is in no runlevel' },
      },
    ],
    [
      'Alpine asks by name, which a blacklist does not stop',
      alpine(['boot/modules'], {
        modulesLoad: [file('/etc/modules', 'br_netfilter')],
        modprobe: [file(X, 'blacklist br_netfilter')],
      }),
      { present: 'before-sysctl' },
    ],
    [
      "Alpine's modprobe may not know install lines",
      alpine(['boot/modules'], {
        modulesLoad: [file('/etc/modules', 'br_netfilter')],
        modprobe: [file(X, 'install br_netfilter /bin/false')],
      }),
      { present: 'unknown' },
    ],
  ])('%s', (_, node, expected, profile) => {
    expect(simulateModuleBoot(node, 'br_netfilter', profile)).toMatchObject(expected);
  });
});

describe('what was not read', () => {
  const cut = (path: string, ...lines: string[]): ConfigFile => ({ ...file(path, ...lines), truncated: true });
  test.each<Case>([
    ['process 1', without('init', LISTED), { present: 'unknown' }],
    ['modules-load.d', without('modulesLoad', {}), { present: 'unknown' }],
    ['modprobe.d', without('modprobe', LISTED), { present: 'unknown' }],
    ['the command line', without('commandLine', LISTED), { present: 'unknown' }],
    ['units and rules', without('mentions', {}), { present: 'unknown' }],
    ['units and rules, but it is listed', without('mentions', LISTED), { present: 'before-sysctl' }],
    [
      'modprobe.d, but the kernel refuses it',
      without('modprobe', { ...LISTED, commandLine: 'module_blacklist=br_netfilter' }),
      { present: 'never' },
    ],
    ["the kernel's modules", facts(LISTED, { modules: {} }), { present: 'unknown' }],
    [
      'a list that was cut',
      facts({ modulesLoad: [cut('/etc/modules-load.d/a.conf', 'overlay')] }),
      { present: 'unknown' },
    ],
    [
      'a list that was cut behind it',
      facts({ modulesLoad: [cut('/etc/modules-load.d/a.conf', 'br_netfilter')] }),
      { present: 'before-sysctl' },
    ],
    [
      'an unreadable list',
      facts({ modulesLoad: [{ ...file('/etc/modules-load.d/a.conf'), kind: 'unreadable' }] }),
      { present: 'unknown' },
    ],
    [
      'an unreadable directory, which may replace the list',
      facts({
        modulesLoad: [
          { ...file('/etc/modules-load.d'), kind: 'unreadable' },
          { ...K8S, path: '/usr/lib/modules-load.d/k8s.conf' },
        ],
      }),
      { present: 'unknown' },
    ],
    [
      'an unreadable modprobe.d file',
      facts({ ...LISTED, modprobe: [{ ...file(X), kind: 'unreadable' }] }),
      { present: 'unknown' },
    ],
  ])('%s', (_, node, expected, profile) => {
    const { because, ...answer } = simulateModuleBoot(node, 'br_netfilter', profile);
    expect(answer).toMatchObject(expected);
    expect(because).not.toBe('');
  });
});

describe('nf_conntrack', () => {
  test.each<Case>([
    ['is loaded on demand', facts({}), { present: 'after-sysctl' }],
    [
      'a blacklist does not stop what needs it',
      facts({ modprobe: [file(X, 'blacklist nf_conntrack')] }),
      { present: 'after-sysctl' },
    ],
    [
      'install /bin/false does',
      facts({ modprobe: [file(X, 'install nf_conntrack /bin/false')] }),
      { present: 'never', stoppedBy: at(X, 1) },
    ],
    [
      'so does the kernel',
      facts({ commandLine: 'module_blacklist=nf_conntrack' }),
      { present: 'never', stoppedBy: { commandLine: 'module_blacklist=nf_conntrack' } },
    ],
    [
      'a dependency counts',
      facts({ modprobe: [file(X, 'install nf_defrag_ipv4 /bin/true')] }),
      { present: 'never', stoppedBy: at(X, 1) },
    ],
    ['process 1 does not matter', without('init', {}), { present: 'after-sysctl' }],
    [
      'modules are forbidden',
      facts({ sysctl: [file('/etc/sysctl.d/z.conf', 'kernel/modules_disabled=1')] }),
      { present: 'never' },
    ],
    [
      'modules are forbidden once a list has loaded it',
      facts({
        modulesLoad: [file(K8S.path, 'br_netfilter', 'nf-conntrack')],
        sysctl: [file('/etc/sysctl.d/z.conf', 'kernel/modules_disabled=1')],
      }),
      { present: 'before-sysctl', source: at(K8S.path, 2) },
    ],
    [
      'modules are forbidden, and what reads the lists is switched off',
      facts({
        modulesLoad: [file(K8S.path, 'nf_conntrack')],
        sysctl: [file('/etc/sysctl.d/z.conf', 'kernel/modules_disabled=1')],
        maskedUnits: ['systemd-modules-load.service'],
      }),
      { present: 'never' },
    ],
  ])('%s', (_, node, expected) => {
    expect(simulateModuleBoot(node, 'nf_conntrack')).toMatchObject(expected);
  });
});

test('file names and lines of a node are told as they are, and shortened', () => {
  const odd = '/etc/modules-load.d/"$(id)`\n\u001b[31m.conf';
  const { source, because } = simulateModuleBoot(facts({ modulesLoad: [file(odd, 'br_netfilter')] }), 'br_netfilter');
  expect(source).toEqual(at(odd, 1));
  const long = simulateModuleBoot(facts(modprobe(`install br_netfilter ${'x'.repeat(5000)}`)), 'br_netfilter');
  expect(because.length + long.because.length).toBeLessThan(1000);
});

describe('large and hostile files', () => {
  const rules = (count: number, pattern: string) =>
    Array.from({ length: count }, (_, i) => file(`/etc/modprobe.d/${i}.conf`, `alias ${pattern}${i} br_netfilter`));

  test('a thousand files are gone through', () => {
    expect(simulateModuleBoot(facts({ ...LISTED, modprobe: rules(1000, 'net-pf-') }), 'br_netfilter').present).toBe(
      'before-sysctl',
    );
  });

  test.each([
    [
      'patterns that are slow to match',
      {
        modulesLoad: [file('/etc/modules-load.d/a.conf', 'a'.repeat(1000), 'br_netfilter')],
        modprobe: rules(5000, '*a'.repeat(200)),
      },
    ],
    [
      'soft dependencies on everything',
      { ...LISTED, modprobe: [...rules(5000, 'x'), file(X, `softdep br_netfilter pre: ${'y '.repeat(100_000)}`)] },
    ],
  ])('%s are not', (_, boot) => {
    expect(simulateModuleBoot(facts(boot), 'br_netfilter').present).toBe('unknown');
  });
});
