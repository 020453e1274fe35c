import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { CheckReport } from '../../src/report/report.ts';
import { snapshot } from '../host/namespace-host.ts';
import { forwardingOffNode, healthyNode, nodeWithSysctls } from '../support/clusters.ts';
import { changedInOrder, changes, inNode, noNamespaceNodes, outcomes, standInForEach } from '../support/fixing.ts';
import type { FileMap } from '../support/namespaces/root-directory.ts';
import type { NodeOptions } from '../support/node-object.ts';
import type { Pod } from '../support/objects.ts';
import type { StandIn } from '../support/stand-in.ts';

const { start, run, report } = standInForEach();
const unavailable = await noNamespaceNodes();
const because = unavailable ? ` (skipped: ${unavailable})` : '';

const rootOf = ({ nodes }: StandIn, place = 0) => nodes[place]?.root ?? '';
const etc = (running: StandIn, place = 0) => snapshot(join(rootOf(running, place), 'etc'));

/** A node without forwarding, with these files besides. */
function nodeWith(files: FileMap, more: NodeOptions['namespaces'] = {}, name = 'node-1'): NodeOptions {
  const { namespaces = {} } = forwardingOffNode(name);
  return { name, namespaces: { ...namespaces, ...more, files: { ...namespaces.files, ...files } } };
}

/**
 * A full file system at that path. It lies on a tmpfs that no mount shows: a tmpfs at the path itself is a directory that each boot
 * makes anew.
 */
const full = (path: string) =>
  [
    'mkdir /tmp/m; mount -t tmpfs -o size=64k tmpfs /tmp/m; mkdir /tmp/m/u /tmp/m/w',
    `mount -t overlay -o lowerdir=${path},upperdir=/tmp/m/u,workdir=/tmp/m/w o ${path}; umount -l /tmp/m`,
    `yes | head -c 99999 >${path}/big || :`,
  ].join('; ');

describe.skipIf(unavailable)(`a node whose disk does not take it${because}`, () => {
  test.for([
    [
      'a read-only /etc',
      'mount --bind /etc /etc; mount -o remount,bind,ro /etc',
      /\/etc.*cannot be written \(Read-only file system\): nothing was changed$/,
    ],
    ['a full /etc', full('/etc'), /\/etc.*cannot be written \(No space left on device\): nothing was changed$/],
    [
      'a full /var/lib',
      full('/var/lib'),
      /\/var\/lib.*cannot be written \(No space left on device\): nothing was changed$/,
    ],
  ] as const)('%s is found out before anything is changed, and the next node waits', async ([, damage, reason]) => {
    const running = await start([forwardingOffNode('node-1'), forwardingOffNode('node-2')]);
    inNode(running, damage);
    const { code, report: found } = await report('fix', 'node-1', 'node-2');
    expect([code, found.nodes.map(({ outcome }) => outcome)]).toEqual([1, ['refused', 'planned']]);
    expect(found.nodes[0]?.reason).toMatch(reason);
    expect(found.nodes[0]?.reason).toMatch(/: nothing was changed$/);
    expect(
      inNode(running, 'cat /proc/sys/net/ipv4/ip_forward; ls -A /etc/sysctl.d /var/lib 2>/dev/null || :'),
    ).not.toMatch(/^1|netprereq/m);
  });
});

