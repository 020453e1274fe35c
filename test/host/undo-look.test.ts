import { appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  apply,
  FORWARDING,
  namespaceHost,
  PLAIN,
  snapshot,
  step,
  type Undone,
  undo,
  undoLook,
  values,
} from './namespace-host.ts';
import { nodeTree } from './node-tree.ts';
import { noNamespaces, SHELLS, titleOf } from './shells.ts';

const MODULES_FILE = '/etc/modules-load.d/netprereq.conf';
const SYSCTL_FILE = '/etc/sysctl.d/99-zz-netprereq.conf';
const JOURNAL = '/var/lib/netprereq/journal';
const because = noNamespaces ? ` (skipped: ${noNamespaces})` : '';

/** Steps without what becomes of a plan. */
const brief = ({ steps = [] }: Undone) =>
  steps.map(
    ({ do: does, what, before, after, outcome }) =>
      `${does} ${what} ${before}>${after} ${outcome.replace('planned', 'changed')}`,
  );

describe.each(SHELLS.map((shell) => ({ title: titleOf(shell), shell })))(
  `what undo would do, under $title${because}`,
  ({ shell }) => {
    const check = test.skipIf(shell.missing !== undefined || noNamespaces !== undefined);

    check.each([
      { what: 'a fix', after: '' },
      { what: 'a fix, and a value that somebody has changed since', after: 'echo 0 >/proc/sys/net/ipv4/ip_forward' },
      { what: 'a fix, and a file that is gone', after: `rm "$1${MODULES_FILE}"` },
      { what: 'a fix, and a directory that somebody else uses', after: 'touch "$1/etc/modules-load.d/theirs.conf"' },
    ])('is what undo then does: after $what', async ({ after }) => {
      using host = await namespaceHost();
      using tree = nodeTree({ ...PLAIN, [SYSCTL_FILE]: 'kernel.panic = 5\n' });
      const change = { root: tree.root, shell };
      apply(host, [...FORWARDING, step.set('net.ipv4.conf.v0.forwarding', '0', '1')], change);
      host.sh(after || ':', tree.root);
      const before = [snapshot(tree.root), values(host)];
      const told = undoLook(host, { ...change, force: true });
      expect([snapshot(tree.root), values(host)]).toEqual(before);
      expect(told.outcome).toBe('planned');
      const done = brief(undo(host, { ...change, force: true }));
      // Whether a directory is empty then, a look does not ask.
      const compared = (steps: readonly string[]) => steps.filter((line) => !line.startsWith('remove-directory'));
      expect(compared(brief(told))).toEqual(compared(done));
    });

    check('is nothing without a journal, and nothing that it knows with one of another version', async () => {
      using host = await namespaceHost();
      using tree = nodeTree(PLAIN);
      const change = { root: tree.root, shell };
      expect(undoLook(host, change)).toMatchObject({ outcome: 'unchanged', steps: [] });
      mkdirSync(`${tree.root}/var/lib/netprereq`, { recursive: true });
      writeFileSync(tree.root + JOURNAL, 'netprereq-journal 9\n');
      expect(undoLook(host, change)).toMatchObject({ outcome: 'refused', code: 'journal' });
    });

    check('is what undo refuses where a file of ours is there and no journal tells of it', async () => {
      using host = await namespaceHost();
      using tree = nodeTree(PLAIN);
      const change = { root: tree.root, shell };
      apply(host, FORWARDING, change);
      rmSync(tree.root + JOURNAL);
      const told = undoLook(host, change);
      expect(told).toMatchObject({ code: 'no-journal', unjournalled: [MODULES_FILE, SYSCTL_FILE] });
      expect(told).toEqual(undo(host, change));
    });

    check('of another boot is the files, and the rest at the next one', async () => {
      using host = await namespaceHost();
      using tree = nodeTree(PLAIN);
      const change = { root: tree.root, shell };
      apply(host, FORWARDING, change);
      const journal = readFileSync(tree.root + JOURNAL, 'utf8');
      writeFileSync(
        tree.root + JOURNAL,
        journal.replaceAll(/ [0-9a-f]{8}-[0-9a-f-]{27}/g, ' 0f2c1d9e-5c1f-4a8e-9a52-0d6c2f8b7a31'),
      );
      const steps = brief(undoLook(host, change));
      expect(steps).toContain('restore-sysctl net.ipv4.ip_forward null>null left');
      expect(steps).toContain(`remove-file ${SYSCTL_FILE} present>absent changed`);
    });

    check.each([
      {
        what: 'has been edited',
        found: /^=/,
        edit: (path: string) => appendFileSync(path, 'kernel.panic = 5\n'),
      },
      {
        what: 'is a link now',
        found: /^link$/,
        edit(path: string) {
          rmSync(path);
          symlinkSync('/dev/null', path);
        },
      },
    ])('is refused where our file $what', async ({ edit, found }) => {
      using host = await namespaceHost();
      using tree = nodeTree(PLAIN);
      apply(host, FORWARDING, { root: tree.root, shell });
      const expected = readFileSync(tree.root + SYSCTL_FILE, 'utf8');
      edit(tree.root + SYSCTL_FILE);
      const told = undoLook(host, { root: tree.root, shell });
      expect(told).toMatchObject({
        outcome: 'refused',
        code: 'edited',
        edited: [
          {
            path: SYSCTL_FILE,
            expected: `=${Buffer.from(expected).toString('base64')}`,
            found: expect.stringMatching(found),
          },
        ],
      });
    });
  },
);
