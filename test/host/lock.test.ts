import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { parseApply } from '../../src/apply/outcome.ts';
import { applyScript, planRequest } from '../../src/apply/script.ts';
import { nodeFacts } from '../rules/facts.ts';
import { apply, BOOT_ID, FORWARDING, namespaceHost, now, PLAIN, step, undo } from './namespace-host.ts';
import { nodeTree } from './node-tree.ts';
import { noNamespaces, SHELLS, type Shell, titleOf } from './shells.ts';

const because = noNamespaces ? ` (skipped: ${noNamespaces})` : '';
const PATHS = { ...PLAIN, '/sbin': { directory: true } } as const;

/** A request whose modprobe waits until the file "go" is there. */
function waitingRequest(root: string): string {
  const text = '#!/bin/sh\ncd "$(dirname "$0")/.."\n: >waits\nuntil [ -e go ]; do sleep 0.1; done\n';
  writeFileSync(`${root}/sbin/modprobe`, text);
  chmodSync(`${root}/sbin/modprobe`, 0o755);
  const steps = [step.keepModule('np_nothing'), step.load('np_nothing'), step.set('net.ipv4.ip_forward', '1', '0')];
  return planRequest({ bootId: BOOT_ID, steps }, nodeFacts(), { run: 'first', now: now(), notAfter: now() + 60 });
}

/** A new network namespace has what the machine's has been set to. */
const WITHOUT_FORWARDING = 'echo 0 >/proc/sys/net/ipv4/ip_forward; exec "$@"';

/** Starts a fix that waits in its modprobe; resolves as soon as it does. */
async function waitingFix(root: string, shell: Shell) {
  const request = waitingRequest(root);
  const [file = '', ...args] = [...shell.command, '-c', applyScript, 'netprereq', 'local', root, `${root}/answer`];
  const child = spawn('unshare', ['-r', '-n', '-m', 'sh', '-c', WITHOUT_FORWARDING, 'sh', file, ...args, request], {
    env: { PATH: shell.path },
    stdio: 'ignore',
  });
  while (!existsSync(`${root}/waits`)) await setTimeout(20);
  return {
    pid: child.pid ?? 0,
    signal: (name: NodeJS.Signals) => child.kill(name),
    async end() {
      const ended = once(child, 'exit');
      writeFileSync(`${root}/go`, '');
      await ended;
      return parseApply(readFileSync(`${root}/answer`, 'utf8'), 3);
    },
  };
}