describe.skipIf(unavailable)(`nodes that are refused${because}`, () => {
  const systems: [string, FileMap, RegExp, RegExp][] = [
    // It switches forwarding on at each boot by itself, so that only the running kernel lacks it.
    ['Talos', { '/etc/os-release': 'ID=talos\nPRETTY_NAME="Talos"\n' }, /machine config/, /running kernel only/],
    ['Bottlerocket', { '/etc/os-release': 'ID=bottlerocket\n' }, /apiclient/, /apiclient set/],
    ['NixOS', { '/etc/os-release': 'ID=nixos\n' }, /configuration\.nix/, /boot\.kernel\.sysctl/],
    ['Flatcar', { '/etc/os-release': 'ID=flatcar\n' }, /Ignition/, /Butane/],
    ['Container-Optimized OS', { '/etc/os-release': 'ID=cos\n' }, /new at each boot/, /DaemonSet/],
  ];
  test.for(systems)(
    '%s keeps its files: its own way is named, and no pod changes it',
    async ([, files, reason, native]) => {
      const running = await start([nodeWith(files)]);
      const before = etc(running);
      const { code, report: found } = await report('fix', 'node-1');
      expect([code, found.nodes[0]?.outcome, changedInOrder(running)]).toEqual([1, 'refused', []]);
      expect(found.nodes[0]?.reason).toMatch(reason);
      expect(found.nodes[0]?.remedy?.join('\n')).toMatch(native);
      expect(found.nodes[0]?.remedy?.join('\n')).toContain('--runtime-only');
      expect(etc(running)).toEqual(before);
    },
  );

  const IN_MEMORY = 'mkdir /tmp/e; cp -a /etc/. /tmp/e; mount -t tmpfs tmpfs /etc; cp -a /tmp/e/. /etc';
  const OVERLAY = 'lowerdir=/etc,upperdir=/run/o/u,workdir=/run/o/w';
  const fleeting: [string, FileMap, string, RegExp][] = [
    ['Elemental', { '/etc/os-release': 'ID=elemental\n' }, IN_MEMORY, /^\/etc is new at each boot of this system/],
    ['any system whose /etc is a tmpfs', {}, IN_MEMORY, /^\/etc is new at each boot of this system/],
    [
      'overlayroot',
      {},
      `mount -t tmpfs tmpfs /run; mkdir -p /run/o/u /run/o/w; mount -t overlay -o ${OVERLAY} o /etc`,
      /^\/etc is new at each boot of this system/,
    ],
    ['a /var/lib in memory', {}, 'mount -t tmpfs tmpfs /var/lib', /^\/var\/lib is new at each boot: the journal/],
  ];
  test.for(fleeting)(
    '%s would forget what is written: no file is, and no boot is promised',
    async ([, files, mounts, reason]) => {
      const running = await start([nodeWith(files)]);
      inNode(running, mounts);
      const before = inNode(running, 'find /etc /var/lib');
      const { code, report: found } = await report('fix', 'node-1');
      expect([code, found.nodes[0]?.outcome, changedInOrder(running)]).toEqual([1, 'refused', []]);
      expect(found.nodes[0]?.reason).toMatch(reason);
      expect(found.nodes[0]?.remedy?.at(-1)).toContain('--runtime-only');
      const now = await report('fix', 'node-1', '--runtime-only');
      expect(now.report.nodes[0]?.steps.map((step) => `${step.do} ${step.outcome}`)).toEqual(['set-sysctl changed']);
      const forwarding = now.report.nodes[0]?.after?.find(({ rule }) => rule === 'ipv4-forwarding');
      expect(forwarding?.boot?.verdict).not.toBe('pass');
      expect((await report('undo', 'node-1')).code).toBe(0);
      expect(inNode(running, 'find /etc /var/lib')).toBe(before);
    },
  );

  test('a line in such an /etc is not taken for one that the next boot finds', async () => {
    const running = await start([healthyNode('node-1')]);
    inNode(running, IN_MEMORY);
    const { stdout } = await run('check', 'node-1', '-o', 'json');
    const [node] = (JSON.parse(stdout) as CheckReport).nodes;
    const forwarding = node?.findings.find(({ rule }) => rule === 'ipv4-forwarding');
    expect([forwarding?.verdict, forwarding?.boot?.verdict, forwarding?.boot?.actual]).toEqual([
      'warn',
      'unknown',
      null,
    ]);
    expect(forwarding?.why).toContain('/etc is new at each boot');
  });

  test('OpenShift gets a MachineConfig that can be pasted from what fix prints', async () => {
    const running = await start([nodeWith({ '/etc/os-release': 'ID=rhcos\n' })]);
    const { code, stdout } = await run('fix', 'node-1', '--yes');
    const [pasted = ''] = /^ +apiVersion: machineconfiguration.*\n(?:(?! +To change).*\n)*/m.exec(stdout) ?? [];
    const [file] = parse(pasted).spec.config.storage.files;
    const base64 = file.contents.source.replace('data:;base64,', '');
    expect([code, changedInOrder(running), file.path]).toEqual([1, [], '/etc/sysctl.d/99-zz-netprereq.conf']);
    expect(Buffer.from(base64, 'base64').toString()).toBe('net.ipv4.ip_forward = 1\n');
  });

  test('with --runtime-only its running kernel is changed, and no file', async () => {
    const running = await start([nodeWith({ '/etc/os-release': 'ID=nixos\n' })]);
    const before = etc(running);
    const { report: found } = await report('fix', 'node-1', '--runtime-only');
    expect(found.nodes[0]?.steps.map((step) => `${step.do} ${step.outcome}`)).toEqual(['set-sysctl changed']);
    expect([etc(running), inNode(running, 'cat /proc/sys/net/ipv4/ip_forward')]).toEqual([before, '1\n']);
  });

  test('one with other bridges in use is refused until somebody has looked at them', async () => {
    const running = await start([nodeWithSysctls('node-1', { 'net.bridge.bridge-nf-call-iptables': '0' })]);
    inNode(
      running,
      'ip link add virbr0 type bridge; ip link add vnet0 type veth peer name vnet1; ip link set vnet0 master virbr0',
    );
    const { code, report: found } = await report('fix', 'node-1');
    expect([code, changedInOrder(running)]).toEqual([1, []]);
    expect(outcomes(found)).toEqual([expect.stringMatching(/^node-1 refused fail: .*virbr0$/)]);
    expect(found.nodes[0]?.remedy?.join('\n')).toContain('--allow-other-bridges');
    const allowed = await report('fix', 'node-1', '--allow-other-bridges');
    expect([allowed.code, outcomes(allowed.report)]).toEqual([0, ['node-1 changed pass']]);
  });

  test('one that is refused does not keep the others from being repaired', async () => {
    const running = await start([nodeWith({ '/etc/os-release': 'ID=nixos\n' }), forwardingOffNode('node-2')]);
    const { code, report: found } = await report('fix', '--all-nodes');
    expect([code, outcomes(found)]).toEqual([1, [expect.stringMatching(/^node-1 refused/), 'node-2 changed pass']]);
    expect(changedInOrder(running)).toEqual(['node-2']);
  });

  test('one whose file of ours is somebody else’s link is refused', async () => {
    await start([nodeWith({ '/etc/sysctl.d/99-zz-netprereq.conf': { link: '/dev/null' } })]);
    const { code, report: found } = await report('fix', 'node-1');
    expect([code, outcomes(found)]).toEqual([
      1,
      [expect.stringMatching(/^node-1 refused fail: .*is not a plain file/)],
    ]);
  });

  test('one that has been changed between the look and the change is refused as stale', async () => {
    const running = await start([forwardingOffNode('node-1')]);
    running.store.subscribe(({ type, object }) => {
      if (type === 'ADDED' && changes(object as Pod)) {
        writeFileSync(join(rootOf(running), 'etc/sysctl.d/99-zz-netprereq.conf'), 'net.ipv4.ip_forward = 0\n');
      }
    });
    mkdirSync(join(rootOf(running), 'etc/sysctl.d'));
    const { code, report: found } = await report('fix', 'node-1');
    expect([code, outcomes(found)]).toEqual([
      1,
      [expect.stringMatching(/^node-1 refused fail: stale plan: .*nothing was changed$/)],
    ]);
    expect(found.nodes[0]?.remedy).toEqual(['Run it again to make a new plan:', 'kubectl netprereq fix node-1']);
    expect(inNode(running, 'cat /proc/sys/net/ipv4/ip_forward')).toBe('0\n');
  });
});

