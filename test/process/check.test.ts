import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { CheckReport } from '../../src/report/report.ts';
import { bridgeOffNode, flannelCluster, forwardingOffNode, healthyNode, unreachableNode } from '../support/clusters.ts';
import { commandLine, ended, netprereq, startNetprereq } from '../support/command.ts';
import { answersOf } from '../support/recorded-answers.ts';
import { type StandIn, type StandInOptions, startStandIn } from '../support/stand-in.ts';

let standIn: StandIn | undefined;

async function start(options: StandInOptions): Promise<StandIn> {
  standIn = await startStandIn({ ...flannelCluster(), ...options });
  return standIn;
}

afterEach(async () => {
  const left = standIn?.pods() ?? [];
  await standIn?.stop();
  standIn = undefined;
  expect(left.map(({ metadata }) => metadata.name)).toEqual([]);
});

function check(...args: string[]) {
  return netprereq(['check', ...args], { KUBECONFIG: standIn?.kubeconfig ?? '' });
}

async function report(...args: string[]): Promise<{ code: number | null; report: CheckReport }> {
  const { code, stdout, stderr } = await check('-o', 'json', ...args);
  if (stdout === '') throw new Error(`no report: ${stderr}`);
  return { code, report: JSON.parse(stdout) };
}

/** `node-1 pass`, or `node-1 unknown: reason`. */
const verdicts = (found: CheckReport) =>
  found.nodes.map(({ name, verdict, reason }) => `${name} ${verdict}${reason ? `: ${reason}` : ''}`);

describe('check', () => {
  test('tells a healthy node, one without bridge-nf-call-iptables, one without forwarding and a dead one apart', async () => {
    const nodes = [
      healthyNode('node-1'),
      bridgeOffNode('node-2'),
      forwardingOffNode('node-3'),
      unreachableNode('node-4'),
    ];
    await start({ nodes });
    const { code, report: found } = await report('--timeout', '2s');
    expect(code).toBe(1);
    expect(verdicts(found)).toEqual([
      'node-1 pass',
      'node-2 fail',
      'node-3 fail',
      expect.stringMatching(
        /^node-4 unknown: the kubelet had not started the pod after 2s \(the node was NotReady before: .+\)$/,
      ),
    ]);
    // What is built in is in no list of modules: only the sysctl itself tells.
    expect(found.nodes[3]?.remedy).toEqual([
      expect.stringMatching(/^In a root shell on the node, /),
      expect.stringContaining("systemctl status 'kubelet*'"),
      'Then see what the node lacks:',
      '"cannot stat" means that br_netfilter is not loaded: sysctl net.bridge.bridge-nf-call-iptables net.ipv4.ip_forward',
      'if this program is installed there: kubectl-netprereq check --local',
    ]);
    const failing = found.nodes.flatMap(({ name, findings }) =>
      findings.filter(({ verdict }) => verdict === 'fail').map(({ rule }) => `${name} ${rule}`),
    );
    expect(failing).toEqual(['node-2 bridge-nf-call-iptables', 'node-3 ipv4-forwarding']);
    expect(found.cluster).toMatchObject({
      cni: 'flannel',
      cniBackend: 'vxlan',
      podsOnBridge: true,
      kubeProxyMode: 'iptables',
    });
  });

  test('exits with 3 when the only trouble is a node that cannot be judged', async () => {
    await start({ nodes: [healthyNode('node-1'), unreachableNode('node-2')] });
    expect((await check('--timeout', '1s')).code).toBe(3);
  });

  test('prints the failing nodes alone with -o name', async () => {
    await start({ nodes: [healthyNode('node-1'), bridgeOffNode('node-2')] });
    const { code, stdout } = await check('-o', 'name');
    expect([code, stdout]).toEqual([1, 'node/node-2\n']);
  });

  test.for([
    [1, 'note: not in the list, because unknown: node-0\n'],
    [2, 'note: not in the list, because unknown: node-0, node-1\n'],
  ] as const)(
    'names on stderr the nodes that -o name leaves out because they are unknown: %i',
    async ([count, said]) => {
      await start({ nodes: Array.from({ length: count }, (_, i) => ({ name: `node-${i}`, recorded: 'nothing' })) });
      const { code, stdout, stderr } = await check('-o', 'name');
      expect([code, stdout, stderr]).toEqual([3, '', said]);
    },
  );

  test('a NotReady node whose CNI is down is checked all the same', async () => {
    await start({ nodes: [healthyNode('node-1', { behaviour: 'notReady' })] });
    expect((await report()).code).toBe(0);
  });
});

