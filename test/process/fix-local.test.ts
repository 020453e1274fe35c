import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FixReport } from '../../src/report/fix-report.ts';
import { snapshot } from '../host/namespace-host.ts';
import { netprereq } from '../support/command.ts';
import { localHost, noLocalHost } from '../support/local-host.ts';
import { schemaErrors } from '../support/report-schema.ts';

const DEBIAN = { '/etc/os-release': 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n' };
const RELEASE = '6.1.0-99-amd64';
/** A kernel that is installed in an image, and that certainly does not run here. */
const KERNEL = {
  [`/usr/lib/modules/${RELEASE}/modules.dep`]:
    'kernel/net/bridge/br_netfilter.ko: kernel/net/bridge/bridge.ko\nkernel/net/bridge/bridge.ko:\nkernel/net/netfilter/nf_conntrack.ko:\n',
  [`/usr/lib/modules/${RELEASE}/modules.builtin`]: 'kernel/fs/ext4/ext4.ko\n',
  [`/boot/vmlinuz-${RELEASE}`]: '',
};
const IMAGE = { ...DEBIAN, ...KERNEL, '/.dockerenv': '' };
const VALUE = 'cat /proc/sys/net/ipv4/ip_forward';

/** Reports printed one after the other. */
function reports(stdout: string): FixReport[] {
  return stdout
    .split(/^(?=\{$)/m)
    .filter((text) => text.startsWith('{'))
    .map((text) => JSON.parse(text.slice(0, text.lastIndexOf('\n}') + 2)));
}

const outcomes = (found: FixReport | undefined) =>
  found?.nodes.flatMap(({ outcome, steps }) => [
    outcome,
    ...steps.map((step) => `${step.do} ${step.what}: ${step.outcome}`),
  ]);

describe.skipIf(noLocalHost)(`fix --local and undo --local${noLocalHost ? ` (skipped: ${noLocalHost})` : ''}`, () => {
  test('repair this host, prove it, and take it back without a trace', () => {
    using host = localHost({ ...DEBIAN, '/etc/sysctl.d/10-theirs.conf': 'net.ipv4.ip_forward = 0\n' });
    const before = snapshot(join(host.root, 'etc'));
    const { stdout, stderr } = host.sh(
      `netprereq fix --local --yes --settle 0s -o json; echo "code $?"; ${VALUE}; cat /etc/sysctl.d/99-zz-netprereq.conf;` +
        ` netprereq fix --local --yes -o json; echo "code $?"; netprereq undo --local --yes --settle 0s -o json; echo "code $?"; ${VALUE}`,
    );
    expect(stderr).toBe('');
    const [fixed, again, undone] = reports(stdout);
    expect(outcomes(fixed)).toEqual([
      'changed',
      'keep-sysctl net.ipv4.ip_forward: changed',
      'set-sysctl net.ipv4.ip_forward: changed',
    ]);
    expect([fixed?.cluster, fixed?.verdict]).toEqual([null, 'pass']);
    expect(outcomes(again)).toEqual(['unchanged']);
    expect(undone?.nodes[0]).toMatchObject({ outcome: 'changed', verdict: 'fail' });
    expect(schemaErrors(fixed) + schemaErrors(undone)).toBe('');
    expect(stdout.match(/^(code \d+|\d|net.*)$/gm)).toEqual([
      'code 0',
      '1',
      'net.ipv4.ip_forward = 1',
      'code 0',
      'code 0',
      '0',
    ]);
    expect(snapshot(join(host.root, 'etc'))).toEqual(before);
    expect(existsSync(join(host.root, 'var/lib/netprereq'))).toBe(false);
  });

  test('judge with --only what was asked for, whatever else the host lacks', () => {
    using host = localHost(DEBIAN);
    const { stdout } = host.sh(
      'netprereq fix --local --yes --settle 0s --cni flannel --only net.ipv4.ip_forward -o json; echo "code $?"',
    );
    const [fixed] = reports(stdout);
    expect(outcomes(fixed)).toEqual([
      'changed',
      'keep-sysctl net.ipv4.ip_forward: changed',
      'set-sysctl net.ipv4.ip_forward: changed',
    ]);
    expect(fixed?.run.rules).toEqual(['ipv4-forwarding']);
    expect(fixed?.nodes[0]?.after?.map(({ rule, verdict }) => `${rule} ${verdict}`)).toEqual(['ipv4-forwarding pass']);
    expect(stdout).toMatch(/^code 0$/m);
    const { status, stderr } = host.sh(
      'netprereq fix --local --dry-run --only net.ipv4.ip_forward --skip ipv4-forwarding',
    );
    expect([status, stderr]).toEqual([2, expect.stringContaining('--only and --skip leave no rule')]);
  });

  test('write the files of an image and leave the kernel that builds it alone', () => {
    using image = localHost(IMAGE);
    const { stdout } = image.sh(
      `netprereq fix --local --yes -o json; echo "code $?"; ${VALUE}; netprereq check --local >/dev/null; echo "check $?"`,
      { comm: 'sh' },
    );
    const [fixed] = reports(stdout);
    expect(outcomes(fixed)).toEqual([
      'changed',
      'keep-sysctl net.ipv4.ip_forward: changed',
      'keep-module br_netfilter: changed',
    ]);
    expect(fixed?.nodes[0]?.after?.map(({ rule, now, boot }) => `${rule} ${now.verdict} ${boot?.verdict}`)).toEqual(
      expect.arrayContaining(['br-netfilter skip pass', 'ipv4-forwarding skip pass']),
    );
    expect(fixed?.assumptions).toContainEqual(
      expect.stringMatching(/^This is an image, because this is a container of docker: /),
    );
    expect(stdout.match(/^(code|check|\d).*$/gm)).toEqual(['code 0', '0', 'check 0']);
    expect(image.read('/etc/modules-load.d/netprereq.conf')).toMatch(/^br_netfilter$/m);
    const undone = image.sh('netprereq undo --local --yes', { comm: 'sh' });
    expect(undone.status).toBe(0);
    expect(existsSync(join(image.root, 'etc/modules-load.d'))).toBe(false);
  });

  test('take a chroot for an image', () => {
    using host = localHost({ ...DEBIAN, ...KERNEL });
    // A file system of its own in /mnt, with what programs need: its root is not that of process 1.
    const { stdout, stderr } = host.sh(
      'mkdir /mnt && mount -t tmpfs tmpfs /mnt && cp -a $(ls -d /etc /usr /bin /sbin /lib* /boot /var /run) /mnt; ' +
        'for d in proc sys dev tmp .machine "$project" "$nodeDirectory"; do mkdir -p "/mnt/$d"; mount --rbind "/$d" "/mnt/$d"; done; ' +
        'netprereq() { chroot /mnt "$node" "$command" "$@"; }; netprereq fix --local --dry-run -o json',
    );
    const [found] = reports(stdout);
    expect(outcomes(found), stderr).toEqual([
      'planned',
      'keep-sysctl net.ipv4.ip_forward: planned',
      'keep-module br_netfilter: planned',
    ]);
  });

  test('write into an image of a system whose /etc is new at each boot: it is new from there', () => {
    using image = localHost({ ...IMAGE, '/etc/os-release': 'ID=elemental\n' });
    const memory = 'cp -a /etc /tmp/e; mount -t tmpfs tmpfs /etc; cp -a /tmp/e/. /etc';
    const { stdout, stderr } = image.sh(`${memory}; netprereq fix --local --yes -o json`, { comm: 'sh' });
    const [fixed] = reports(stdout);
    expect(outcomes(fixed), stderr).toEqual([
      'changed',
      'keep-sysctl net.ipv4.ip_forward: changed',
      'keep-module br_netfilter: changed',
    ]);
    expect(fixed?.nodes[0]?.after?.find(({ rule }) => rule === 'ipv4-forwarding')?.boot?.verdict).toBe('pass');
  });

  test('refuse --runtime-only in an image', () => {
    using image = localHost(IMAGE);
    const { status, stdout } = image.sh('netprereq fix --local --yes --runtime-only', { comm: 'sh' });
    expect([status, stdout]).toEqual([
      1,
      expect.stringMatching(/refused: an image has no running kernel: with --runtime-only/),
    ]);
  });

  test('refuse a node that is a container and runs an init', () => {
    using node = localHost(IMAGE);
    const { status, stdout } = node.sh('netprereq fix --local --yes');
    expect([status, stdout]).toEqual([
      1,
      expect.stringContaining('refused: this node is a container (docker): no file is written'),
    ]);
    expect(existsSync(join(node.root, 'etc/sysctl.d'))).toBe(false);
  });

  test.each([
    [
      ['fix', '--local', '--yes'],
      2,
      /^error: only root can change this host\n {2}sudo kubectl-netprereq fix --local --yes$/m,
    ],
    [
      ['undo', '--local', '--yes'],
      2,
      /^error: only root can change this host\n {2}sudo kubectl-netprereq undo --local --yes$/m,
    ],
    [['fix', '--local', '--dry-run'], 0, /^$/],
  ] as const)('%j without root ends with %i', (words, code, stderr) => {
    using host = localHost(DEBIAN);
    chmodSync(host.root, 0o755);
    const found = host.sh(
      `exec setpriv --reuid=65534 --regid=65534 --clear-groups "$node" "$command" ${words.join(' ')}`,
    );
    expect([found.status, found.stderr]).toEqual([code, expect.stringMatching(stderr)]);
    expect(existsSync(join(host.root, 'var/lib/netprereq'))).toBe(false);
  });

  test('change nothing with --dry-run', () => {
    using host = localHost(DEBIAN);
    const { stdout } = host.sh(`netprereq fix --local --dry-run -o json; ${VALUE}`);
    expect(reports(stdout)[0]).toMatchObject({ dryRun: 'client', nodes: [{ outcome: 'planned', after: null }] });
    expect(stdout).toMatch(/\n0\n$/);
    expect(existsSync(join(host.root, 'etc/sysctl.d'))).toBe(false);
  });

  test('show what undo would do with undo --dry-run', () => {
    using host = localHost(DEBIAN);
    const { stdout, stderr } = host.sh(
      `netprereq fix --local --yes --settle 0s >/dev/null 2>&1; netprereq undo --local --dry-run; echo "code $?"; ${VALUE}`,
    );
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      /remove file \/etc\/sysctl\.d\/99-zz-netprereq\.conf[\s\S]*restore sysctl net\.ipv4\.ip_forward: 1/,
    );
    expect(stdout).toMatch(/Nothing was changed \(--dry-run\)\.[\s\S]*code 0\n1\n$/);
  });

  test('show what somebody has edited, and take it back with --force only', () => {
    using host = localHost(DEBIAN);
    const { stdout } = host.sh(
      'netprereq fix --local --yes --settle 0s >/dev/null; echo "kernel.panic = 1" >>/etc/sysctl.d/99-zz-netprereq.conf;' +
        ' netprereq undo --local --yes --settle 0s; echo "code $?"; netprereq undo --local --yes --force --settle 0s >/dev/null; echo "code $?"',
    );
    expect(stdout).toMatch(/kernel\.panic = 1[\s\S]*--force[\s\S]*code 1\ncode 0\n$/);
  });
});

test.for(['fix', 'undo'])('%s --local asks no server', async (command) => {
  const { code, stderr } = await netprereq([command, '--local', '--dry-run=server']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('--local asks no server')]);
});
