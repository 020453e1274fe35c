import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FixReport } from '../../src/report/fix-report.ts';
import type { CheckReport } from '../../src/report/report.ts';
import { snapshot } from '../host/namespace-host.ts';
import { netprereq } from '../support/command.ts';
import { type LocalHost, localHost, noLocalHost } from '../support/local-host.ts';
import { schemaErrors } from '../support/report-schema.ts';

const RELEASE = '6.1.0-99-cloud-arm64';
const MODULES = `/usr/lib/modules/${RELEASE}`;
const UNITS = '/usr/lib/systemd/system';
/** The first 20 bytes of a program for arm64. */
const ARM64 = Buffer.from('7f454c4602010100000000000000000003 00b700'.replaceAll(' ', ''), 'hex');
/** What an image of Debian for another architecture has. */
const IMAGE: Readonly<Record<string, string | Buffer | { link: string }>> = {
  '/etc/os-release': { link: '/usr/lib/os-release' },
  '/usr/lib/os-release': 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
  [`${MODULES}/modules.dep`]: 'kernel/br_netfilter.ko: kernel/bridge.ko\nkernel/bridge.ko:\nkernel/nf_conntrack.ko:\n',
  [`${MODULES}/modules.builtin`]: 'kernel/fs/ext4/ext4.ko\n',
  [`/boot/vmlinuz-${RELEASE}`]: '',
  [`${UNITS}/systemd-sysctl.service`]: '[Service]\nExecStart=/usr/lib/systemd/systemd-sysctl\n',
  [`${UNITS}/systemd-modules-load.service`]: '[Service]\nExecStart=/usr/lib/systemd/systemd-modules-load\n',
  '/usr/lib/systemd/systemd': ARM64,
  '/usr/sbin/init': { link: '/lib/systemd/systemd' },
  '/lib': { link: 'usr/lib' },
  '/sbin': { link: '/usr/sbin' },
  '/run/.keep': '',
  '/var/lib/.keep': '',
};
const GOOD = {
  '/etc/sysctl.d/k8s.conf': 'net.ipv4.ip_forward = 1\n',
  '/etc/modules-load.d/k8s.conf': 'br_netfilter\n',
};
const VALUE = 'cat /proc/sys/net/ipv4/ip_forward';
const FIX = 'netprereq fix --root /image --yes -o json';

/** Puts the builder's directories of programs in their place without flock. */
const WITHOUT_FLOCK =
  'for d in /usr/bin /bin; do [ -e $d/flock ] || continue; mkdir -p /all$d; mount --bind $d /all$d; mount -t tmpfs tmpfs $d; ' +
  '/all$d/ln -s /all$d/* $d; /all$d/rm $d/flock; done';

function plant(root: string, entries: Readonly<Record<string, string | Buffer | { link: string }>>): void {
  for (const [path, entry] of Object.entries(entries)) {
    mkdirSync(dirname(root + path), { recursive: true });
    if (typeof entry === 'string' || Buffer.isBuffer(entry)) writeFileSync(root + path, entry, { mode: 0o755 });
    else symlinkSync(entry.link, root + path);
  }
}

/** A machine that builds, with an image in /image. */
function builder(entries: Parameters<typeof plant>[1] = {}): LocalHost {
  const host = localHost({ '/etc/os-release': 'ID=builder\n', '/etc/theirs': 'theirs\n' });
  plant(join(host.root, 'image'), { ...IMAGE, ...entries });
  return host;
}

const parsed = <T>(stdout: string): T => JSON.parse(stdout.slice(stdout.indexOf('{'), stdout.lastIndexOf('\n}') + 2));
const steps = (report: FixReport) =>
  report.nodes.flatMap((node) => [node.outcome, ...node.steps.map((step) => `${step.do} ${step.what}`)]);
const REPAIRED = ['changed', 'keep-sysctl net.ipv4.ip_forward', 'keep-module br_netfilter'];

