import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { CheckReport } from '../../src/report/report.ts';
import { flannelCluster } from '../support/clusters.ts';
import { commandLine, ended, netprereq, type Result, startNetprereq } from '../support/command.ts';
import { expectNoPods, expectPlain, expectRefusal } from '../support/refusal.ts';
import { type StandIn, startStandIn } from '../support/stand-in.ts';

let standIn: StandIn | undefined;

afterEach(async () => {
  expectNoPods(standIn);
  await standIn?.stop();
  standIn = undefined;
});

const directory = mkdtempSync(join(tmpdir(), 'netprereq-environment-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** What a command has to run inside of so that it cannot write to a directory: modes are nothing to root. undefined: there is nothing. */
const unwritable = ((): ((path: string) => string[]) | undefined => {
  if (process.getuid?.() !== 0) return () => [];
  const mounted = (path: string) => [
    ...['unshare', '--mount', 'sh', '-ec'],
    ...['mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"; shift; exec "$@"', 'sh', path],
  ];
  const [file = '', ...args] = [...mounted(directory), 'sh', '-c', '! touch "$0"/x', directory];
  return spawnSync(file, args).status === 0 ? mounted : undefined;
})();

async function start(): Promise<string> {
  standIn = await startStandIn({ ...flannelCluster(), nodes: [{ name: 'node-1', recorded: 'nothing \u2713' }] });
  return standIn.kubeconfig;
}

test.for<[string, Record<string, string>]>([
  // Without the locale this could not be told from having none.
  ['TERM=dumb', { TERM: 'dumb', LC_ALL: 'C.UTF-8' }],
  ['no UTF-8', { LC_ALL: 'C' }],
])('with %s everything is ASCII', async ([, env]) => {
  const { code, stdout, stderr } = await netprereq(['check'], { KUBECONFIG: await start(), ...env });
  expect([code, stderr]).toEqual([3, '']);
  expect(stdout).toMatch(/^[\n\u0020-\u007e]+$/);
});

test('where the terminal can show it, not everything is', async () => {
  const env = { KUBECONFIG: await start(), TERM: 'xterm', LC_ALL: 'C.UTF-8' };
  expect((await netprereq(['check'], env)).stdout).not.toMatch(/^[\n\u0020-\u007e]+$/);
});

/** Runs a check, or kills it: Node, too, can hang over a directory that it cannot make. */
async function checkWith(env: Record<string, string>, inside: readonly string[] = []): Promise<Result> {
  const { file, args } = commandLine(['check']);
  const [program = file, ...words] = [...inside, file, ...args];
  const all = { ...process.env, KUBECONFIG: await start(), ...env };
  return ended(spawn(program, words, { env: all, timeout: 30_000, killSignal: 'SIGKILL' }));
}

describe('a home or a cache directory that cannot be written to is no trouble', () => {
  test.for<Record<string, string>>([
    ...['/proc/nowhere', '/sys/nowhere', '/dev/null', '', '/proc', '/sys', '/proc/self'].map((HOME) => ({ HOME })),
    ...['/proc/x', '/proc/self/x/y', '/sys/x', '/dev/null', '/dev/null/x'].map((KUBECACHEDIR) => ({ KUBECACHEDIR })),
  ])('%j', async (env) => {
    const { code, signal, stdout, stderr } = await checkWith(env);
    expect([code, signal, stderr]).toEqual([3, null, '']);
    expectPlain(stdout);
  });

  test.skipIf(unwritable === undefined)(
    `one that is there, but read-only${unwritable === undefined ? ' (skipped: root may write, and may not mount)' : ''}`,
    async () => {
      const home = mkdtempSync(join(directory, 'read-only-'));
      chmodSync(home, 0o555);
      const { code, signal, stdout, stderr } = await checkWith({ HOME: home, KUBECACHEDIR: '' }, unwritable?.(home));
      expect([code, signal, stderr]).toEqual([3, null, '']);
      expectPlain(stdout);
      expect(readdirSync(home)).toEqual([]);
    },
  );

  test('and one that can be is where compiled code is kept', async () => {
    const home = mkdtempSync(join(directory, 'home-'));
    expect((await checkWith({ HOME: home, KUBECACHEDIR: '' })).code).toBe(3);
    expect(readdirSync(join(home, '.kube', 'cache', 'netprereq'))).not.toEqual([]);
    const cache = join(directory, 'a', 'b');
    expect((await checkWith({ HOME: home, KUBECACHEDIR: cache })).code).toBe(3);
    expect(readdirSync(join(cache, 'netprereq'))).not.toEqual([]);
  });
});

test('two runs at once do not touch each other’s pods', async () => {
  const running = await startStandIn({
    ...flannelCluster(),
    nodes: [
      { name: 'node-1', behaviour: 'hangs' },
      { name: 'node-2', recorded: 'nothing' },
    ],
  });
  standIn = running;
  const env = { KUBECONFIG: running.kubeconfig };
  const slow = startNetprereq(['check', 'node-1', '-o', 'json'], env);
  const slowEnd = ended(slow);
  await expect.poll(() => running.pods().length, { timeout: 20_000 }).toBe(1);
  const quick = await netprereq(['check', 'node-2', '-o', 'json'], env);
  // The one that hangs is still there when the other run has swept up behind itself.
  expect(running.pods().map(({ spec }) => spec.nodeName)).toEqual(['node-1']);
  slow.kill('SIGINT');
  const ends = [await slowEnd, quick];
  const reports = ends.map(({ stdout }) => JSON.parse(stdout) as CheckReport);
  expect(ends.map(({ code, stderr }) => [code, stderr])).toEqual([
    [130, ''],
    [3, ''],
  ]);
  expect(reports.map(({ nodes }) => nodes.map(({ name, reason }) => `${name}: ${reason}`))).toEqual([
    ['node-1: interrupted'],
    [expect.stringMatching(/^node-2: .*nothing/)],
  ]);
  expect(new Set(reports.map(({ run }) => run.id)).size).toBe(2);
  expect(running.created.length).toBe(2);
});

test('what an error proposes to type reaches the same cluster as the same user', async () => {
  const kubeconfig = await start();
  const args = ['check', 'node-9', '--kubeconfig', kubeconfig, '--context', 'admin'];
  expectRefusal(await netprereq(args), [`kubectl --kubeconfig ${kubeconfig} --context admin get nodes`]);
});
