import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stripScript } from '../../src/probe/embed.ts';
import { DEBIAN, type Entry, MODULES, nodeTree } from './node-tree.ts';
import { PROBE_SCRIPT, probe, runProbe } from './run-probe.ts';
import { SHELLS, titleOf } from './shells.ts';

const unreadableLib = (name: string) => ({ path: `/lib/${name}`, kind: 'unreadable', lines: [] });
const isRoot = process.getuid?.() === 0;

/** Every path below a directory with what a write would change. */
function snapshot(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => {
    const stat = statSync(join(root, name), { throwIfNoEntry: false });
    return `${name} ${stat?.size} ${stat?.mtimeMs} ${stat?.mode}`;
  });
}

describe.each(SHELLS.map((shell) => ({ title: titleOf(shell), shell })))('the probe under $title', ({ shell }) => {
  const check = test.skipIf(shell.missing !== undefined);
  const bootOf = (entries: Record<string, Entry>) => {
    using node = nodeTree(entries);
    return probe(shell, { root: node.root }).boot;
  };

  check('reads an ordinary Debian node and changes nothing on it', () => {
    using node = nodeTree(DEBIAN);
    const before = snapshot(node.root);
    const facts = probe(shell, { root: node.root });
    expect(snapshot(node.root)).toEqual(before);
    expect(facts.os).toEqual({ id: 'debian', versionId: '12', prettyName: 'Debian GNU/Linux 12 (bookworm)' });
    expect(facts.cni).toEqual({ file: '/etc/cni/net.d/10-flannel.conflist', plugins: ['flannel', 'portmap'] });
    expect(facts.kernel).toMatchObject({ release: release(), modulesDirectory: true, installed: [release()] });
    expect(facts.modules).toMatchObject({
      br_netfilter: { builtin: false, file: 'kernel/net/bridge/br_netfilter.ko' },
      nf_conntrack: { builtin: false, file: 'kernel/net/netfilter/nf_conntrack.ko' },
      ipv6: { builtin: true, file: null },
    });
    expect(facts.boot.maskedUnits).toEqual([]);
    expect(facts.boot.modprobe).toEqual([
      { path: '/etc/modprobe.d/intel-microcode-blacklist.conf', kind: 'file', lines: [] },
      { path: '/usr/lib/modprobe.d/aliases.conf', kind: 'file', lines: [{ number: 3, text: 'alias net-pf-10 ipv6' }] },
    ]);
    expect(facts.boot.modulesLoad).toEqual([
      {
        path: '/etc/modules-load.d/k8s.conf',
        kind: 'file',
        lines: [
          { number: 1, text: 'overlay' },
          { number: 2, text: 'br_netfilter' },
        ],
      },
      { path: '/etc/modules-load.d/modules.conf', kind: 'file', target: '../modules', lines: [] },
      { path: '/etc/modules', kind: 'file', lines: [] },
    ]);
    expect(facts.boot.sysctl).toEqual([
      { path: '/etc/sysctl.d/99-sysctl.conf', kind: 'file', target: '../sysctl.conf', lines: [] },
      {
        path: '/etc/sysctl.d/k8s.conf',
        kind: 'file',
        lines: [
          { number: 1, text: 'net.bridge.bridge-nf-call-iptables  = 1' },
          { number: 2, text: 'net.bridge.bridge-nf-call-ip6tables = 1' },
          { number: 3, text: 'net.ipv4.ip_forward = 1' },
        ],
      },
      {
        path: '/usr/lib/sysctl.d/50-default.conf',
        kind: 'file',
        lines: [
          { number: 3, text: 'net.ipv4.conf.default.rp_filter = 2' },
          { number: 4, text: 'net.ipv4.conf.*.rp_filter = 2' },
          { number: 5, text: '-net.ipv4.conf.all.rp_filter' },
          { number: 6, text: '-net.ipv4.ping_group_range = 0 2147483647' },
        ],
      },
      { path: '/usr/lib/sysctl.d/50-pid-max.conf', kind: 'file', lines: [] },
      { path: '/usr/lib/sysctl.d/99-protect-links.conf', kind: 'file', lines: [] },
      { path: '/etc/sysctl.conf', kind: 'file', lines: [] },
    ]);
    expect(facts.dropped).toEqual([]);
  });

  check('says the same after its comments and indentation are stripped', () => {
    using node = nodeTree(DEBIAN);
    expect(runProbe(shell, { root: node.root, text: stripScript(PROBE_SCRIPT) })).toBe(
      runProbe(shell, { root: node.root }),
    );
  });

  check.each(['ko', 'ko.gz', 'ko.xz', 'ko.zst'])('finds modules by either spelling in modules.dep as .%s', (suffix) => {
    using node = nodeTree({
      [`${MODULES}/modules.dep`]: `updates/br-netfilter.${suffix}: kernel/nf_conntrack.${suffix}\nx/my_bridge.${suffix}:\n`,
      [`${MODULES}/modules.builtin`]: 'kernel/nf-conntrack.ko\nkernel/net/ipv6/ipv6.ko.old\n',
    });
    expect(probe(shell, { root: node.root }).modules).toMatchObject({
      br_netfilter: { builtin: false, file: `updates/br-netfilter.${suffix}` },
      nf_conntrack: { builtin: true, file: null },
      bridge: { builtin: false, file: null },
      ipv6: { builtin: false, file: null },
    });
  });

  check('reads nothing of /run in an image: its boot begins with an empty one', () => {
    using node = nodeTree({
      '/run/sysctl.d/zz.conf': 'net.ipv4.ip_forward = 0\n',
      '/run/modules-load.d/a.conf': 'br_netfilter\n',
      '/run/systemd/system/systemd-sysctl.service': { link: '/dev/null' },
      '/etc/sysctl.d/k8s.conf': 'net.ipv4.ip_forward = 1\n',
    });
    const read = (mode: string) => {
      const { sysctl, modulesLoad, maskedUnits } = probe(shell, { root: node.root, mode }).boot;
      return [...(sysctl ?? []), ...(modulesLoad ?? [])].map(({ path }) => path).concat(maskedUnits ?? []);
    };
    expect(read('image')).toEqual(['/etc/sysctl.d/k8s.conf']);
    expect(read('local')).toEqual([
      '/etc/sysctl.d/k8s.conf',
      '/run/sysctl.d/zz.conf',
      '/run/modules-load.d/a.conf',
      'systemd-sysctl.service',
    ]);
  });

  check('tells another installed kernel from the running one', () => {
    using node = nodeTree({ '/lib/modules/1.2.3-upgraded/modules.dep': 'kernel/br_netfilter.ko:\n' });
    const { kernel, modules } = probe(shell, { root: node.root });
    expect(kernel).toMatchObject({ modulesDirectory: false, installed: ['1.2.3-upgraded'] });
    expect(modules.br_netfilter).not.toHaveProperty('file');
    expect(modules.br_netfilter).not.toHaveProperty('builtin');
  });

  check('tells a kernel without modules.dep from one whose modules.dep it cannot read', () => {
    using node = nodeTree({
      [`${MODULES}/modules.builtin`]: '',
      '/usr/lib/modules/1-listed/modules.dep': '',
      '/usr/lib/modules/2-binary/modules.dep.bin': '',
      '/usr/lib/modules/3-secret/modules.dep': { secret: '' },
      '/usr/lib/modules/4-directory/modules.dep/x': '',
      '/usr/lib/modules/5-empty/x': '',
    });
    const uid = isRoot ? { uid: 65_534 } : {};
    const { kernel } = probe(shell, { root: node.root, ...uid });
    expect(kernel.moduleList).toBe(false);
    expect(kernel.others?.map(({ release: name, moduleList }) => [name, moduleList])).toEqual([
      ['1-listed', true],
      ['2-binary', undefined],
      ['3-secret', undefined],
      ['4-directory', undefined],
      ['5-empty', false],
    ]);
  });

  check('follows links below the root only', () => {
    using node = nodeTree({
      '/etc/os-release': { link: '/etc/static/os-release' },
      '/etc/static': { link: '/nix/store/etc' },
      '/nix/store/etc/os-release': 'ID=nixos\n',
      '/nix/store/etc/sysctl.d/60-nixos.conf': 'net.ipv4.ip_forward=1\n',
      '/etc/sysctl.d/60-nixos.conf': { link: '/etc/static/sysctl.d/60-nixos.conf' },
      '/etc/sysctl.d/up.conf': { link: '../../../../../../../nix/../nix/store/etc/sysctl.d/./60-nixos.conf' },
      '/etc/sysctl.d/outside.conf': { link: '/proc/version' },
    });
    const { os, boot } = probe(shell, { root: node.root });
    expect(os).toEqual({ id: 'nixos' });
    const lines = [{ number: 1, text: 'net.ipv4.ip_forward=1' }];
    expect(boot.sysctl).toEqual([
      { path: '/etc/sysctl.d/60-nixos.conf', kind: 'file', target: '/etc/static/sysctl.d/60-nixos.conf', lines },
      { path: '/etc/sysctl.d/outside.conf', kind: 'other', target: '/proc/version', lines: [] },
      {
        path: '/etc/sysctl.d/up.conf',
        kind: 'file',
        target: '../../../../../../../nix/../nix/store/etc/sysctl.d/./60-nixos.conf',
        lines,
      },
    ]);
  });

  check('lists masks, loops, dangling links, directories and FIFOs without opening them', () => {
    using node = nodeTree({
      '/etc/sysctl.d/1-mask.conf': { link: '/dev/null' },
      '/etc/sysctl.d/2-mask.conf': { link: '../../dev/null' },
      '/etc/sysctl.d/3-loop.conf': { link: '4-loop.conf' },
      '/etc/sysctl.d/4-loop.conf': { link: '3-loop.conf' },
      '/etc/sysctl.d/5-gone.conf': { link: '/etc/nothing' },
      '/etc/sysctl.d/6-directory.conf': { directory: true },
      '/etc/sysctl.d/8-empty.conf': '',
      '/etc/sysctl.d/9-readme': 'net.ipv4.ip_forward=0\n',
      '/usr/lib/sysctl.d/1-mask.conf': 'net.ipv4.ip_forward=0',
      '/lib': { link: '/usr/lib' },
    });
    execFileSync('mkfifo', [join(node.root, '/etc/sysctl.d/7-fifo.conf')]);
    const kinds = probe(shell, { root: node.root }).boot.sysctl?.map((file) => [
      file.path,
      file.kind,
      file.lines.length,
    ]);
    expect(kinds).toEqual([
      ['/etc/sysctl.d/1-mask.conf', 'mask', 0],
      ['/etc/sysctl.d/2-mask.conf', 'mask', 0],
      ['/etc/sysctl.d/3-loop.conf', 'other', 0],
      ['/etc/sysctl.d/4-loop.conf', 'other', 0],
      ['/etc/sysctl.d/5-gone.conf', 'other', 0],
      ['/etc/sysctl.d/6-directory.conf', 'other', 0],
      ['/etc/sysctl.d/7-fifo.conf', 'other', 0],
      ['/etc/sysctl.d/8-empty.conf', 'file', 0],
      // Nobody applies it: it is read so that a line in it can be named as misplaced.
      ['/etc/sysctl.d/9-readme', 'file', 1],
      ['/usr/lib/sysctl.d/1-mask.conf', 'file', 1],
    ]);
  });

  check('takes any file name for a name and nothing else', () => {
    const names = [
      '$(touch pwned).conf',
      "it's.conf",
      '"; exit.conf',
      'new\nn own\nn end.conf',
      '-n.conf',
      '*.conf',
      'ä b.conf',
      '%41.conf',
    ];
    const boot = bootOf(Object.fromEntries(names.map((name) => [`/etc/sysctl.d/${name}`, 'net.x=1\n'])));
    expect(boot.sysctl?.map((file) => file.path).sort()).toEqual(names.map((name) => `/etc/sysctl.d/${name}`).sort());
    expect(boot.sysctl?.every((file) => file.lines.length === 1)).toBe(true);
  });

  check('takes any content for content', () => {
    const boot = bootOf({
      '/etc/sysctl.d/a.conf': 'n own\nn end\ns end\nnp 1\n\ns + /etc/forged\nnet.ipv4.ip_forward=1',
      '/etc/sysctl.d/b.conf': Buffer.from('net.a=1\0net.b=2\r\n\r\n  # x\n\xff\xfenet.c=\xe4\n', 'latin1'),
      '/etc/sysctl.d/c.conf': `net.long=${'x'.repeat(9000)}\n`,
    });
    expect(boot.sysctl).toEqual([
      {
        path: '/etc/sysctl.d/a.conf',
        kind: 'file',
        lines: [
          { number: 1, text: 'n own' },
          { number: 2, text: 'n end' },
          { number: 3, text: 's end' },
          { number: 4, text: 'np 1' },
          { number: 6, text: 's + /etc/forged' },
          { number: 7, text: 'net.ipv4.ip_forward=1' },
        ],
      },
      {
        path: '/etc/sysctl.d/b.conf',
        kind: 'file',
        lines: [
          { number: 1, text: 'net.a=1\rnet.b=2\r' },
          { number: 4, text: '\ufffd\ufffdnet.c=\ufffd' },
        ],
      },
      { path: '/etc/sysctl.d/c.conf', kind: 'file', lines: [{ number: 1, text: `net.long=${'x'.repeat(9000)}` }] },
    ]);
  });

  check('leaves out lines of other subsystems, and never one that could matter', () => {
    const kept = [
      'net/ipv4/ip_forward = 0',
      ' \t- net.ipv4.ip_forward=0',
      'n*.ipv4.ip_forward=0',
      '*/ip_forward=0',
      'kernel.modules_disabled=1',
      'kernel/*=1',
      'vm/../net/ipv4/ip_forward=0',
      'vm.swappiness=1\rnet.ipv4.ip_forward=0',
      '# note\rnet.ipv4.ip_forward=0',
      'net.ipv4.conf.eth0.forwarding=0',
      'net.netfilter.nf_conntrack_max=1',
      'netfilter',
      'kernelx.a=1',
    ];
    const gone = [
      'vm.swappiness=net.ipv4.ip_forward',
      ' kernel/panic = 10',
      '-fs.file-max=1',
      'net.core.somaxconn = 1',
      'net/ipv4/tcp_syncookies=1',
      'net.ipv4.neigh.default.gc_thresh1=1',
      'net.ipv6.icmp.ratelimit=1',
      '# net.ipv4.ip_forward=0',
      '\t; net.ipv4.ip_forward=0',
      ' \t',
    ];
    const boot = bootOf({ '/etc/sysctl.d/x.conf': [...gone, ...kept, ...gone].join('\n') });
    expect(boot.sysctl?.[0]?.lines.map((line) => line.text)).toEqual(kept);
  });

  check('leaves out modprobe.d lines of other modules, but not from a file with a continued line', () => {
    const kept = [
      'install br-netfilter /bin/false',
      'blacklist br_netfilter',
      'options nf_conntrack hashsize=1',
      'alias net-pf-10 off',
      'install * /bin/true',
      'softdep x pre: llc',
    ];
    const boot = bootOf({
      [`${MODULES}/modules.dep`]: 'net/br_netfilter.ko: net/bridge.ko net/stp.ko net/llc.ko\nsound/snd.ko: x.ko\n',
      '/etc/modprobe.d/a.conf': ['# br_netfilter', 'blacklist pcspkr', ...kept, 'options snd index=0'].join('\n'),
      '/etc/modprobe.d/b.conf': '# comment \\\nblacklist br_netfilter\n\nblacklist pcspkr\n',
    });
    expect(boot.modprobe?.map((file) => file.lines)).toEqual([
      kept.map((text, index) => ({ number: index + 3, text })),
      [
        { number: 1, text: '# comment \\' },
        { number: 2, text: 'blacklist br_netfilter' },
        { number: 3, text: '' },
        { number: 4, text: 'blacklist pcspkr' },
      ],
    ]);
  });

  check('keeps all modprobe.d lines where it is not known what the modules need', () => {
    const boot = bootOf({
      [`${MODULES}/modules.dep.bin`]: 'x',
      '/etc/modprobe.d/a.conf': '# br_netfilter\nblacklist pcspkr\n',
    });
    expect(boot.modprobe?.map((file) => file.lines)).toEqual([[{ number: 2, text: 'blacklist pcspkr' }]]);
  });

  check('reads 64 KiB of a file at most, and says so', () => {
    const boot = bootOf({
      '/etc/sysctl.d/big.conf': `net.first=1\n${'net.second=2\n'.repeat(800_000)}`,
      '/etc/sysctl.d/just.conf': `#${'x'.repeat(65_532)}\nab`,
      '/etc/sysctl.d/line.conf': 'x'.repeat(65_537),
      '/etc/sysctl.d/zeros.conf': { size: 10_000_000 },
    });
    const [big, just, line, zeros] = boot.sysctl ?? [];
    expect(big).toMatchObject({ kind: 'file', truncated: true });
    expect(new Set(big?.lines.map(({ text }) => text))).toEqual(new Set(['net.first=1', 'net.second=2']));
    expect(just).toEqual({ path: '/etc/sysctl.d/just.conf', kind: 'file', lines: [{ number: 2, text: 'ab' }] });
    expect(line).toMatchObject({ truncated: true, lines: [] });
    expect(zeros).toMatchObject({ truncated: true, lines: [] });
  });

  check('leaves a directory of 5000 files out, and says so', () => {
    const many = Array.from({ length: 5000 }, (_, index) => [`/etc/sysctl.d/${index}.conf`, 'net.x=1\n']);
    using node = nodeTree({ ...Object.fromEntries(many), '/etc/modules': 'br_netfilter\n' });
    const { boot, dropped } = probe(shell, { root: node.root });
    expect(boot.sysctl).toBeUndefined();
    expect(dropped).toEqual(['boot.sysctl']);
    expect(boot.modulesLoad).toHaveLength(1);
  });

  check.each([
    [{ '/etc/systemd/system/systemd-sysctl.service': { link: '/dev/null' } }, ['systemd-sysctl.service']],
    [{ '/run/systemd/system/systemd-modules-load.service': '' }, ['systemd-modules-load.service']],
    [
      {
        '/etc/systemd/system/systemd-sysctl.service': '[Unit]\n',
        '/usr/lib/systemd/system/systemd-sysctl.service': { link: '/dev/null' },
      },
      [],
    ],
  ])('finds masked units, the first directory deciding: %j', (entries, masked) => {
    expect(bootOf(entries).maskedUnits).toEqual(masked);
  });

  const APPLIES = 'systemd-sysctl.service';
  const LOADS = 'systemd-modules-load.service';
  const usual = {
    [`/usr/lib/systemd/system/${APPLIES}`]: '[Service]\nExecStart=/usr/lib/systemd/systemd-sysctl\n',
    [`/usr/lib/systemd/system/${LOADS}`]: '[Service]\nExecStart=/usr/lib/systemd/systemd-modules-load\n',
  };
  check.for<[name: string, entries: Parameters<typeof bootOf>[0], absent?: string[] | undefined, replaced?: string[]]>([
    ['as systemd has them', usual],
    ['nowhere', {}, [APPLIES, LOADS]],
    [
      'below /lib alone',
      {
        [`/lib/systemd/system/${APPLIES}`]: '[Unit]\n',
        [`/lib/systemd/system/${LOADS}`]: '[Unit]\n',
      },
    ],
    ['masked', { ...usual, [`/etc/systemd/system/${APPLIES}`]: { link: '/dev/null' } }],
    [
      'in /etc with the same command (NixOS)',
      {
        ...usual,
        [`/etc/systemd/system/${APPLIES}`]: { link: '/nix/store/unit' },
        '/nix/store/unit':
          '[Unit]\nConditionPathIsReadWrite=/proc/sys/net/\n[Service]\nExecStart=/nix/store/x/systemd-sysctl\n',
        [`/etc/systemd/system/${APPLIES}.d/overrides.conf`]: '[Service]\nEnvironment="TZDIR=/x"\n',
      },
    ],
    [
      'in /etc with another command',
      { ...usual, [`/etc/systemd/system/${APPLIES}`]: '[Service]\nExecStart=/usr/local/bin/tune\n' },
      undefined,
      [APPLIES],
    ],
    [
      'in /etc with a command more',
      {
        ...usual,
        [`/etc/systemd/system/${LOADS}`]: '[Service]\nExecStart=/lib/systemd/systemd-modules-load\nExecStart=/bin/x\n',
      },
      undefined,
      [LOADS],
    ],
    [
      'with a drop-in that replaces the command',
      { ...usual, [`/run/systemd/system/${APPLIES}.d/x.conf`]: '[Service]\nExecStart=\nExecStart=/bin/true\n' },
      undefined,
      [APPLIES],
    ],
    [
      'with a drop-in that sets a condition',
      { ...usual, [`/usr/lib/systemd/system/${LOADS}.d/x.conf`]: '[Unit]\nConditionPathExists=/x\n' },
      undefined,
      [LOADS],
    ],
    [
      'with a drop-in of the distribution that runs something before (SUSE)',
      {
        ...usual,
        [`/usr/lib/systemd/system/${APPLIES}.d/50-kernel-uname_r.conf`]:
          '[Unit]\nRequiresMountsFor=/boot\n[Service]\nExecStartPre=-/usr/lib/systemd/systemd-sysctl /boot/sysctl.conf-%v\n',
      },
    ],
    [
      "with the same drop-in of the node's own",
      { ...usual, [`/etc/systemd/system/${APPLIES}.d/x.conf`]: '[Service]\nExecStartPre=/usr/local/bin/tune\n' },
      undefined,
      [APPLIES],
    ],
    [
      'with a drop-in of the distribution that runs something afterwards',
      { ...usual, [`/usr/lib/systemd/system/${APPLIES}.d/x.conf`]: '[Service]\nExecStartPost=/usr/bin/tune\n' },
      undefined,
      [APPLIES],
    ],
    [
      'with a drop-in that is a link to /dev/null',
      { ...usual, [`/etc/systemd/system/${APPLIES}.d/x.conf`]: { link: '/dev/null' } },
    ],
  ])('knows the services of the boot that are %s', ([_name, entries, absent, replaced]) => {
    const { absentUnits, replacedUnits } = bootOf(entries);
    expect({ absentUnits, replacedUnits }).toEqual({ absentUnits: absent, replacedUnits: replaced });
  });

  check('knows nothing of a root that is not there', () => {
    const facts = probe(shell, { root: '/nowhere' });
    expect(facts.kernel.release).toBe(release());
    expect(facts).not.toHaveProperty('cni');
    expect(facts).not.toHaveProperty('container');
    expect(facts).not.toHaveProperty('bridges');
    expect(facts.kernel).not.toHaveProperty('modulesDirectory');
    expect(facts.boot).not.toHaveProperty('sysctl');
    expect(facts.boot).not.toHaveProperty('maskedUnits');
  });

  check('takes an empty root for one that was looked at', () => {
    using node = nodeTree({ '/etc/hostname': 'x' });
    const facts = probe(shell, { root: node.root });
    expect(facts.cni).toBeNull();
    expect(facts.os).toEqual({});
    expect(facts.boot).toMatchObject({ sysctl: [], modprobe: [], modulesLoad: [], maskedUnits: [] });
    expect(facts.kernel).toMatchObject({ modulesDirectory: false, installed: [] });
  });

  check('reads the first CNI configuration by name, whatever its suffix', () => {
    using node = nodeTree({
      '/etc/cni/net.d/00-off.conf.bak': '{"type":"x"}',
      '/etc/cni/net.d/05-dir.conf': { directory: true },
      '/etc/cni/net.d/10-b.json': '{"plugins": [\n{"type" :\n"bridge", "ipam": {"type": "host-local"}}]}',
      '/etc/cni/net.d/20-a.conf': '{"type":"calico"}',
    });
    const { cni } = probe(shell, { root: node.root });
    expect(cni).toEqual({ file: '/etc/cni/net.d/10-b.json', plugins: ['bridge'] });
  });

  check.each([
    [{ '/run/systemd/container': 'podman\n' }, 'podman'],
    [{ '/run/.containerenv': '' }, 'podman'],
    [{ '/.dockerenv': '', '/proc/1/comm': 'systemd\n' }, 'docker'],
    [{ '/proc/1/environ': 'PATH=/bin|container=x\0container=lxc\0HOME=/\0' }, 'lxc'],
    [{ '/proc/1/cgroup': '12:pids:/kubepods/pod1/x\n0::/\n' }, 'kubepods'],
    [{ '/proc/1/cgroup': '0::/docker/0123/init.scope\n' }, 'docker'],
    [{ '/proc/1/cgroup': '0::/../../init.scope\n', '/proc/1/comm': 'systemd\n' }, null],
    [{ '/proc/1/cgroup': '0::/\n', '/proc/1/environ': 'HOME=/\0', '/proc/1/comm': 'init\n' }, null],
    [{ '/proc/1/cgroup': '0::/\n', '/proc/1/comm': 'init\n' }, undefined],
  ] as [Record<string, Entry>, string | null | undefined][])('sees by %j that the container is %s', (entries, hint) => {
    using node = nodeTree(entries);
    expect(probe(shell, { root: node.root, mode: 'host' }).container).toBe(hint);
  });

  const unprivileged = test.skipIf(shell.missing !== undefined || !isRoot);
  unprivileged(`tells unreadable from absent${isRoot ? '' : ' (skipped: needs root to become somebody else)'}`, () => {
    using node = nodeTree({
      '/etc/sysctl.d/secret.conf': { secret: 'net.ipv4.ip_forward=0\n' },
      '/etc/modprobe.d/x.conf': '',
      '/etc/cni/net.d/x.conf': '',
      '/lib/modules/x': '',
      '/etc/systemd/system/x': '',
    });
    for (const path of ['/etc/modprobe.d', '/etc/cni', '/lib', '/etc/systemd']) {
      execFileSync('chmod', ['0', join(node.root, path)]);
    }
    const { boot, kernel, ...facts } = probe(shell, { root: node.root, uid: 65_534 });
    expect(boot.sysctl).toEqual([
      { path: '/etc/sysctl.d/secret.conf', kind: 'unreadable', lines: [] },
      unreadableLib('sysctl.d'),
    ]);
    expect(boot.modprobe).toEqual([
      { path: '/etc/modprobe.d', kind: 'unreadable', lines: [] },
      unreadableLib('modprobe.d'),
    ]);
    expect(boot).not.toHaveProperty('maskedUnits');
    expect(facts).not.toHaveProperty('cni');
    expect(kernel).not.toHaveProperty('modulesDirectory');
    expect(kernel).not.toHaveProperty('installed');
  });
});