describe.skipIf(noLocalHost)(`an image${noLocalHost ? ` (skipped: ${noLocalHost})` : ''}`, () => {
  test('that lacks nothing passes, by its own kernel and architecture', () => {
    using host = builder(GOOD);
    const { stdout, status } = host.sh('netprereq check --root /image -o json');
    const report = parsed<CheckReport>(stdout);
    expect([status, report.verdict]).toEqual([0, 'pass']);
    expect(report.nodes[0]).toMatchObject({
      name: '/image',
      image: { root: '/image' },
      system: { os: 'Debian GNU/Linux 12 (bookworm)', kernel: RELEASE, arch: 'arm64', runtime: null },
    });
    expect([...new Set(report.nodes[0]?.findings.map(({ now }) => now.verdict))]).toEqual(['skip']);
    expect(host.sh('netprereq check --root image/../image').stdout).toMatch(
      /^\/image +\S pass +- +nothing \(\d checked\)$/m,
    );
  });

  test('is repaired by its files alone, by programs of the builder, and taken back without a trace', () => {
    const trap = '#!/bin/sh\n: >/ran\n';
    using host = builder({ '/usr/sbin/modprobe': trap, '/usr/bin/od': trap, '/usr/bin/awk': trap });
    const image = join(host.root, 'image');
    const before = snapshot(image);
    const { stdout } = host.sh(`${FIX}; ${VALUE}; netprereq check --root /image; echo "check $?"`);
    const report = parsed<FixReport>(stdout);
    expect(steps(report)).toEqual(REPAIRED);
    expect([report.verdict, schemaErrors(report)]).toEqual(['pass', '']);
    expect(stdout).toMatch(/\n0\n[\s\S]*check 0\n$/);
    expect(existsSync(join(host.root, 'ran'))).toBe(false);
    // The kernel that runs is not the image's: what it says now stands nowhere in there.
    expect(readFileSync(join(image, 'etc/sysctl.d/99-zz-netprereq.conf'), 'utf8')).not.toMatch(/was 0/);
    expect(host.sh('netprereq undo --root /image --yes').status).toBe(0);
    expect(snapshot(image)).toEqual(before);
  });

  test('has not even its own flock run where the builder has none', () => {
    const trap = '#!/bin/sh\n: >/ran\n';
    using host = builder({ '/usr/bin/flock': trap, '/bin/flock': trap, '/usr/sbin/flock': trap });
    const image = join(host.root, 'image');
    const before = snapshot(image);
    const { stdout } = host.sh(
      `${WITHOUT_FLOCK}; for c in fix undo; do netprereq $c --root /image --yes 2>&1 || echo "code $?"; done`,
    );
    expect(stdout).toMatch(/there is no flock here[\s\S]*code 1\n/);
    expect(existsSync(join(host.root, 'ran'))).toBe(false);
    expect(existsSync(join(image, 'ran'))).toBe(false);
    expect(snapshot(image)).toEqual(before);
  });

  test('is read and written below its root, wherever its links lead', () => {
    using host = builder({
      // Each would make it pass, or fail, if it were followed on the builder.
      '/etc/sysctl.d/50-absolute.conf': { link: '/outside/forward.conf' },
      '/etc/sysctl.d/51-up.conf': { link: '../../../outside/forward.conf' },
      '/usr/lib/sysctl.d': { link: '/outside' },
      '/etc/modules-load.d': { link: '/../../outside/modules-load.d' },
      '/usr/lib/modules/7.0.0': { link: '/outside/modules' },
      '/boot/vmlinuz-7.0.0': '',
      '/etc/systemd/system/multi-user.target.wants': { link: '/outside/wants' },
      [`${UNITS}/load.service`]: '[Service]\nExecStart=/sbin/modprobe br_netfilter\n',
    });
    plant(join(host.root, 'outside'), {
      '/forward.conf': 'net.ipv4.ip_forward = 1\n',
      '/modules-load.d/k8s.conf': 'br_netfilter\n',
      '/modules/modules.dep': 'kernel/br_netfilter.ko:\n',
      '/wants/load.service': '',
    });
    const outside = snapshot(join(host.root, 'outside'));
    const { stdout } = host.sh(`${FIX}; netprereq check --root /image >/dev/null; echo "check $?"`);
    expect(steps(parsed(stdout))).toEqual(REPAIRED);
    expect(parsed<FixReport>(stdout).nodes[0]?.system.kernel).toBe(RELEASE);
    expect(stdout).toMatch(/check 0\n$/);
    expect(snapshot(join(host.root, 'outside'))).toEqual(outside);
    expect(host.read('/image/outside/modules-load.d/netprereq.conf')).toMatch(/^br_netfilter$/m);
  });

  test('takes nothing from what the builder has mounted on its /proc', () => {
    const link = { '/etc/sysctl.d/k8s.conf': { link: '/proc/theirs' }, '/proc/theirs': 'net.ipv4.ip_forward = 1\n' };
    using host = builder(link);
    const { stdout, status } = host.sh('netprereq check --root /image --only ipv4-forwarding');
    expect([status, stdout]).toEqual([3, expect.stringMatching(/\/image +\S unknown +- +unknown: ipv4-forwarding/)]);
  });

  test.each<[string, string, string | { link: string }, 'changed' | 'refused']>([
    ['a temporary file that is a link', '/etc/sysctl.d/.netprereq.tmp', { link: '/etc/theirs' }, 'changed'],
    ['one of our files that is a link', '/etc/sysctl.d/99-zz-netprereq.conf', { link: '/etc/theirs' }, 'refused'],
    ['a lock that is a link', '/run/netprereq.lock', { link: '/etc/theirs' }, 'refused'],
    ['a lock with a way out in it', '/run/netprereq.lock', 'netprereq-lock 1 /../../../etc y 0\n', 'changed'],
    ['a journal that is a link', '/var/lib/netprereq/journal', { link: '/var/lib/theirs' }, 'refused'],
  ])('with %s changes nothing of the builder', (_, path, entry, outcome) => {
    using host = builder({ [path]: entry });
    plant(host.root, { '/var/lib/theirs': 'netprereq-journal 1\nfile r 1 b /etc/theirs - =\n' });
    const [etc, lib] = ['etc', 'var/lib'].map((directory) => snapshot(join(host.root, directory)));
    const { stdout } = host.sh(FIX);
    expect(steps(parsed(stdout))[0]).toBe(outcome);
    expect(['etc', 'var/lib'].map((directory) => snapshot(join(host.root, directory)))).toEqual([etc, lib]);
  });

  test('with a FIFO in the place of a lock is not waited for', () => {
    using host = builder();
    execFileSync('mkfifo', [join(host.root, 'image/run/netprereq.lock')]);
    expect(steps(parsed(host.sh(FIX).stdout))[0]).toBe('refused');
  });

  test('whose journal tells of values of a kernel has no value restored on the builder', () => {
    const journal = ['netprereq-journal 1', 'value r 1 image net/ipv4/ip_forward =1 =0', ''].join('\n');
    using host = builder({ '/var/lib/netprereq/journal': journal });
    expect(host.sh(`netprereq undo --root /image --yes >/dev/null; ${VALUE}`).stdout).toBe('0\n');
  });

  test('whose journal names what lies above it has nothing removed there', () => {
    const records = ['dir r 1 image /../empty', 'file r 1 image /../etc/theirs - =dGhlaXJzCg=='];
    const journal = ['netprereq-journal 1', ...records, ''].join('\n');
    using host = builder({ '/var/lib/netprereq/journal': journal, '/etc/theirs': 'theirs\n', '/empty/.keep': '' });
    mkdirSync(join(host.root, 'empty'));
    host.sh('netprereq undo --root /image --yes --force || :');
    expect([host.read('/etc/theirs'), existsSync(join(host.root, 'empty'))]).toEqual(['theirs\n', true]);
    expect(existsSync(join(host.root, 'image/etc/theirs'))).toBe(false);
  });

  test('without a kernel is unknown, and told in one sentence what to type', () => {
    const { [`${MODULES}/modules.dep`]: _, [`${MODULES}/modules.builtin`]: __, ...bare } = IMAGE;
    using host = localHost({});
    plant(join(host.root, 'image'), { ...bare, ...GOOD });
    const { stdout, status } = host.sh('netprereq check --root /image --only br-netfilter');
    expect(status).toBe(3);
    expect(stdout).toMatch(/why +no kernel is installed in this image\n +\w+ +apt-get install -y "linux-image-/);
  });

  test.each([
    ['nowhere', /--root \/nowhere: no such file or directory$/m],
    ['etc/os-release', /--root \/etc\/os-release: it is not a directory/],
    ['tmp', /--root \/tmp: there is neither etc nor usr in it/],
  ])('that is none is refused: /%s', (path, error) => {
    using host = builder();
    const { status, stderr } = host.sh(`netprereq fix --root /${path} --yes`);
    expect([status, stderr]).toEqual([2, expect.stringMatching(error)]);
  });

  test('is named by one flag, and changed by root', () => {
    using host = builder();
    const { status, stderr } = host.sh(
      'chmod 755 /; setpriv --reuid=65534 --clear-groups "$node" "$command" fix --root /image --yes',
    );
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/only root can change an image\n {2}sudo .* fix --root \/image --yes$/m),
    ]);
  });
});

