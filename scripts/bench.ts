import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { requestOf } from '../src/judge/request.ts';
import { probeCommand } from '../src/probe/command.ts';
import { RULES } from '../src/rules/index.ts';
import { type RawClient, rawClient } from './raw-client.ts';

/**
 * Measures one node's check side by side with two others in one run, interleaved, so that a slow minute hits all:
 *   netprereq  kubectl netprereq check NODE, the whole process
 *   debug      kubectl debug node/NODE with the same image and the same reads, the whole process
 *   raw        the same pod by a minimal client with open connections: POST → container seen terminated → DELETE acknowledged
 *   start      kubectl netprereq --help
 *   trip       one small GET on an open connection
 * Usage: npm run bench -- [--node NODE] [--runs N] [--image IMAGE]. Needs a KUBECONFIG with a client certificate.
 */
const runFile = promisify(execFile);
const { values } = parseArgs({
  options: {
    node: { type: 'string', default: 'ns-1' },
    runs: { type: 'string', default: '20' },
    image: { type: 'string', default: 'docker.io/library/busybox:1.37.0' },
  },
});
const { node, image } = values;
const command = join(import.meta.dirname, '..', 'bin', 'run.js');

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const begin = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - begin) / 1e6;
}

/** A verdict that is not "pass" ends the command with a code of its own, which is no failure here; 2 is. */
async function netprereq(...args: string[]): Promise<void> {
  await runFile(process.execPath, [command, ...args]).catch((error: { code?: number }) => {
    if (error.code !== 1 && error.code !== 3) throw error;
  });
}

async function debug(): Promise<void> {
  const target = ['debug', `node/${node}`, `--image=${image}`, '--profile=sysadmin', '-n', 'kube-system', '-i', '-q'];
  await runFile('kubectl', [...target, '--', ...probeCommand('pod', requestOf(RULES))]);
}

async function removeDebugPods(): Promise<void> {
  const pods = ['pods', '-n', 'kube-system', '-l', 'app.kubernetes.io/managed-by=kubectl-debug'];
  await runFile('kubectl', ['delete', ...pods, '--now', '--wait=false']);
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

const raw: RawClient = await rawClient();
const contestants: Record<string, () => Promise<number>> = {
  netprereq: () => milliseconds(() => netprereq('check', node, '--image', image)),
  debug: () => milliseconds(debug),
  raw: () => raw.podLife(`bench-${randomBytes(4).toString('hex')}`, node, image, probeCommand('pod', requestOf(RULES))),
  start: () => milliseconds(() => netprereq('--help')),
  trip: () => raw.roundTrip(),
};
const times: Record<string, number[]> = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
for (let run = -1; run < Number(values.runs); run++) {
  for (const [name, measure] of Object.entries(contestants)) {
    const time = await measure();
    // The first round only warms caches.
    if (run >= 0) times[name]?.push(time);
    if (name === 'debug') await removeDebugPods();
    // The kubelet looks once a second: start at any point of that second.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 1000));
  }
}
raw.close();

const medians = Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)])) as Record<
  'netprereq' | 'debug' | 'raw' | 'start' | 'trip',
  number
>;
for (const [name, list] of Object.entries(times)) {
  const [least, most] = [Math.min(...list), Math.max(...list)].map((value) => value.toFixed(0).padStart(5));
  console.log(
    `${name.padEnd(10)} median ${median(list).toFixed(0).padStart(5)} ms   ${least} – ${most}   n=${list.length}`,
  );
}
const bound = medians.raw + medians.start + 4 * medians.trip;
console.log(`netprereq / debug                         ${(medians.netprereq / medians.debug).toFixed(2)}`);
console.log(`netprereq / (raw + start-up + 4 trips)    ${(medians.netprereq / bound).toFixed(2)}`);
