import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Api, plainApi } from '../../scripts/scale/api.ts';
import type { CheckReport } from '../../src/report/report.ts';
import { type Random, randomFrom } from '../boot/generator/random.ts';
import { ended, type Result, startNetprereq } from '../support/command.ts';
import { invariants } from '../support/fault-invariants.ts';
import { troublesOf } from '../support/fault-plan.ts';
import { type BreakingProxy, breakingProxy } from './breaking-proxy.ts';
import { cluster, clusterProgram, kubectl, OURS, probePods } from './cluster.ts';

// NETPREREQ_SEEDS=100 runs so many; NETPREREQ_SEED=17 one again.
const first = Number(process.env.NETPREREQ_SEED ?? 1);
const count = process.env.NETPREREQ_SEED === undefined ? Number(process.env.NETPREREQ_SEEDS ?? 12) : 1;

/** What process 1 of these nodes does at boot is not known to the program. */
const TRUTH: Readonly<Record<string, string>> = { 'ns-1': 'warn', 'ns-2': 'fail', 'ns-3': 'warn' };
/** The longest that a run may take, in milliseconds. */
const ENDS_WITHIN_MS = 90_000;

/** What somebody does to the cluster while the command runs. */
interface Incident {
  what: string;
  strike(proxy: BreakingProxy): Promise<void> | void;
}

/** Stops a program of the control plane for two seconds. */
function stalled(program: string): Incident {
  return {
    what: `${program} stalled`,
    async strike() {
      execFileSync('pkill', ['-STOP', '-x', program]);
      await sleep(2000);
      execFileSync('pkill', ['-CONT', '-x', program]);
    },
  };
}

const INCIDENTS: readonly Incident[] = [
  stalled('etcd'),
  stalled('kube-apiserver'),
  { what: 'connections reset', strike: (proxy) => proxy.dropConnections() },
  {
    what: 'pods deleted by others',
    async strike() {
      await kubectl('delete', 'pods', '-A', '-l', OURS, '--grace-period=0', '--force', '--wait=false');
    },
  },
];

/** All that goes wrong in one run. */
function planOf(seed: number) {
  const random: Random = randomFrom(seed);
  const troubles = troublesOf(random);
  const incident = random.chance(0.7) ? random.pick(INCIDENTS) : undefined;
  const at = random.pick([100, 400, 900, 1500]);
  const title = [...troubles.map(({ what }) => what), ...(incident ? [`${incident.what} after ${at} ms`] : [])];
  return { seed, title: title.join(', '), faults: troubles.map(({ fault }) => fault), incident, at };
}

async function runUnder({ faults, incident, at }: ReturnType<typeof planOf>, api: Api) {
  await using proxy = await breakingProxy(api, faults);
  const args = ['check', ...Object.keys(TRUTH), '--cni', 'bridge', '--kube-proxy-mode', 'iptables', '-o', 'json'];
  const env = { KUBECONFIG: proxy.kubeconfig };
  const child = startNetprereq([...args, '--timeout', '10s', '--request-timeout', '5s'], env);
  const over = new AbortController();
  const signal = over.signal;
  const limit = sleep(ENDS_WITHIN_MS, undefined, { signal }).then(
    () => child.kill('SIGKILL'),
    () => undefined,
  );
  const struck = sleep(at, undefined, { signal }).then(
    () => incident?.strike(proxy),
    () => undefined,
  );
  const result = await ended(child);
  over.abort();
  await Promise.all([limit, struck]);
  return { ...result, requests: proxy.requests };
}

/** What the run has done that it must never do. */
function violations(run: Result & { requests: number }, left: string[]): string[] {
  const { report, found } = invariants(run, left, { sent: run.requests, most: 300 }, ({ name }) => [
    `${TRUTH[name]}`,
    'unknown',
  ]);
  const rows = report?.nodes.map(({ name }) => name).sort();
  if (rows && `${rows}` !== `${Object.keys(TRUTH)}`) found.push(`${rows.length} rows`);
  return found;
}

/** As namespace/name. */
async function podsLeft(): Promise<string[]> {
  const names = '{range .items[*]}{.metadata.namespace}/{.metadata.name}{"\\n"}{end}';
  const text = await kubectl('get', 'pods', '-A', '-l', OURS, '-o', `jsonpath=${names}`);
  return text.split('\n').filter((line) => line !== '');
}

describe.skipIf(!clusterProgram)(
  'whatever goes wrong between here and a real API server (NETPREREQ_E2E_CLUSTER)',
  () => {
    let api: Api;
    let judged = 0;

    beforeAll(async () => {
      api = await plainApi();
      for (const [node, verdict] of Object.entries(TRUTH)) {
        const bridge = `net.bridge.bridge-nf-call-iptables=${verdict === 'fail' ? 0 : 1}`;
        await cluster('exec', node, 'sysctl', '-w', bridge, 'net.ipv4.ip_forward=1');
      }
    });

    afterAll(async () => {
      await cluster('exec', 'ns-2', 'sysctl', '-w', 'net.bridge.bridge-nf-call-iptables=1');
      api.close();
    });

    test.for(Array.from({ length: count }, (_, index) => planOf(first + index)))(
      'seed $seed, $title: a check tells the truth, and leaves no pod unnamed',
      async (plan) => {
        const run = await runUnder(plan, api);
        // A deletion that the server has taken is carried out a moment later.
        await expect.poll(() => podsLeft().then((left) => violations(run, left)), { timeout: 15_000 }).toEqual([]);
        if (run.stdout !== '') {
          const { nodes }: CheckReport = JSON.parse(run.stdout);
          judged += nodes.filter(({ verdict }) => verdict !== 'unknown').length;
        }
        await kubectl('delete', 'pods', '-A', '-l', OURS, '--wait=true');
        expect(await probePods()).toBe('');
      },
    );

    test.skipIf(count < 10)('most nodes are judged all the same', () => {
      expect(judged / (count * Object.keys(TRUTH).length)).toBeGreaterThan(0.4);
    });
  },
);