describe.skipIf(unavailable)(`two runs at once${because}`, () => {
  test('the second one says who is at it, and changes nothing', async () => {
    const running = await start([forwardingOffNode('node-1')]);
    const holder = [
      'exec 9>>/run/netprereq.lock; flock 9; sleep 30 >/dev/null 2>&1 &',
      'echo "netprereq-lock 1 $! other 1795480000" >/run/netprereq.lock',
    ];
    inNode(running, holder.join('\n'));
    const { code, report: found } = await report('fix', 'node-1');
    expect([code, outcomes(found)]).toEqual([
      1,
      [
        expect.stringMatching(
          /^node-1 refused fail: run other has been changing this node since 2026-.*: nothing was changed$/,
        ),
      ],
    ]);
  });
});

describe.skipIf(unavailable)(`a value that something on the node resets${because}`, () => {
  test('is a failure, and who is known to do that is named with the file that it has it from', async () => {
    const file = '/etc/sysctl.d/50-hardening.conf';
    const running = await start([nodeWith({ [file]: 'net.ipv4.ip_forward = 0\n' }), forwardingOffNode('node-2')]);
    // A while after it was set, so that apply.sh has read its own value back; until the node ends.
    const value = '/proc/sys/net/ipv4/ip_forward';
    const resetter = `while sleep 0.1; do [ "$(cat ${value})" = 0 ] || { sleep 1; echo 0 >${value}; }; done >/dev/null 2>&1 &`;
    inNode(running, resetter);
    const { code, stdout } = await run('fix', 'node-1', 'node-2', '--yes', '--settle', '4s', '-o', 'json');
    const found = JSON.parse(stdout);
    expect([code, outcomes(found)]).toEqual([
      1,
      ['node-1 changed fail', 'node-2 planned fail: not started: node-1 failed'],
    ]);
    expect(found.nodes[0].manual).toContainEqual({
      rule: 'ipv4-forwarding',
      message: expect.stringMatching(
        /^net\.ipv4\.ip_forward is 0 again, a moment after it was set to 1: .*50-hardening\.conf.*sets 0; systemd-networkd, NetworkManager, tuned/,
      ),
      remedy: expect.any(Array),
    });
  });
});

