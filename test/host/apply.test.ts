import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { applyScript } from '../../src/apply/script.ts';
import { swapDotsAndSlashes } from '../../src/facts/sysctl-name.ts';
import { ownFiles } from '../../src/plan/own-files.ts';
import type { Step } from '../../src/plan/plan.ts';
import { file, nodeFacts } from '../rules/facts.ts';
import { ADVERTISE, HEARD, LINKS, noRouter } from './advertised-route.ts';
import {
  apply,
  BOOT_ID,
  FORWARDING,
  type NamespaceHost,
  namespaceHost,
  now,
  PLAIN,
  snapshot,
  step,
  undo,
  values,
} from './namespace-host.ts';
import { nodeTree } from './node-tree.ts';
import { noNamespaces, SHELLS, titleOf } from './shells.ts';

const SYSCTL_FILE = '/etc/sysctl.d/99-zz-netprereq.conf';
const MODULES_FILE = '/etc/modules-load.d/netprereq.conf';
const TITLE = '# Written by kubectl netprereq. Its undo removes this file, but not when somebody else has changed it.';
const because = noNamespaces ? ` (skipped: ${noNamespaces})` : '';

/** A modprobe for a made-up root. */
function modprobe(root: string, text: string): void {
  writeFileSync(`${root}/sbin/modprobe`, `#!/bin/sh\n${text}\n`);
  chmodSync(`${root}/sbin/modprobe`, 0o755);
}

const WITH_MODPROBE = { ...PLAIN, '/sbin': { directory: true } } as const;
/** Makes the kernel seem to have loaded its last argument. */
const LOADS = 'cd "$(dirname "$0")/.." && mkdir -p "loaded/$2" && mount --bind loaded /sys/module';