const KERNEL = Object.fromEntries(Object.entries(IMAGE).filter(([path]) => /modules|vmlinuz/.test(path))) as Record<
  string,
  string
>;

/** A place in which --local runs: what makes it of a machine, the name of its process 1, and how an image is told there. */
interface Place {
  comm: string;
  files?: Readonly<Record<string, string>>;
  enter?: string;
  run?: string;
  because: RegExp;
}

const READ_ONLY = 'mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys';
/** A copy of what programs need in a directory, with /proc. */
const COPY =
  'cp -a $(ls -d /etc /usr /bin /sbin /lib* /boot /var /run) /mnt; ' +
  'for d in proc sys dev tmp .machine "$project" "$nodeDirectory"; do mkdir -p "/mnt/$d"; mount --rbind "/$d" "/mnt/$d"; done';
const IN_CHROOT = 'netprereq() { chroot /mnt "$node" "$command" "$@"; }';
/** Who lacks a capability that process 1 has may not look at it. */
const BLIND = 'netprereq() { setpriv --bounding-set -sys_ptrace chroot /mnt "$node" "$command" "$@"; }';

describe.skipIf(noLocalHost)(`fix --local${noLocalHost ? ` (skipped: ${noLocalHost})` : ''}`, () => {
  test.each<[string, Place]>([
    [
      'a build without any mark, /proc/sys read-only',
      { comm: 'sh', enter: READ_ONLY, because: /this is a container:/ },
    ],
    ['a build of docker', { comm: 'sh', files: { '/.dockerenv': '' }, because: /a container of docker:/ }],
    ['a chroot', { comm: 'systemd', enter: `mkdir /mnt; ${COPY}`, run: IN_CHROOT, because: /this is a chroot:/ }],
    [
      'a chroot that cannot see process 1',
      { comm: 'systemd', enter: `mkdir /mnt; ${COPY}`, run: BLIND, because: /this is a chroot:/ },
    ],
    [
      'a chroot without /proc',
      {
        comm: 'systemd',
        enter: `mkdir /mnt; ${COPY}; umount -l /mnt/proc`,
        run: IN_CHROOT,
        because: /a chroot without \/proc:/,
      },
    ],
    [
      'what may be a chroot',
      {
        comm: 'systemd',
        enter: `mkdir /mnt; mount -t tmpfs tmpfs /mnt; ${COPY}`,
        run: BLIND,
        because: /it is unknown whether this is the host/,
      },
    ],
  ])('writes files only in %s', (_, { comm, files = {}, enter = ':', run = ':', because }) => {
    using host = localHost({ '/etc/os-release': 'ID=debian\n', ...KERNEL, ...files });
    const { stdout, stderr } = host.sh(`${enter}; ${run}; netprereq fix --local --dry-run -o json`, { comm });
    const report = parsed<FixReport>(stdout);
    expect(
      report.nodes[0]?.steps.map((step) => step.do),
      stderr,
    ).toEqual(['keep-sysctl', 'keep-module']);
    expect(report.assumptions).toContainEqual(expect.stringMatching(because));
  });

  test('changes the files and not the kernel where it may be the host, and does not call that proven', () => {
    using host = localHost({ '/etc/os-release': 'ID=debian\n', ...KERNEL });
    const { stdout } = host.sh(
      `mkdir /mnt; mount -t tmpfs tmpfs /mnt; ${COPY}; ${BLIND}; netprereq fix --local --yes || echo "code $?"; ${VALUE}; netprereq check --local || echo "code $?"`,
    );
    expect(stdout).toMatch(/keep|add "net\.ipv4\.ip_forward = 1"/);
    expect(stdout.match(/^(code \d|\d)$/gm)).toEqual(['code 3', '0', 'code 3']);
    expect(stdout).toMatch(/it is unknown[\s\S]*If this is an image:\n +kubectl netprereq check --root \/\n/);
  });
});

test.each([
  [['check', '--root', '/', '--local'], /cannot specify both --local and --root/],
  [['check', 'node-1', '--root', '/'], /cannot specify both node names and --root/],
  [['fix', '--root', '/', '--context', 'x'], /cannot specify both --root and --context: --root asks no cluster/],
  [['check', '--root', '/', '-o', 'name'], /cannot specify both --root and -o name: an image is not a node/],
  [['undo', '--root', '/', '-o', 'name', '--yes'], /cannot specify both --root and -o name/],
  [['check', '--root', '/', '--least-privilege'], /--root makes no pod/],
  [['undo', '--root', '/', '--dry-run=server'], /--root asks no server/],
  [['fix', '--root='], /--root is empty/],
])('%j is wrong', async (words, error) => {
  const { code, stderr } = await netprereq(words);
  expect([code, stderr]).toEqual([2, expect.stringMatching(error)]);
});