describe.each(SHELLS.map((shell) => ({ title: titleOf(shell), shell })))(
  `the lock under $title${because}`,
  ({ shell }) => {
    const check = test.skipIf(shell.missing !== undefined || noNamespaces !== undefined);

    check('lets one of two fixes do it, and tells the other one who', async () => {
      using tree = nodeTree(PATHS);
      const first = await waitingFix(tree.root, shell);
      const second = shellRun(tree.root, shell);
      expect(second).toMatchObject({ outcome: 'locked', holder: 'first' });
      expect(now() - (second.outcome === 'locked' ? second.since : 0)).toBeLessThan(60);
      expect(await first.end()).toMatchObject({ outcome: 'failed' });
      expect(readdirSync(`${tree.root}/run`)).toEqual([]);
    });

    check('is kept by what a run has started when the run itself is killed, until that has ended', async () => {
      // One that may see the other one's open files: they are not shown to another user namespace.
      using host = await namespaceHost();
      using tree = nodeTree(PATHS);
      const request = waitingRequest(tree.root);
      const start = '"$@" >/dev/null 2>&1 & pid=$!; until [ -e "$ROOT/waits" ]; do sleep 0.05; done; kill -9 $pid';
      const words = ['-c', applyScript, 'netprereq', 'local', tree.root, `${tree.root}/answer`, request];
      host.run(['sh', '-c', start, 'sh', ...shell.command, ...words], { PATH: shell.path, ROOT: tree.root });
      const second = () => apply(host, FORWARDING, { root: tree.root, shell });
      expect(second()).toMatchObject({ outcome: 'locked', holder: 'first' });
      writeFileSync(`${tree.root}/go`, '');
      let outcome = second();
      for (let tries = 0; outcome.outcome === 'locked' && tries < 50; tries++) {
        await setTimeout(100);
        outcome = second();
      }
      expect(outcome).toMatchObject({ outcome: 'changed' });
      expect(readdirSync(`${tree.root}/run`)).toEqual([]);
    });

    check('finishes the step when it is asked to end, and reaches no other', async () => {
      using tree = nodeTree(PATHS);
      const first = await waitingFix(tree.root, shell);
      first.signal('SIGTERM');
      expect(await first.end()).toMatchObject({
        outcome: 'failed',
        stopped: true,
        steps: [{ status: 'done' }, { status: 'failed' }, { status: 'not-reached' }],
      });
      expect(readdirSync(`${tree.root}/run`)).toEqual([]);
    });

    check.each([
      { of: 'a process that is gone', content: 'netprereq-lock 1 4194999 dead 1' },
      { of: 'a process whose number another one has by now', content: 'netprereq-lock 1 1 dead 1' },
      { of: 'nobody who can be told', content: '' },
    ])('of $of is taken over', async ({ content }) => {
      using host = await namespaceHost();
      using tree = nodeTree({
        ...PLAIN,
        '/run/netprereq.lock': `${content}\n`,
      });
      expect(apply(host, FORWARDING, { root: tree.root, shell })).toMatchObject({ outcome: 'changed' });
      expect(readdirSync(`${tree.root}/run`)).toEqual([]);
    });

    check.each([2, 126, 127])(
      'that flock fails to take with %i is refused, and nobody else is blamed',
      async (status) => {
        using host = await namespaceHost();
        using tree = nodeTree({ ...PLAIN, '/tools/flock': { script: `#!/bin/sh\nexit ${status}\n` } });
        const failing = { ...shell, path: `${tree.root}/tools:${shell.path}` };
        expect(apply(host, FORWARDING, { root: tree.root, shell: failing })).toEqual({
          outcome: 'refused',
          code: 'lock',
          reason: `the lock could not be taken: flock failed with ${status}`,
        });
      },
    );

    check('of a dead run goes to one only of those that want it', async () => {
      using host = await namespaceHost();
      using tree = nodeTree({ ...PLAIN, '/run/netprereq.lock': 'netprereq-lock 1 4194999 dead 1\n' });
      const request = (run: number) =>
        planRequest({ bootId: BOOT_ID, steps: FORWARDING }, nodeFacts(), {
          run: `run${run}`,
          now: now(),
          notAfter: now() + 60,
        });
      const runs = [1, 2, 3, 4, 5];
      const all = 'for r; do n=$((n + 1)); sh -c "$SCRIPT" netprereq local "$ROOT" "$ROOT/answer$n" "$r" & done; wait';
      host.run([...shell.command, '-c', all, 'sh', ...runs.map(request)], {
        PATH: shell.path,
        SCRIPT: applyScript,
        ROOT: tree.root,
      });
      const outcomes = runs.map((run) => parseApply(readFileSync(`${tree.root}/answer${run}`, 'utf8'), 3).outcome);
      expect(outcomes.filter((outcome) => outcome === 'changed')).toHaveLength(1);
      // Those that come when the first one has ended find that their plan is stale.
      expect(outcomes.filter((outcome) => !['changed', 'refused', 'locked'].includes(outcome))).toEqual([]);
      expect(readdirSync(`${tree.root}/run`)).toEqual([]);
      expect(undo(host, { root: tree.root, shell })).toMatchObject({ outcome: 'changed' });
    });
  },
);

/** A fix from the machine's own process namespace, where the first one's process is seen. */
function shellRun(root: string, shell: Shell) {
  const run = (command: readonly string[], env: Record<string, string> = {}) =>
    spawnSync('unshare', ['-r', '-n', '-m', 'sh', '-c', WITHOUT_FORWARDING, 'sh', ...command], {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  return apply({ run, sh: () => '', [Symbol.dispose]: () => undefined }, FORWARDING, { root, shell });
}
