import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { plainApi } from './scale/api.ts';
import { killNodes } from './scale/dead-nodes.ts';
import { countingProxy, type Traffic } from './scale/proxy.ts';

/**
 * Measures a check of many nodes side by side with the least that any client could do (raw-fleet), in turn in one run, on whatever cluster
 * KUBECONFIG names: nodes that KWOK simulates will do. First straight to the server, then through a proxy that counts requests and bytes and
 * adds to the round trip; the proxy takes CPU of its own, so that only what went through it is compared with what went through it.
 * Usage: npm run bench:scale -- [--label KEY=VALUE] [--rounds N] [--concurrency N] [--image IMAGE] [--ways direct,0,100] [--dead PERCENT]
 *   [--profile DIRECTORY] [--json FILE]
 * A way is "direct", or the milliseconds that the proxy adds. --dead lets so many of the nodes die before, and brings them back. --profile
 * writes a profile of the CPU of each check there.
 */
const { values } = parseArgs({
  options: {
    label: { type: 'string', default: 'netprereq.test/simulated=true' },
    rounds: { type: 'string', default: '1' },
    concurrency: { type: 'string', default: '32' },
    image: { type: 'string', default: 'docker.io/library/busybox:1.37.0' },
    ways: { type: 'string', default: 'direct,0,100' },
    dead: { type: 'string', default: '0' },
    profile: { type: 'string' },
    json: { type: 'string' },
  },
});
const { label, concurrency, image } = values;
const dead = Number(values.dead);
// The dead ones have another value.
const selector = dead > 0 ? `${label.split('=')[0]}` : label;
const root = join(import.meta.dirname, '..');
const CONTESTANTS = {
  raw: [join(root, 'dist', 'raw-fleet.mjs'), selector, concurrency, image],
  netprereq: [
    join(root, 'bin', 'run.js'),
    ...['check', '-l', selector, '--concurrency', concurrency, '--image', image, '-o', 'json'],
  ],
} as const;
type Name = keyof typeof CONTESTANTS;
const NAMES = Object.keys(CONTESTANTS) as Name[];

interface Measured {
  /** Seconds. */
  wall: number;
  cpu: number;
  /** Megabytes at the most. */
  memory: number;
  nodes: number;
  traffic?: Readonly<Record<string, Traffic>>;
  /** Seconds from the last request to delete a pod until the end. */
  tail?: number;
}

const work = mkdtempSync(join(tmpdir(), 'netprereq-scale-'));
const api = await plainApi();

async function measure(name: Name, kubeconfig: string): Promise<Omit<Measured, 'nodes'> & { output: string }> {
  const usage = join(work, 'usage.json');
  const begin = performance.now();
  const profile =
    values.profile !== undefined && name === 'netprereq' ? ['--cpu-prof', '--cpu-prof-dir', values.profile] : [];
  const child = spawn(
    process.execPath,
    [...profile, '--import', join(root, 'scripts', 'scale', 'usage.js'), ...CONTESTANTS[name]],
    { env: { ...process.env, KUBECONFIG: kubeconfig, NETPREREQ_USAGE: usage }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [output, code] = await Promise.all([
    child.stdout.toArray(),
    new Promise<number | null>((resolve) => child.on('close', resolve)),
  ]);
  const wall = (performance.now() - begin) / 1000;
  // A verdict other than "pass" ends a check with a code of its own.
  if (code === 2 || code === null || (name === 'raw' && code !== 0)) throw new Error(`${name} ended with ${code}`);
  return { wall, ...JSON.parse(readFileSync(usage, 'utf8')), output: Buffer.concat(output).toString() };
}

/** Both, in turn, each so many times. */
async function compare(way: string): Promise<Record<Name, Measured[]>> {
  const results: Record<Name, Measured[]> = { raw: [], netprereq: [] };
  await using proxy = way === 'direct' ? undefined : await countingProxy(api, Number(way));
  let nodes = 0;
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const name of round % 2 === 0 ? NAMES : NAMES.toReversed()) {
      const { output, ...measured } = await measure(name, proxy?.kubeconfig ?? `${process.env.KUBECONFIG}`);
      const ended = performance.now();
      const counted = proxy && { traffic: proxy.traffic(), tail: (ended - proxy.lastDeletion) / 1000 };
      if (name === 'netprereq') {
        const { summary } = JSON.parse(output);
        nodes = summary.nodes;
        console.error(`${way}: ${JSON.stringify(summary)}`);
      }
      results[name].push({ ...measured, nodes: 0, ...counted });
    }
  }
  for (const name of NAMES) for (const one of results[name]) one.nodes = nodes;
  return results;
}

const median = (list: readonly number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;
const fixed = (number: number, digits: number, width: number) => number.toFixed(digits).padStart(width);

function print(way: string, results: Record<Name, Measured[]>): void {
  const of = (name: Name, part: 'wall' | 'cpu' | 'memory') => median(results[name].map((one) => one[part]));
  console.log(way === 'direct' ? 'straight to the server' : `through the proxy, ${way} ms more for each request`);
  for (const name of NAMES) {
    const [wall, cpu, memory] = [of(name, 'wall'), of(name, 'cpu'), of(name, 'memory')];
    const ratio = name === 'raw' ? '' : `   wall ${(wall / of('raw', 'wall')).toFixed(2)} × raw`;
    const { tail, traffic, nodes = 1 } = results[name].at(-1) ?? {};
    const last = tail === undefined ? '' : `   ends ${tail.toFixed(2)} s after the last deletion`;
    console.log(
      `  ${name.padEnd(10)} wall ${fixed(wall, 1, 6)} s   cpu ${fixed(cpu, 1, 5)} s   memory ${fixed(memory, 0, 4)} MB${ratio}${last}`,
    );
    if (!traffic) continue;
    const all = Object.values(traffic);
    const total = (part: keyof Traffic) => all.reduce((sum, one) => sum + one[part], 0);
    const rows = [...Object.entries(traffic).sort(), ['all', sum(total)] as const];
    for (const [verb, { requests, sent, received }] of rows) {
      const [out, back] = [sent, received].map((bytes) => fixed(bytes / 1000 / nodes, 2, 7));
      console.log(
        `    ${verb.padEnd(16)} ${fixed(requests, 0, 6)} requests, ${fixed(requests / nodes, 3, 6)} per node   ${out} KB sent, ${back} KB received per node`,
      );
    }
  }
}

function sum(total: (part: keyof Traffic) => number): Traffic {
  return { requests: total('requests'), sent: total('sent'), received: total('received') };
}

const revive = dead > 0 ? await killNodes(api, label, dead) : undefined;
try {
  const all: Record<string, Record<Name, Measured[]>> = {};
  for (const way of values.ways.split(',')) {
    const results = await compare(way);
    all[way] = results;
    print(way, results);
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(all, undefined, 2)}\n`);
} finally {
  await revive?.();
  api.close();
  rmSync(work, { recursive: true });
}
