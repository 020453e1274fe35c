import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, test } from 'vitest';
import { octalWord } from '../../src/facts/octal-word.ts';
import {
  apply,
  BOOT_ID,
  FORWARDING,
  namespaceHost,
  PLAIN,
  snapshot,
  step,
  undo,
  undoLook,
  values,
} from './namespace-host.ts';
import { nodeTree } from './node-tree.ts';
import { noNamespaces, SHELLS, titleOf } from './shells.ts';

const SYSCTL_FILE = '/etc/sysctl.d/99-zz-netprereq.conf';
const JOURNAL = '/var/lib/netprereq/journal';
const because = noNamespaces ? ` (skipped: ${noNamespaces})` : '';

describe.each(SHELLS.map((shell) => ({ title: titleOf(shell), shell })))(`undo under $title${because}`, ({ shell }) => {
  const check = test.skipIf(shell.missing !== undefined || noNamespaces !== undefined);

  check('changes nothing on a node that was never fixed', async () => {
    using host = await namespaceHost();
    using tree = nodeTree(PLAIN);
    const before = [snapshot(tree.root), values(host)];
    expect(undo(host, { root: tree.root, shell })).toMatchObject({ outcome: 'unchanged', steps: [] });
    expect([snapshot(tree.root), values(host)]).toEqual(before);
  });

  check('restores what was there before the first of several fixes', async () => {
    using host = await namespaceHost();
    using tree = nodeTree(PLAIN);
    const before = [snapshot(tree.root), values(host)];
    const change = { root: tree.root, shell };
    apply(host, [step.keepModule('br_netfilter')], change);
    apply(host, FORWARDING.with(0, step.keepModule('nf_conntrack')), change);
    apply(host, [step.set('net.ipv4.conf.v0.forwarding', '0', '1')], change);
    apply(host, [step.set('net.ipv4.conf.v0.forwarding', '1', '0')], change);
    expect(undo(host, change)).toMatchObject({ outcome: 'changed' });
    expect([snapshot(tree.root), values(host)]).toEqual(before);
  });

  check('refuses when our file was edited, shows what differs, and changes nothing', async () => {
    using host = await namespaceHost();
    using tree = nodeTree(PLAIN);
    const change = { root: tree.root, shell };
    const plain = [snapshot(tree.root), values(host)];
    apply(host, FORWARDING, change);
    const ours = readFileSync(`${tree.root}${SYSCTL_FILE}`, 'utf8');
    appendFileSync(`${tree.root}${SYSCTL_FILE}`, 'kernel.panic = 5\n');
    const before = [snapshot(tree.root), values(host)];
    const base64 = (text: string) => `=${Buffer.from(text).toString('base64')}`;
    expect(undo(host, change)).toMatchObject({
      outcome: 'refused',
      code: 'edited',
      reason: expect.stringMatching(/./),
      edited: [{ path: SYSCTL_FILE, expected: base64(ours), found: base64(`${ours}kernel.panic = 5\n`) }],
      remedy: expect.arrayContaining([{ paste: '+ kernel.panic = 5' }]),
    });
    expect([snapshot(tree.root), values(host)]).toEqual(before);
    expect(undo(host, { ...change, force: true })).toMatchObject({ outcome: 'changed' });
    expect([snapshot(tree.root), values(host)]).toEqual(plain);
  });

  check('refuses, also by force, where no file is what stands in the place of ours', async () => {
    using host = await namespaceHost();
    using tree = nodeTree(PLAIN);
    const change = { root: tree.root, shell };
    apply(host, FORWARDING, change);
    rmSync(tree.root + SYSCTL_FILE);
    mkdirSync(tree.root + SYSCTL_FILE);
    const before = [snapshot(tree.root), values(host)];
    for (const look of [undo, undoLook]) {
      for (const force of [false, true]) {
        expect(look(host, { ...change, force })).toMatchObject({
          outcome: 'refused',
          code: 'file',
          reason: `${SYSCTL_FILE} is not a file any more, or cannot be read`,
        });
      }
    }
    expect([snapshot(tree.root), values(host)]).toEqual(before);
  });

  check('replaces, by force, a link in the place of ours, and not what it points to', async () => {
    using host = await namespaceHost();
    using tree = nodeTree({ ...PLAIN, [SYSCTL_FILE]: 'kernel.panic = 5\n' });
    const change = { root: tree.root, shell };
    const before = [snapshot(tree.root), values(host)];
    apply(host, FORWARDING, change);
    rmSync(tree.root + SYSCTL_FILE);
    symlinkSync('/dev/null', tree.root + SYSCTL_FILE);
    expect(undo(host, change)).toMatchObject({ code: 'edited', edited: [{ path: SYSCTL_FILE, found: 'link' }] });
    expect(undo(host, { ...change, force: true })).toMatchObject({ outcome: 'changed' });
    expect([snapshot(tree.root), values(host)]).toEqual(before);
  });

  check('gives back a file that stood under our name before, with its mode', async () => {
    using host = await namespaceHost();
    using tree = nodeTree({ ...PLAIN, [SYSCTL_FILE]: 'kernel.panic = 5 # no newline' });
    chmodSync(`${tree.root}${SYSCTL_FILE}`, 0o640);
    const before = [snapshot(tree.root), values(host)];
    apply(host, FORWARDING, { root: tree.root, shell });
    expect(readFileSync(`${tree.root}${SYSCTL_FILE}`, 'utf8')).toContain('\nkernel.panic = 5 # no newline\n');
    expect(undo(host, { root: tree.root, shell })).toMatchObject({
      outcome: 'changed',
      steps: expect.arrayContaining([
        {
          do: 'restore-file',
          what: SYSCTL_FILE,
          before: 'present',
          after: 'as before the first fix',
          outcome: 'changed',
        },
      ]),
    });
    expect([snapshot(tree.root), values(host)]).toEqual(before);
  });

  check('refuses where files of ours are there and no journal tells of them, and names them', async () => {
    using host = await namespaceHost();
    using tree = nodeTree(PLAIN);
    const change = { root: tree.root, shell };
    apply(host, FORWARDING, change);
    rmSync(`${tree.root}/var/lib/netprereq`, { recursive: true });
    const before = [snapshot(tree.root), values(host)];
    for (const force of [false, true]) {
      expect(undo(host, { ...change, force })).toMatchObject({
        outcome: 'refused',
        code: 'no-journal',
        reason: 'there is no /var/lib/netprereq/journal, so what was there before is unknown',
        unjournalled: ['/etc/modules-load.d/netprereq.conf', SYSCTL_FILE],
      });
    }
    expect([snapshot(tree.root), values(host)]).toEqual(before);
  });

  check('takes a file under our name that we have not written for somebody else’s', async () => {
    using host = await namespaceHost();
    using tree = nodeTree({ ...PLAIN, [SYSCTL_FILE]: 'kernel.panic = 5\n' });
    const before = [snapshot(tree.root), values(host)];
    expect(undo(host, { root: tree.root, shell })).toMatchObject({ outcome: 'unchanged', steps: [] });
    expect([snapshot(tree.root), values(host)]).toEqual(before);
  });

  check('changes nothing while a value cannot be read, and restores it when it can', async () => {
    using host = await namespaceHost();
    using tree = nodeTree(PLAIN);
    const change = { root: tree.root, shell };
    const plain = [snapshot(tree.root), values(host)];
    apply(host, FORWARDING, change);
    const before = snapshot(tree.root);
    // Can be written only.
    host.sh('mount --bind /proc/sys/net/ipv4/route/flush /proc/sys/net/ipv4/ip_forward');
    expect(undo(host, change)).toMatchObject({
      outcome: 'refused',
      code: 'journal',
      reason: expect.stringContaining('/proc/sys/net/ipv4/ip_forward cannot be read'),
    });
    expect(snapshot(tree.root)).toEqual(before);
    host.sh('umount /proc/sys/net/ipv4/ip_forward');
    expect(undo(host, change)).toMatchObject({ outcome: 'changed' });
    expect([snapshot(tree.root), values(host)]).toEqual(plain);
  });

  // Standalone busybox brings its own programs.
  const hiding = test.skipIf(shell.missing !== undefined || noNamespaces !== undefined || shell.name === 'busybox');
  hiding.each(['awk', 'od', 'base64', 'tr', 'flock'])(
    'is refused without %s, as a fix is, and changes nothing',
    async (tool) => {
      using host = await namespaceHost();
      using tree = nodeTree(PLAIN);
      const change = { root: tree.root, shell };
      const plain = [snapshot(tree.root), values(host)];
      host.sh(
        'mkdir "$1.bin" "$1.all"; mount --bind /usr/bin "$1.all"; ln -s "$1.all"/* "$1.bin"; rm "$1.bin/$2"',
        tree.root,
        tool,
      );
      using _ = { [Symbol.dispose]: () => rmSync(`${tree.root}.bin`, { recursive: true }) };
      using __ = { [Symbol.dispose]: () => rmdirSync(`${tree.root}.all`) };
      const hide = () => host.sh('mount --bind "$1.bin" /usr/bin', tree.root);
      const show = () => host.sh('umount /usr/bin', tree.root);
      const refused = { outcome: 'refused', code: 'tools', reason: `there is no ${tool} here` };
      // The look has all that it needs; what the change finds is another matter.
      expect(apply(host, FORWARDING, { ...change, meanwhile: hide })).toMatchObject(refused);
      show();
      expect([snapshot(tree.root), values(host)]).toEqual(plain);
      apply(host, FORWARDING, change);
      const fixed = [snapshot(tree.root), values(host)];
      expect(undo(host, { ...change, meanwhile: hide })).toMatchObject({
        ...refused,
        reason: `${refused.reason}: nothing was changed`,
      });
      show();
      expect([snapshot(tree.root), values(host)]).toEqual(fixed);
      expect(undo(host, change)).toMatchObject({ outcome: 'changed' });
      expect([snapshot(tree.root), values(host)]).toEqual(plain);
    },
  );

  hiding('takes the lock by the node’s own flock where the image has none', async () => {
    using host = await namespaceHost();
    using tree = nodeTree({ ...PLAIN, '/tmp': { directory: true }, '/usr/sbin/flock': readFileSync('/usr/bin/flock') });
    chmodSync(`${tree.root}/usr/sbin/flock`, 0o755);
    const before = [snapshot(tree.root), values(host)];
    host.sh(
      'mkdir "$1.bin" "$1.all"; mount --bind /usr/bin "$1.all"; ln -s "$1.all"/* "$1.bin"; rm "$1.bin/flock"',
      tree.root,
    );
    using _ = { [Symbol.dispose]: () => rmSync(`${tree.root}.bin`, { recursive: true }) };
    using __ = { [Symbol.dispose]: () => rmdirSync(`${tree.root}.all`) };
    host.sh('mount --bind "$1.bin" /usr/bin', tree.root);
    const change = { root: tree.root, shell };
    expect(apply(host, FORWARDING, change)).toMatchObject({ outcome: 'changed' });
    // Somebody holds it, who is no process that the file names.
    host.sh(
      'exec 9>>"$1/run/netprereq.lock"; "$1/usr/sbin/flock" 9; sleep 15 >/dev/null 2>&1 & echo $! >"$1/tmp/pid"',
      tree.root,
    );
    writeFileSync(`${tree.root}/run/netprereq.lock`, 'netprereq-lock 1 4194999 other 1\n');
    expect(undo(host, change)).toMatchObject({ outcome: 'refused', reason: expect.stringMatching(/^run other /) });
    host.sh('kill $(cat "$1/tmp/pid"); rm "$1/tmp/pid"', tree.root);
    expect(undo(host, change)).toMatchObject({ outcome: 'changed' });
    host.sh('umount /usr/bin', tree.root);
    expect([snapshot(tree.root), values(host)]).toEqual(before);
  });

  check('restores IPv6 forwarding of every interface, and accept_ra after it', async () => {
    using host = await namespaceHost();
    using tree = nodeTree(PLAIN);
    host.sh('echo 1 >/proc/sys/net/ipv6/conf/v0/forwarding');
    const before = values(host);
    const steps = [
      step.set('net.ipv6.conf.lo.accept_ra', '2', '1'),
      step.set('net.ipv6.conf.all.forwarding', '1', '0'),
    ];
    expect(apply(host, steps, { root: tree.root, shell })).toMatchObject({
      outcome: 'changed',
    });
    expect(host.sh('cat /proc/sys/net/ipv6/conf/lo/forwarding')).toBe('1\n');
    const outcome = undo(host, { root: tree.root, shell });
    expect(outcome).toMatchObject({
      steps: [{ what: 'net.ipv6.conf.all.forwarding' }, { what: 'net.ipv6.conf.lo.accept_ra' }],
    });
    expect(values(host)).toBe(before);
  });

  check.each([
    { first: 'net.ipv4.ip_forward', second: 'net.ipv6.conf.all.forwarding' },
    { first: 'net.ipv6.conf.all.forwarding', second: 'net.ipv4.ip_forward' },
  ])(
    'restores what a run changed besides $first that was killed before it saw that, after a second run settled $second',
    async ({ first, second }) => {
      using host = await namespaceHost();
      using tree = nodeTree(PLAIN);
      const before = [snapshot(tree.root), values(host)];
      const change = { root: tree.root, shell };
      apply(host, [step.set(first, '1', '0')], { ...change, run: 'killed' });
      const journal = readFileSync(`${tree.root}${JOURNAL}`, 'utf8');
      // As that of an earlier version, which recorded afterwards what it had found changed.
      expect(journal).not.toMatch(/^(caused|settled) /m);
      const both = [step.set(first, '1', '0'), step.set(second, '1', '0')];
      expect(apply(host, both, { ...change, run: 'second' })).toMatchObject({ outcome: 'changed' });
      expect(undo(host, change)).toMatchObject({ outcome: 'changed' });
      expect([snapshot(tree.root), values(host)]).toEqual(before);
    },
  );

  check(
    'takes back what an earlier version did, which recorded every interface, and afterwards what had changed',
    async () => {
      using host = await namespaceHost();
      using tree = nodeTree(PLAIN);
      const before = [snapshot(tree.root), values(host)];
      const change = { root: tree.root, shell };
      const read = () =>
        host
          .sh('cd /proc/sys && grep "" net/ipv4/conf/*/forwarding net/ipv4/conf/*/accept_redirects')
          .trimEnd()
          .split('\n')
          .filter((line) => !line.includes('/all/forwarding'))
          .map((line) => [octalWord(line.slice(0, line.lastIndexOf(':'))), `=${line.split(':').at(-1)}`] as const);
      const was = read();
      apply(host, FORWARDING, change);
      const is = new Map(read());
      const caused = was.filter(([path, value]) => is.get(path) !== value);
      const records = [
        ...was.map(([path, value]) => ['side', path, value]),
        ...caused.map(([path, value]) => ['caused', path, value, is.get(path) ?? '']),
        ['settled', 'net/ipv4/ip_forward'],
      ].map(([kind, ...words]) => [kind, 'run1', '1795480000', BOOT_ID, ...words].join(' '));
      const journal = readFileSync(`${tree.root}${JOURNAL}`, 'utf8').replaceAll(/^side .*\n/gm, '');
      writeFileSync(`${tree.root}${JOURNAL}`, `${journal}${records.join('\n')}\n`);
      expect(caused.length).toBeGreaterThan(2);
      expect(undo(host, change)).toMatchObject({ outcome: 'changed' });
      expect([snapshot(tree.root), values(host)]).toEqual(before);
    },
  );

  check('has one story for the two names of one value', async () => {
    using host = await namespaceHost();
    using tree = nodeTree(PLAIN);
    const before = [snapshot(tree.root), values(host)];
    const change = { root: tree.root, shell };
    const [one, other] = ['net.ipv4.ip_forward', 'net.ipv4.conf.all.forwarding'];
    apply(host, [step.set(one, '1', '0'), step.set(other, '0', '1'), step.set(other, '1', '0')], change);
    expect(undo(host, change)).toMatchObject({
      outcome: 'changed',
      steps: [{ what: 'net.ipv4.ip_forward', outcome: 'changed', before: '1', after: '0' }],
    });
    expect([snapshot(tree.root), values(host)]).toEqual(before);
  });

  check('leaves a value that is no longer the one we wrote, and says so', async () => {
    using host = await namespaceHost();
    using tree = nodeTree(PLAIN);
    const change = { root: tree.root, shell };
    apply(host, [...FORWARDING, step.set('net.ipv4.conf.v0.rp_filter', '1', '0')], change);
    host.sh('echo 2 >/proc/sys/net/ipv4/conf/v0/rp_filter; echo 0 >/proc/sys/net/ipv4/conf/lo/forwarding');
    const outcome = undo(host, change);
    expect(outcome).toMatchObject({
      outcome: 'changed',
      steps: expect.arrayContaining([
        expect.objectContaining({ what: 'net.ipv4.conf.v0.rp_filter', outcome: 'left', after: '2' }),
        expect.objectContaining({ what: 'net.ipv4.ip_forward', outcome: 'changed', before: '1', after: '0' }),
      ]),
    });
    expect(host.sh('cat /proc/sys/net/ipv4/conf/v0/rp_filter')).toBe('2\n');
    expect(existsSync(`${tree.root}/var/lib/netprereq`)).toBe(false);
  });

  check('after a reboot removes the files only', async () => {
    using host = await namespaceHost();
    using tree = nodeTree(PLAIN);
    const before = snapshot(tree.root);
    apply(host, FORWARDING, { root: tree.root, shell });
    const journal = readFileSync(`${tree.root}${JOURNAL}`, 'utf8');
    writeFileSync(`${tree.root}${JOURNAL}`, journal.replaceAll(BOOT_ID, BOOT_ID.replace(/./, 'x')));
    expect(undo(host, { root: tree.root, shell })).toMatchObject({
      outcome: 'changed',
      steps: expect.arrayContaining([
        { do: 'remove-file', what: SYSCTL_FILE, before: 'present', after: 'absent', outcome: 'changed' },
        {
          do: 'restore-sysctl',
          what: 'net.ipv4.ip_forward',
          before: null,
          after: null,
          outcome: 'left',
          reason: expect.stringContaining('next boot'),
        },
      ]),
    });
    expect(snapshot(tree.root)).toEqual(before);
    expect(host.sh('cat /proc/sys/net/ipv4/ip_forward')).toBe('1\n');
  });

  check('leaves a directory that we made and somebody else uses by now', async () => {
    using host = await namespaceHost();
    using tree = nodeTree({
      '/etc': { directory: true },
      '/run': { directory: true },
      '/var/lib': { directory: true },
    });
    apply(host, FORWARDING, { root: tree.root, shell });
    writeFileSync(`${tree.root}/etc/sysctl.d/theirs.conf`, '');
    expect(undo(host, { root: tree.root, shell })).toMatchObject({
      outcome: 'changed',
      steps: expect.arrayContaining([
        expect.objectContaining({
          what: '/etc/sysctl.d',
          outcome: 'left',
          reason: expect.stringMatching(/not empty/i),
        }),
        expect.objectContaining({ what: '/etc/modules-load.d', outcome: 'changed' }),
      ]),
    });
  });

  check('fails where it cannot write, and can be run again', async () => {
    using host = await namespaceHost();
    using tree = nodeTree(PLAIN);
    const before = [snapshot(tree.root), values(host)];
    const change = { root: tree.root, shell };
    apply(host, FORWARDING, change);
    const path = '/proc/sys/net/ipv4/ip_forward';
    host.sh(
      `cat ${path} >"$1.value" && mount --bind "$1.value" ${path} && mount -o remount,bind,ro ${path}`,
      tree.root,
    );
    expect(undo(host, change)).toMatchObject({ outcome: 'failed' });
    expect(apply(host, FORWARDING, change)).toMatchObject({
      outcome: 'refused',
      reason: expect.stringMatching(/^an undo has started/),
    });
    host.sh(`umount ${path}; rm "$1.value"`, tree.root);
    expect(undo(host, change)).toMatchObject({ outcome: 'changed' });
    expect([snapshot(tree.root), values(host)]).toEqual(before);
  });

  check.each([
    { why: 'it comes late', code: 'late', ahead: -20, good: 10 },
    { why: "the node's clock is behind", code: 'clock', ahead: 40 },
  ])('is refused when $why', async ({ code, ...timing }) => {
    using host = await namespaceHost();
    using tree = nodeTree(PLAIN);
    apply(host, FORWARDING, { root: tree.root, shell });
    const before = [snapshot(tree.root), values(host)];
    expect(undo(host, { root: tree.root, shell, ...timing })).toMatchObject({ outcome: 'refused', code });
    expect([snapshot(tree.root), values(host)]).toEqual(before);
  });

  check('does not guess at a journal of another version', async () => {
    using host = await namespaceHost();
    using tree = nodeTree({ ...PLAIN, [JOURNAL]: 'netprereq-journal 2\n' });
    const before = [snapshot(tree.root), values(host)];
    for (const run of [
      () => undo(host, { root: tree.root, shell }),
      () => apply(host, FORWARDING, { root: tree.root, shell }),
    ]) {
      expect(run()).toMatchObject({
        outcome: 'refused',
        reason: expect.stringMatching(/has an unknown format/),
      });
    }
    expect([snapshot(tree.root), values(host)]).toEqual(before);
  });
});