describe('a node whose answer cannot be trusted is unknown, never pass', () => {
  test.for<[string, StandInOptions['faults'], RegExp]>([
    [
      'hostNetwork is stripped',
      [{ effect: 'mutate', strip: ['hostNetwork'] }],
      /admission changed the pod \(spec\.hostNetwork\)/,
    ],
    ['hostPID is stripped', [{ effect: 'mutate', strip: ['hostPID'] }], /spec\.hostPID/],
    ['privileges are stripped', [{ effect: 'mutate', strip: ['privileged'] }], /securityContext\.privileged/],
  ])('when %s by admission', async ([, faults, reason]) => {
    await start({ nodes: [healthyNode('node-1')], faults: faults ?? [] });
    const { code, report: found } = await report();
    expect([code, found.nodes[0]?.verdict]).toEqual([3, 'unknown']);
    expect(found.nodes[0]?.reason).toMatch(reason);
  });

  test.for<[string, string]>([
    ['truncated', 'np1 gz 4000 1234 H4sIAAAAAAAA'],
    ['no answer at all', 'sh: not found'],
    ['forged', '{"verdict":"pass"}'],
    ['full of terminal escapes', '\u001b[2J\u001b]0;pass\u0007'],
  ])('when its answer is %s', async ([, message]) => {
    await start({ nodes: [{ name: 'node-1', recorded: message }] });
    const { code, stdout } = await check();
    expect(code).toBe(3);
    expect(stdout).toMatch(/\? unknown/);
    expect(stdout).not.toContain('\u001b');
  });

  test.for<['OutOfpods' | 'Evicted' | 'OOMKilled' | 'deletedMidRun' | 'hangs', RegExp]>([
    ['OutOfpods', /^OutOfpods: /],
    ['Evicted', /^Evicted: /],
    ['OOMKilled', /OOMKilled, exit code 137/],
    ['deletedMidRun', /the pod was deleted before it answered/],
    ['hangs', /the pod was still running after 2s/],
  ])('when its pod ends as %s', async ([behaviour, reason]) => {
    const recorded = () => (behaviour === 'deletedMidRun' ? new Promise<string>(() => {}) : '');
    await start({ nodes: [{ name: 'node-1', behaviour, recorded }] });
    const { code, report: found } = await report('--timeout', '2s');
    expect(code).toBe(3);
    expect(found.nodes[0]?.reason).toMatch(reason);
  });

  test('when its image cannot be pulled, long before the timeout, naming image and flag', async () => {
    await start({ nodes: [{ name: 'node-1', behaviour: 'pullFails', images: [], recorded: '' }] });
    const { code, stdout } = await check('--timeout', '50s');
    expect(code).toBe(3);
    expect(stdout).toMatch(/docker\.io\/library\/busybox:1\.37\.0.*ErrImagePull/);
    expect(stdout).toContain('--image');
    const { report: found } = await report('--timeout', '50s');
    expect(found.nodes[0]?.reason).toMatch(/ErrImagePull/);
    expect(found.run.durationSeconds).toBeLessThan(20);
  });

  test.for([
    ['alone', false],
    ['and with it its pod', true],
  ] as const)('when its Node object is deleted in mid-run, %s', async ([, withPod]) => {
    const running = await start({ nodes: [{ name: 'node-1', behaviour: 'hangs' }, healthyNode('node-2')] });
    const work = report('--timeout', '4s');
    const pods = () => running.pods().filter(({ spec }) => spec.nodeName === 'node-1');
    await expect.poll(() => pods().length, { timeout: 20_000 }).toBe(1);
    const node = running.store.get('nodes', undefined, 'node-1');
    if (node) running.store.remove(node);
    // What the pod collector does a while later.
    if (withPod) for (const pod of pods()) running.store.remove(pod);
    const { code, report: found } = await work;
    expect([code, ...verdicts(found)]).toEqual([
      3,
      `node-1 unknown: ${withPod ? 'the pod was deleted before it answered (by somebody else, or with its node)' : 'the pod was still running after 4s'}`,
      'node-2 pass',
    ]);
  });
});

