import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { plainApi } from './scale/api.ts';

/**
 * Checks the same nodes again and again within one process, and fails where anything is left of it: descriptors, timers, listeners of signals,
 * pods, leases, memory that grows.
 * Usage: npm run bench:soak -- [--runs N] [NODE…]
 */
const { values, positionals } = parseArgs({
  options: { runs: { type: 'string', default: '200' } },
  allowPositionals: true,
});
const runs = Number(values.runs);
const nodes = positionals.length > 0 ? positionals : ['ns-1'];
/** Code is compiled and tables are made while a program is new. */
const WARM = Math.min(10, Math.floor(runs / 4));
const GROWTH_LIMIT_MB = 5;

const program: { start(argv: readonly string[]): Promise<void> } = await import(
  new URL('../bin/start.js', import.meta.url).href
);
type List = { items: { metadata: { name: string; namespace: string; ownerReferences?: { kind: string }[] } }[] };
const api = await plainApi();
const list = async (path: string) => {
  const { items } = (await api.send('GET', path)) as List;
  return items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort();
};
const inCluster = async () => ({
  pods: await list('/api/v1/pods?labelSelector=app.kubernetes.io%2Fmanaged-by%3Dkubectl-netprereq'),
  leases: await list('/apis/coordination.k8s.io/v1/leases'),
});

/** What this process holds. */
function held() {
  globalThis.gc?.();
  return {
    descriptors: readdirSync('/proc/self/fd').length,
    timers: process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length,
    listeners: ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit'].reduce((sum, name) => sum + process.listenerCount(name), 0),
    heap: process.memoryUsage().heapUsed / 1e6,
    memory: process.memoryUsage.rss() / 1e6,
  };
}

/** One check, its output thrown away. */
async function check(): Promise<void> {
  const { write } = process.stdout;
  let text = '';
  process.stdout.write = (part: string | Uint8Array) => {
    text += part;
    return true;
  };
  try {
    await program.start(['check', ...nodes, '-o', 'json']);
  } finally {
    process.stdout.write = write;
  }
  const { summary } = JSON.parse(text);
  if (summary.unknown + summary.skip > 0) throw new Error(`not judged: ${JSON.stringify(summary)}`);
}

const before = await inCluster();
const took: number[] = [];
let first = held();
for (let run = 1; run <= runs; run++) {
  const begin = performance.now();
  await check();
  took.push(performance.now() - begin);
  if (run === WARM) first = held();
  if (run % 20 === 0) console.error(`${run} runs: ${JSON.stringify(held())}`);
}
const last = held();
const after = await inCluster();
api.close();

const median = took.toSorted((a, b) => a - b)[Math.floor(runs / 2)] ?? Number.NaN;
console.log(`${runs} checks of ${nodes.join(', ')}, ${(median / 1000).toFixed(2)} s each (median)`);
const rows = Object.keys(first) as (keyof typeof first)[];
for (const row of rows) {
  const [one, other] = [first[row], last[row]].map((number) =>
    number.toFixed(row === 'heap' || row === 'memory' ? 1 : 0),
  );
  console.log(`  ${row.padEnd(12)} ${one} after run ${WARM}, ${other} after run ${runs}`);
}
for (const kind of ['pods', 'leases'] as const) {
  console.log(`  ${kind.padEnd(12)} ${before[kind].length} before, ${after[kind].length} after`);
}
const same = (kind: keyof typeof before) => before[kind].join() === after[kind].join();
const grown = last.heap - first.heap > GROWTH_LIMIT_MB;
const left = (['descriptors', 'timers', 'listeners'] as const).some((row) => last[row] > first[row]);
process.exitCode = grown || left || !same('pods') || !same('leases') ? 1 : 0;