describe.skipIf(unavailable)(`what a node tells is never interpolated${because}`, () => {
  const NASTY = [
    '$(touch /tmp/pwned)',
    '`touch /tmp/pwned`',
    '"; touch /tmp/pwned; "',
    "'; touch /tmp/pwned; '",
    'a b\tc',
    'line\nbreak',
    '\u001b[31mred',
    '%s%n',
    '-rf',
  ];

  test('names and values of files', async () => {
    const files = Object.fromEntries(
      NASTY.map((name) => [`/etc/sysctl.d/z${name}.conf`, `net.ipv4.ip_forward = 0 ${name}\n`]),
    );
    const running = await start([nodeWith(files)]);
    const before = etc(running);
    const { stdout } = await run('fix', 'node-1', '--yes', '--settle', '0s');
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(etc(running)).toMatchObject(before);
    expect((await run('undo', 'node-1', '--yes', '--settle', '0s')).code).toBe(0);
    expect(etc(running)).toEqual(before);
    expect([existsSync('/tmp/pwned'), existsSync(join(rootOf(running), 'tmp/pwned'))]).toEqual([false, false]);
  });

  test('lines of ours that somebody has added to, and names of links', async () => {
    const own = `${NASTY.filter((text) => !text.includes('\n'))
      .map((text) => `# ${text}\nkernel.x-${text} = ${text}`)
      .join('\n')}\n`;
    const running = await start([nodeWith({ '/etc/sysctl.d/99-zz-netprereq.conf': own })]);
    inNode(running, `ip link add '$(id)"a;' type bridge; ip link add 'x\`id\`.1' type bridge`);
    const before = etc(running);
    const { code, report: found } = await report('fix', 'node-1');
    expect([code, outcomes(found)]).toEqual([0, ['node-1 changed pass']]);
    const text = readFileSync(join(rootOf(running), 'etc/sysctl.d/99-zz-netprereq.conf'), 'utf8');
    for (const line of own.trimEnd().split('\n')) expect(text).toContain(`${line}\n`);
    expect((await report('undo', 'node-1')).code).toBe(0);
    expect(etc(running)).toEqual(before);
    expect([existsSync('/tmp/pwned'), existsSync(join(rootOf(running), 'tmp/pwned'))]).toEqual([false, false]);
  });
});