describe('an API server in trouble', () => {
  test.for<[string, NonNullable<StandInOptions['faults']>]>([
    [
      'answers 429 with Retry-After',
      [{ method: 'POST', path: /pods/, times: 2, effect: 'status', code: 429, retryAfter: 0 }],
    ],
    ['answers 503 to lists', [{ method: 'GET', path: /nodes/, times: 2, effect: 'status', code: 503 }]],
    [
      'loses the answer to a POST',
      [{ method: 'POST', path: /pods(\?fieldManager=[^&]*)?$/, times: 1, effect: 'reset', when: 'after' }],
    ],
    [
      'resets connections before it acts',
      [{ method: 'POST', path: /pods/, times: 1, effect: 'reset', when: 'before' }],
    ],
    ['drops the watch', [{ path: /watch=/, times: 3, effect: 'drop-watch', events: 1, how: 'reset' }]],
    ['says 410 to the watch', [{ path: /watch=/, times: 1, effect: 'gone' }]],
    ['loses the answer to a DELETE', [{ method: 'DELETE', times: 1, effect: 'reset', when: 'after' }]],
  ])('that %s is coped with', async ([, faults]) => {
    await start({ nodes: [healthyNode('node-1')], faults });
    const { code, report: found } = await report();
    expect(verdicts(found)).toEqual(['node-1 pass']);
    expect(code).toBe(0);
  });

  test('a user who may not watch pods is told so, with the command that prints what grants it', async () => {
    await start({
      nodes: [healthyNode('node-1')],
      faults: [{ path: /watch=/, effect: 'status', code: 403, reason: 'Forbidden', message: 'cannot watch pods' }],
    });
    const { code, stdout, stderr } = await check();
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/cannot watch pods/);
    expect(stderr).toMatch(/ check --print-rbac .*--as /);
  });
});

describe('namespaces', () => {
  test('a namespace that forbids privileged pods is passed over for one that allows them', async () => {
    await start({
      nodes: [healthyNode('node-1')],
      faults: [{ method: 'POST', path: /namespaces\/kube-system\/pods/, effect: 'pod-security', level: 'baseline' }],
    });
    expect((await report()).code).toBe(0);
    expect(standIn?.created.map(({ metadata }) => metadata.namespace)).toEqual(['kube-flannel']);
  });

  test('an explicit namespace that forbids them is an error that names the level and the way out', async () => {
    await start({
      nodes: [healthyNode('node-1')],
      faults: [{ method: 'POST', path: /pods/, effect: 'pod-security', level: 'baseline' }],
    });
    const { code, stdout, stderr } = await check('-n', 'default');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/violates PodSecurity "baseline/);
    expect(stderr).toContain('pod-security.kubernetes.io/enforce=privileged');
    expect(standIn?.created).toEqual([]);
  });
});

