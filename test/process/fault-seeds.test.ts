import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { CheckReport } from '../../src/report/report.ts';
import { flannelCluster } from '../support/clusters.ts';
import { ended, type Result, startNetprereq } from '../support/command.ts';
import { invariants } from '../support/fault-invariants.ts';
import { type FaultPlan, faultPlan, strikeAll } from '../support/fault-plan.ts';
import { type StandIn, startStandIn } from '../support/stand-in.ts';

// NETPREREQ_SEEDS=500 runs so many; NETPREREQ_SEED=17 one again.
const first = Number(process.env.NETPREREQ_SEED ?? 1);
const count = process.env.NETPREREQ_SEED === undefined ? Number(process.env.NETPREREQ_SEEDS ?? 50) : 1;

/** The longest that a run may take, in milliseconds: 3 s per node, 15 s for its last request, 10 s for the last deletions; reading before that. */
const ENDS_WITHIN_MS = 50_000;
const MEGABYTES = 64;
/** Whoever repeats without a pause sends thousands. */
const requestsFor = (nodes: number) => 200 + 25 * nodes;

interface Run extends Result {
  standIn: StandIn;
  /** The pods that exist after the end, as namespace/name. */
  left: string[];
}

async function runUnder(plan: FaultPlan): Promise<Run> {
  const { nodes, faults, clockSkewMs } = plan;
  const standIn = await startStandIn({ ...flannelCluster(), nodes, faults, clockSkewMs, tokenFile: true });
  try {
    const args = ['check', '-o', 'json', '--timeout', '3s', '--request-timeout', '3s'];
    const env = { KUBECONFIG: standIn.kubeconfig, NODE_OPTIONS: `--max-old-space-size=${MEGABYTES}` };
    const child = startNetprereq(args, env);
    const over = new AbortController();
    const limit = sleep(ENDS_WITHIN_MS, undefined, { signal: over.signal }).then(
      () => child.kill('SIGKILL'),
      () => undefined,
    );
    const incidents = strikeAll(standIn, plan, over.signal);
    const result = await ended(child);
    over.abort();
    await Promise.all([limit, incidents]);
    const left = standIn.pods().map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    return { ...result, standIn, left };
  } finally {
    await standIn.stop();
  }
}

/** What the run has done that it must never do. */
function violations(plan: FaultPlan, run: Run): string[] {
  const { standIn, left } = run;
  const requests = { sent: standIn.requests.length, most: requestsFor(plan.nodes.length) };
  const { report, found } = invariants(run, left, requests, ({ name, verdict }, { assumptions }) => {
    if (name === 'late-node') return undefined;
    const allowed = plan.nodes.find((node) => node.name === name)?.verdicts ?? [];
    // Which CNI needs a rule is told by the DaemonSets: without them a failing rule of a bridge may only warn, and the report says why.
    const cniUnread = assumptions.some((text) => text.includes('the DaemonSets could not be read'));
    return verdict === 'warn' && allowed.includes('fail') && cniUnread ? [...allowed, 'warn'] : allowed;
  });
  if (report === undefined) return found;
  const must = (holds: boolean, what: string) => void (holds || found.push(what));
  const rows = report.nodes.filter(({ name }) => name !== 'late-node');
  const gone = plan.incidents.some(({ what }) => what.startsWith('node gone'));
  must(new Set(rows.map(({ name }) => name)).size === rows.length, 'a node has two rows');
  must(rows.length === plan.nodes.length || (gone && rows.length >= plan.nodes.length - 2), `${rows.length} rows`);
  must(report.summary.pass === report.nodes.filter(({ verdict }) => verdict === 'pass').length, 'counted wrong');
  for (const { name, verdict } of rows) {
    const asked = standIn.events.some((event) => event.node === name && event.reason === 'Started');
    must(verdict !== 'pass' || asked, `${name} passed and was never read`);
  }
  return found;
}

const plans = Array.from({ length: count }, (_, index) => faultPlan(first + index));
/** Of the nodes that are healthy: how many were read, and how many could have been. */
const healthy = { read: 0, all: 0 };

describe('whatever goes wrong between here and the nodes, a check tells the truth and leaves no pod unnamed', () => {
  vi.setConfig({ maxConcurrency: 6 });

  test.concurrent.for(plans.map((plan) => [`seed ${plan.seed}: ${plan.title}`, plan] as const))(
    '%s',
    async ([, plan]) => {
      const run = await runUnder(plan);
      const found = violations(plan, run);
      const { stdout, stderr } = run;
      expect(found.length > 0 ? { found, stdout, stderr } : {}).toEqual({});
      const report: CheckReport | undefined = stdout === '' ? undefined : JSON.parse(stdout);
      for (const { name, verdicts } of plan.nodes) {
        if (!verdicts.includes('pass')) continue;
        healthy.all++;
        if (report?.nodes.find((node) => node.name === name)?.verdict === 'pass') healthy.read++;
      }
    },
  );

  afterAll(() => {
    // A check that gives up at once would tell the truth too.
    if (count >= 50) expect(healthy.read / healthy.all).toBeGreaterThan(0.4);
  });
});