describe.each(SHELLS.map((shell) => ({ title: titleOf(shell), shell })))(
  `a plan carried out under $title${because}`,
  ({ shell }) => {
    const check = test.skipIf(shell.missing !== undefined || noNamespaces !== undefined);

    check('changes what it says, and undo leaves nothing of it', async () => {
      using host = await namespaceHost();
      using tree = nodeTree(PLAIN);
      const before = [snapshot(tree.root), values(host)];
      expect(apply(host, FORWARDING, { root: tree.root, shell })).toMatchObject({
        outcome: 'changed',
        steps: [{ status: 'done' }, { status: 'done' }, { status: 'done' }],
        stopped: false,
      });
      expect(readFileSync(`${tree.root}${SYSCTL_FILE}`, 'utf8')).toMatch(
        /^# Written by .*\n# net\.ipv4\.ip_forward was 0 \(run run1, .*\)\nnet\.ipv4\.ip_forward = 1\n$/,
      );
      expect(readFileSync(`${tree.root}${MODULES_FILE}`, 'utf8')).toMatch(/\nbr_netfilter\n$/);
      expect(statSync(`${tree.root}${SYSCTL_FILE}`).mode & 0o7777).toBe(0o644);
      expect(values(host)).toContain('ipv4/ip_forward:1\n');
      expect(undo(host, { root: tree.root, shell })).toMatchObject({ outcome: 'changed' });
      expect([snapshot(tree.root), values(host)]).toEqual(before);
    });

    check(
      'journals what the kernel changes besides, where it was not like forwarding itself; undo restores all of it',
      async () => {
        using host = await namespaceHost();
        using tree = nodeTree(PLAIN);
        const before = values(host);
        apply(host, FORWARDING, { root: tree.root, shell });
        const journal = readFileSync(`${tree.root}/var/lib/netprereq/journal`, 'utf8');
        expect(
          [...journal.matchAll(/^(value|side) \S+ \S+ \S+ (.*)$/gm)].map(([, kind, words]) => `${kind} ${words}`),
        ).toEqual([
          'value net/ipv4/ip_forward =0 =1',
          'side net/ipv4/conf/v0/forwarding =1',
          // The kernel sets it to 0 now, and to 1 when forwarding goes.
          'side net/ipv4/conf/all/accept_redirects =0',
        ]);
        expect(values(host)).toContain('ipv4/conf/$(id)"a;/forwarding:1\n');
        undo(host, { root: tree.root, shell });
        expect(values(host)).toBe(before);
      },
    );

    check('is unchanged the second time, with the same plan too', async () => {
      using host = await namespaceHost();
      using tree = nodeTree(PLAIN);
      apply(host, FORWARDING, { root: tree.root, shell });
      const before = [snapshot(tree.root), values(host)];
      expect(apply(host, FORWARDING, { root: tree.root, shell })).toMatchObject({
        outcome: 'unchanged',
        steps: [{ status: 'unchanged' }, { status: 'unchanged' }, { status: 'unchanged' }],
      });
      expect([snapshot(tree.root), values(host)]).toEqual(before);
    });

    check('merges with an earlier run and with lines that somebody else has put into our file', async () => {
      using host = await namespaceHost();
      using tree = nodeTree(PLAIN);
      apply(host, [step.keep('net.ipv4.ip_forward', '1')], { root: tree.root, shell });
      writeFileSync(`${tree.root}${SYSCTL_FILE}`, '# theirs \\n $(id)\n\nvm.swappiness=1', { flag: 'a' });
      const steps = [step.keep('net.ipv6.conf.all.forwarding', '1'), step.keep('net.ipv4.ip_forward', '2', '1')];
      expect(apply(host, steps, { root: tree.root, shell, run: 'run2' })).toMatchObject({ outcome: 'changed' });
      const lines = readFileSync(`${tree.root}${SYSCTL_FILE}`, 'utf8').split('\n').slice(1);
      expect(lines).toEqual([
        '# theirs \\n $(id)',
        '',
        'vm.swappiness=1',
        expect.stringMatching(/^# net\.ipv6\.conf\.all\.forwarding was 0 \(run run2, /),
        'net.ipv6.conf.all.forwarding = 1',
        expect.stringMatching(/^# net\.ipv4\.ip_forward was 0 \(run run2, /),
        'net.ipv4.ip_forward = 2',
        '',
      ]);
      expect(undo(host, { root: tree.root, shell })).toMatchObject({ outcome: 'refused', code: 'edited' });
    });

    check('follows links of the node below its root only, and makes directories that are missing', async () => {
      using host = await namespaceHost();
      using tree = nodeTree({
        '/data/etc/sysctl.d': { directory: true },
        '/etc': { link: '/data/etc' },
        '/run': { directory: true },
        '/var': { link: 'data/../data/./var' },
        '/data/var/lib': { directory: true },
      });
      const before = snapshot(tree.root);
      expect(apply(host, FORWARDING, { root: tree.root, shell })).toMatchObject({ outcome: 'changed' });
      expect(existsSync(`${tree.root}/data${MODULES_FILE}`)).toBe(true);
      expect(undo(host, { root: tree.root, shell })).toMatchObject({ outcome: 'changed' });
      expect(snapshot(tree.root)).toEqual(before);
    });

    check.each<{
      why: string;
      code: string;
      steps?: readonly Step[];
      ahead?: number;
      good?: number;
      bootId?: string;
      /** Done by somebody between the look and the change. */
      since?: (root: string, host: NamespaceHost) => void;
    }>([
      { why: 'it comes late', code: 'late', ahead: -20, good: 10 },
      { why: "the node's clock is behind", code: 'clock', ahead: 40 },
      { why: 'the node has been rebooted', code: 'boot', bootId: BOOT_ID.replace(/./, 'x') },
      { why: 'a value is another one', code: 'before', steps: [step.set('net.ipv4.conf.v0.forwarding', '0', '2')] },
      {
        why: 'a value that nobody had read is there by now',
        code: 'before',
        steps: [step.set('net.ipv4.conf.v0.forwarding', '0', 'absent')],
      },
      {
        why: 'our file for sysctls is another one',
        code: 'before',
        since: (root) => writeFileSync(`${root}${SYSCTL_FILE}`, '# theirs\n'),
      },
      {
        why: 'our file for modules is a link',
        code: 'before',
        since: (root) => symlinkSync('/dev/null', `${root}${MODULES_FILE}`),
      },
      {
        why: 'another run has written its journal',
        code: 'before',
        since(root) {
          mkdirSync(`${root}/var/lib/netprereq`);
          writeFileSync(`${root}/var/lib/netprereq/journal`, `netprereq-journal 1\nmodule a 1 ${BOOT_ID} x\n`);
        },
      },
      { why: 'there is no modprobe', code: 'modprobe', steps: [step.load('nothing')] },
      { why: 'a module is named like an option', code: 'planned', steps: [step.load('-r')] },
      { why: 'a module is named like commands', code: 'planned', steps: [step.keepModule('a;$(touch x)')] },
      { why: 'a key has a newline', code: 'planned', steps: [step.keep('a.b\nkernel.core_pattern', '1')] },
      { why: 'a key is a pattern', code: 'planned', steps: [step.keep('net.ipv4.conf.*.forwarding', '1')] },
      { why: 'a kept value has a newline', code: 'planned', steps: [step.keep('a.b', '1\nc.d = 2')] },
      { why: 'a key leads out of /proc/sys', code: 'invalid', steps: [step.set('../../etc/passwd', '1', 'absent')] },
    ])('is refused before anything is changed when $why', async ({ code, steps = [], since, ...change }) => {
      using host = await namespaceHost();
      using tree = nodeTree(PLAIN);
      const state = () => [snapshot(tree.root), values(host)];
      let before = state();
      const meanwhile = () => {
        since?.(tree.root, host);
        before = state();
      };
      expect(apply(host, [...FORWARDING, ...steps], { root: tree.root, shell, meanwhile, ...change })).toEqual({
        outcome: 'refused',
        code,
        reason: expect.stringMatching(/./),
      });
      expect(state()).toEqual(before);
    });

    check('refuses a request whose value leads out of /proc/sys, or that was cut off', async () => {
      using host = await namespaceHost();
      using tree = nodeTree(PLAIN);
      const head = [
        'netprereq-plan 1',
        'run a',
        `now ${now()}`,
        `not-after ${now() + 9}`,
        `boot ${BOOT_ID}`,
        'journal 0 -',
      ];
      for (const rest of [['write-sysctl ../../tmp/x - =1 -', 'end'], ['write-file /etc/x - =YQo=']]) {
        const request = [...head, ...rest, ''].join('\n');
        const command = [...shell.command, '-c', applyScript, 'netprereq', 'local', tree.root, '', request];
        expect(host.run(command, { PATH: shell.path }).stdout).toMatch(/^np-apply 1\noutcome refused invalid\n/);
      }
      expect(existsSync(`${tree.root}/etc/x`)).toBe(false);
    });

    check.each([
      { what: 'is read-only', mount: 'mount --bind "$1/etc" "$1/etc" && mount -o remount,bind,ro "$1/etc"' },
      { what: 'is on a full disk', mount: full('etc') },
      { what: 'has a read-only file system for sysctl.d alone', mount: readOnly('etc/sysctl.d') },
      { what: 'is fine but /var/lib is full', mount: full('var/lib') },
    ])('is refused before anything is changed when /etc $what', async ({ mount }) => {
      using host = await namespaceHost();
      using tree = nodeTree(PLAIN);
      host.sh(mount, tree.root);
      const state = () => [host.sh('cd "$1" && find . -type f -exec grep "" {} +', tree.root), values(host)];
      const before = state();
      expect(apply(host, FORWARDING, { root: tree.root, shell })).toMatchObject({
        outcome: 'refused',
        code: 'unwritable',
        reason: expect.stringMatching(/cannot be written: .*(Read-only file system|No space left)/),
      });
      expect(state()).toEqual(before);
    });

    check.each([
      {
        what: 'loads it',
        text: LOADS,
        expected: { outcome: 'changed', steps: [{ status: 'done' }] },
      },
      {
        what: 'ends well and loads nothing',
        text: 'exit 0',
        expected: {
          outcome: 'failed',
          steps: [{ status: 'failed', detail: expect.stringContaining('modprobe succeeded') }],
        },
      },
      {
        what: 'fails',
        text: 'echo "modprobe: FATAL: $*" >&2; exit 1',
        expected: { outcome: 'failed', steps: [{ status: 'failed', detail: 'modprobe: FATAL: -- np_nothing' }] },
      },
    ])('reports a modprobe that $what', async ({ text, expected }) => {
      using host = await namespaceHost();
      using tree = nodeTree(WITH_MODPROBE);
      modprobe(tree.root, text);
      expect(apply(host, [step.load('np_nothing')], { root: tree.root, shell })).toMatchObject(expected);
      const note = { do: 'unload-module', what: 'np_nothing', outcome: 'left' };
      expect(undo(host, { root: tree.root, shell })).toMatchObject({ outcome: 'changed', steps: [note] });
    });

    check('fails on a value that stays, and reaches no step after it', async () => {
      using host = await namespaceHost();
      using tree = nodeTree(PLAIN);
      host.sh(
        'echo 0 >"$1/tmp" && mount --bind "$1/tmp" /proc/sys/net/ipv4/ip_forward && mount -o remount,bind,ro /proc/sys/net/ipv4/ip_forward',
        tree.root,
      );
      const steps = [...FORWARDING, step.set('net.ipv4.conf.v0.forwarding', '0', '1')];
      expect(apply(host, steps, { root: tree.root, shell })).toMatchObject({
        outcome: 'failed',
        steps: [
          { status: 'done' },
          { status: 'done' },
          { status: 'failed', detail: expect.stringMatching(/Read-only/i) },
          { status: 'not-reached' },
        ],
      });
      expect(host.sh('cat /proc/sys/net/ipv4/conf/v0/forwarding')).toBe('1\n');
    });

    check('fails on a value that the kernel takes and does not keep', async () => {
      using host = await namespaceHost();
      using tree = nodeTree(PLAIN);
      host.sh('mount --bind /dev/null /proc/sys/net/ipv4/ip_forward');
      expect(apply(host, [step.set('net.ipv4.ip_forward', '1', '')], { root: tree.root, shell })).toMatchObject({
        outcome: 'failed',
        steps: [{ status: 'failed', detail: 'the kernel accepted the value but shows another' }],
      });
    });

    check('takes names and values of any bytes for what they are', async () => {
      using host = await namespaceHost();
      using tree = nodeTree(PLAIN);
      const names = ['$(id)"a;', "q'`~\\0141", 'a.b\u0001\u001bü'];
      host.sh('ip link add "$1" type bridge; ip link add "$2" type bridge', names[1] ?? '', names[2] ?? '');
      const key = (name: string) => `net/ipv4/conf/${name}/forwarding`;
      const steps = [
        ...names.map((name) => step.set(key(name), '1', '0')),
        step.set('net.ipv4.conf.a/b\u0001\u001bü.accept_redirects', '0', '1'),
        step.set('net.ipv4.conf.v0.forwarding', '$(touch /tmp/pwned)`id`', '1'),
      ];
      expect(apply(host, steps, { root: tree.root, shell })).toMatchObject({
        outcome: 'failed',
        steps: [...Array(4).fill({ status: 'done' }), { status: 'failed' }],
      });
      expect(undo(host, { root: tree.root, shell })).toMatchObject({
        steps: expect.arrayContaining(
          names.map((name) =>
            expect.objectContaining({
              what: swapDotsAndSlashes(key(name)),
              outcome: 'changed',
              before: '1',
              after: '0',
            }),
          ),
        ),
      });
      expect(existsSync('/tmp/pwned')).toBe(false);
    });

    check('fails on a value that the kernel does not keep although it was 0 before', async () => {
      using host = await namespaceHost();
      using tree = nodeTree(PLAIN);
      // The kernel takes any number here and keeps the bits that it knows.
      const path = '/proc/1/coredump_filter';
      host.sh(`echo 0 >${path}; mount --bind ${path} /proc/sys/net/ipv4/conf/v0/rp_filter`);
      const set = step.set('net.ipv4.conf.v0.rp_filter', '512', '00000000');
      expect(apply(host, [set, FORWARDING[2] ?? set], { root: tree.root, shell })).toMatchObject({
        outcome: 'failed',
        steps: [
          { status: 'failed', detail: 'the kernel accepted the value but shows another' },
          { status: 'not-reached' },
        ],
      });
      expect(undo(host, { root: tree.root, shell })).toMatchObject({ outcome: 'changed' });
    });

    check('fails on a disk that fills between the checks and a step, and is undone on the full disk', async () => {
      using host = await namespaceHost();
      using tree = nodeTree(WITH_MODPROBE);
      const before = [snapshot(tree.root), values(host)];
      host.sh('mount -t tmpfs -o size=64k,mode=755 none "$1/var/lib"', tree.root);
      const fills = `{ head -c 100000 /dev/zero >"$(dirname "$0")/../var/lib/filler"; } 2>/dev/null`;
      modprobe(tree.root, `${fills}; ${LOADS}`);
      const steps = FORWARDING.toSpliced(2, 0, step.load('np_nothing'));
      expect(apply(host, steps, { root: tree.root, shell })).toMatchObject({
        outcome: 'failed',
        steps: [{}, {}, { status: 'done' }, { status: 'failed', detail: expect.stringMatching(/No space left/) }],
      });
      expect(host.sh('cat /proc/sys/net/ipv4/ip_forward; ls -A "$1/var/lib/netprereq"', tree.root)).toBe(
        '0\njournal\n',
      );
      expect(undo(host, { root: tree.root, shell })).toMatchObject({ outcome: 'changed' });
      host.sh('umount "$1/var/lib" && umount /sys/module && rm -r "$1/loaded" "$1/sbin/modprobe"', tree.root);
      expect([snapshot(tree.root), values(host)]).toEqual(before);
    });

    test.skipIf(shell.missing !== undefined || noNamespaces !== undefined || !existsSync('/sbin/modprobe'))(
      'does not take the real modprobe’s word for a module that an install line keeps away',
      async () => {
        using host = await namespaceHost();
        using tree = nodeTree({
          ...WITH_MODPROBE,
          '/etc/modprobe.d/np.conf': 'install np_kept_away /bin/true\ninstall np_refused /bin/false\n',
        });
        modprobe(tree.root, 'exec /sbin/modprobe -C "$(dirname "$0")/../etc/modprobe.d" "$@"');
        for (const [module, detail] of [
          ['np_kept_away', /modprobe succeeded, but the module is not loaded/],
          ['np_refused', /np_refused|install/],
        ] as const) {
          expect(apply(host, [step.load(module)], { root: tree.root, shell })).toMatchObject({
            outcome: 'failed',
            steps: [{ status: 'failed', detail: expect.stringMatching(detail) }],
          });
        }
      },
    );

    check.each([
      'net.ipv4.ip_forward = 0\r',
      'net/ipv4/ip_forward=0',
      '-net.ipv4.ip_forward = 0',
      ' - net/ipv4/ip_forward = 0',
      '/net/ipv4//ip_forward = 0',
    ])('reads a line of our file as the planner does, and replaces it: %j', async (line) => {
      using host = await namespaceHost();
      const text = `${TITLE}\n# theirs\r\n${line}\n;net.ipv4.ip_forward = 5\n-net.ipv4.ip_forward\n`;
      using tree = nodeTree({ ...PLAIN, [SYSCTL_FILE]: text });
      const facts = nodeFacts({ boot: { sysctl: [file(SYSCTL_FILE, ...text.trimEnd().split('\n'))] } });
      const planned = ownFiles(facts).sysctls.get('net.ipv4.ip_forward');
      expect(planned).toBe('0');
      const keep = step.keep('net.ipv4.ip_forward', '1', planned);
      expect(apply(host, [keep], { root: tree.root, shell })).toMatchObject({
        outcome: 'changed',
        steps: [{ status: 'done' }],
      });
      expect(readFileSync(`${tree.root}${SYSCTL_FILE}`, 'utf8').split('\n')).toEqual([
        TITLE,
        '# theirs\r',
        ';net.ipv4.ip_forward = 5',
        '-net.ipv4.ip_forward',
        expect.stringMatching(/^# net\.ipv4\.ip_forward was 0/),
        'net.ipv4.ip_forward = 1',
        '',
      ]);
    });

    check('is refused where there is no /var/lib for the journal', async () => {
      using host = await namespaceHost();
      const { '/var/lib': _, ...without } = PLAIN;
      using tree = nodeTree({ ...without, '/var': { directory: true } });
      const before = snapshot(tree.root);
      expect(apply(host, FORWARDING, { root: tree.root, shell })).toMatchObject({
        outcome: 'refused',
        code: 'unwritable',
        reason: 'there is no /var/lib for the journal',
      });
      expect(snapshot(tree.root)).toEqual(before);
    });

    check('is refused where our file cannot be replaced, being immutable or a mount', async () => {
      using host = await namespaceHost();
      using tree = nodeTree({ ...PLAIN, [SYSCTL_FILE]: 'kernel.panic = 5\n' });
      const before = snapshot(tree.root);
      host.sh(`f=$1${SYSCTL_FILE}; mount --bind "$f" "$f" && mount -o remount,bind,ro "$f"`, tree.root);
      expect(apply(host, FORWARDING, { root: tree.root, shell })).toMatchObject({
        outcome: 'refused',
        code: 'unwritable',
        reason: expect.stringMatching(/^\/etc\/sysctl\.d\/99-zz-netprereq\.conf cannot be replaced: /),
      });
      expect(snapshot(tree.root)).toEqual(before);
    });

    test.skipIf(shell.missing !== undefined || noRouter !== undefined).each([
      { what: 'is refused where', ra: '1', steps: [], expected: { outcome: 'refused', code: 'before' } },
      { what: 'is carried out where accept_ra is 2 and', ra: '2', steps: [], expected: { outcome: 'changed' } },
      {
        what: 'is carried out where the plan sets accept_ra and',
        ra: '1',
        steps: [step.set('net.ipv6.conf.a/0.accept_ra', '2', '1')],
        expected: { outcome: 'changed' },
      },
    ])('$what a router has advertised a default route since the look', async ({ ra, steps, expected }) => {
      using host = await namespaceHost();
      using tree = nodeTree(PLAIN);
      const route = [LINKS, `echo ${ra} >/proc/sys/net/ipv6/conf/a.0/accept_ra`, HEARD].join('\n');
      expect(host.run(['sh', '-ec', route, ADVERTISE]).stderr).toBe('');
      const plan = [...steps, step.set('net.ipv6.conf.all.forwarding', '1', '0')];
      const before = values(host);
      const outcome = apply(host, plan, { root: tree.root, shell });
      expect(outcome).toMatchObject(expected);
      if (outcome.outcome === 'refused')
        expect([values(host), outcome.reason]).toEqual([before, expect.stringMatching(/ a\.0 /)]);
      expect(host.sh('ip -6 route show default')).toContain('dev a.0');
    });

    check('leaves a node alone that another run is changing, and says whose it is', async () => {
      using host = await namespaceHost();
      using tree = nodeTree(PLAIN);
      using _ = holdLock(host, tree.root);
      expect(apply(host, FORWARDING, { root: tree.root, shell })).toMatchObject({ outcome: 'locked', holder: 'other' });
    });
  },
);

function full(path: string): string {
  return [
    `cp -a "$1/${path}" "$1/copy" && mount -t tmpfs -o size=64k,mode=755 none "$1/${path}"`,
    `cp -a "$1/copy/." "$1/${path}" && rm -r "$1/copy" && { head -c 1000000 /dev/zero >"$1/${path}/filler" || :; } 2>/dev/null`,
  ].join('\n');
}

function readOnly(path: string): string {
  return `mount --bind "$1/${path}" "$1/${path}" && mount -o remount,bind,ro "$1/${path}"`;
}

/** As a run of this version holds it; its process lives until the host ends. */
function holdLock(host: NamespaceHost, root: string): Disposable {
  const text = [
    'exec 9>>"$1/run/netprereq.lock"; flock 9',
    `echo "netprereq-lock 1 1 other ${now() - 5}" >"$1/run/netprereq.lock"`,
    'sleep 60 >/dev/null 2>&1 & echo $!',
  ].join('; ');
  const pid = host.sh(text, root).trim();
  return { [Symbol.dispose]: () => host.sh('kill "$1"', pid) };
}