describe('interruption', () => {
  test.for(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s deletes the pods and prints the report with the rest unknown',
    async (signal) => {
      const running = await start({ nodes: [{ name: 'node-1', behaviour: 'hangs', recorded: '' }] });
      const child = startNetprereq(['check', '-o', 'json'], { KUBECONFIG: running.kubeconfig });
      const end = ended(child);
      while (running.pods().length === 0) await sleep(20);
      child.kill(signal);
      const { code, stdout } = await end;
      expect(code).toBe({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal]);
      const found: CheckReport = JSON.parse(stdout);
      expect(found.run.interrupted).toBe(true);
      expect(verdicts(found)).toEqual(['node-1 unknown: interrupted']);
    },
  );

  const noTerminal = spawnSync('script', ['--version']).status !== 0;
  test.skipIf(noTerminal)(
    `a terminal that is closed in mid-run leaves no pod${noTerminal ? ' (skipped: no script(1) here)' : ''}`,
    async () => {
      const running = await start({ nodes: [{ name: 'node-1', behaviour: 'hangs', recorded: '' }] });
      const { file, args } = commandLine(['check']);
      const command = [file, ...args].map((word) => `'${word}'`).join(' ');
      const terminal = spawn('script', ['-qec', command, '/dev/null'], {
        env: { ...process.env, KUBECONFIG: running.kubeconfig },
        stdio: 'ignore',
      });
      while (running.pods().length === 0) await sleep(20);
      terminal.kill('SIGKILL');
      await expect.poll(() => running.pods().length, { timeout: 10_000 }).toBe(0);
    },
  );

  test('a reader that goes away early gets no complaint, and the exit code is the verdict', async () => {
    const running = await start({ nodes: [bridgeOffNode('node-1')] });
    const child = startNetprereq(['check'], { KUBECONFIG: running.kubeconfig });
    child.stdout?.destroy();
    const { code, stderr } = await ended(child);
    expect([code, stderr]).toEqual([1, '']);
  });

  test.skipIf(!existsSync('/dev/full'))('a full disk is an error, and not the 1 of a node that fails', async () => {
    const running = await start({ nodes: [bridgeOffNode('node-1')] });
    const full = openSync('/dev/full', 'w');
    const { file, args } = commandLine(['check']);
    const env = { ...process.env, KUBECONFIG: running.kubeconfig };
    const { code, stderr } = await ended(spawn(file, args, { env, stdio: ['ignore', full, 'pipe'] }));
    closeSync(full);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: the output cannot be written: ENOSPC.*\n$/)]);
  });

  test('a second Ctrl-C leaves at once and says how to clean up, and cleanup does', async () => {
    const running = await start({
      nodes: [{ name: 'node-1', behaviour: 'hangs', recorded: '' }],
      faults: [{ method: 'DELETE', times: 1, effect: 'delay', ms: 8000, when: 'before' }],
    });
    const env = { KUBECONFIG: running.kubeconfig };
    const child = startNetprereq(['check'], env);
    const end = ended(child);
    while (running.pods().length === 0) await sleep(20);
    child.kill('SIGINT');
    await sleep(300);
    child.kill('SIGINT');
    const { code, stderr } = await end;
    expect(code).toBe(130);
    const [, run = ''] = /kubectl netprereq cleanup --run (\w+)/.exec(stderr) ?? [];
    expect(run).not.toBe('');
    expect((await netprereq(['cleanup'], env)).stderr).toContain(
      `Pods of run ${run} were skipped: it may still be running.`,
    );
    const cleaned = await netprereq(['cleanup', '--run', run], env);
    expect(cleaned.code).toBe(0);
    expect(cleaned.stdout).toMatch(/^pod "netprereq-\w+-\w+" deleted from kube-system namespace\n$/);
  });
});

describe('many nodes', () => {
  test('dead ones do not come in waves: all have their pod before the first is given up', async () => {
    const nodes = Array.from({ length: 6 }, (_, index) => unreachableNode(`node-${index}`));
    const running = await start({ nodes });
    await report('--timeout', '6s', '--concurrency', '2');
    const sent = running.requests.filter(({ path, query }) => path.includes('/pods') && !query.includes('dryRun'));
    const firstDelete = sent.findIndex(({ method }) => method === 'DELETE');
    expect(sent.slice(0, firstDelete).filter(({ method }) => method === 'POST')).toHaveLength(6);
  });

  test('selected by labels are read like all others, and listed once more by name only', async () => {
    const nodes = [healthyNode('node-1', { labels: { a: 'b' } }), bridgeOffNode('node-2')];
    const running = await start({ nodes });
    const { code, report: found } = await report('-l', 'a=b');
    expect([code, ...verdicts(found)]).toEqual([0, 'node-1 pass']);
    const lists = running.requests.filter(({ path }) => path === '/api/v1/nodes');
    expect(lists.map(({ accept }) => accept?.includes('PartialObjectMetadataList')).sort()).toEqual([false, true]);
  });

  test('two hundred nodes cost two requests each and a few more, in 64 MB of heap, and every one gets a row', async () => {
    const recorded = (await answersOf([healthyNode('source')], flannelCluster())).get('source') ?? '';
    const nodes = Array.from({ length: 200 }, (_, index) => ({ name: `node-${index}`, recorded }));
    const running = await start({ nodes });
    const env = { KUBECONFIG: running.kubeconfig, NODE_OPTIONS: '--max-old-space-size=64' };
    const { code, stdout } = await netprereq(['check', '-o', 'json'], env);
    expect([code, JSON.parse(stdout).summary.pass]).toEqual([0, 200]);
    const lists = running.requests.filter(({ query }) => query.includes('status.phase%21%3DSucceeded')).length;
    expect(running.requests.length - lists).toBeLessThanOrEqual(2 * 200 + 16 + 1);
  });
});
