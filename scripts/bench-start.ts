import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * Measures how long the program takes to say something without a cluster, side by side with kubectl in one run, and holds it to its goals.
 * Usage: npm run bench:start -- [ROUNDS]. KUBECTL names another kubectl than that of the PATH. Ends with 1 when a goal was missed.
 */
const rounds = Number(process.argv[2] ?? 20);
const kubectl = process.env.KUBECTL ?? 'kubectl';
const command = join(import.meta.dirname, '..', 'bin', 'run.js');

interface Contestant {
  words: readonly [string, ...string[]];
  env?: Record<string, string>;
  /** At most so many times what kubectl takes. */
  goal?: number;
}

const node = (...args: string[]): Contestant['words'] => [process.execPath, ...args];
const REFERENCE = 'kubectl version --client';
const cold = { NODE_DISABLE_COMPILE_CACHE: '1' };
const contestants: Readonly<Record<string, Contestant>> = {
  [REFERENCE]: { words: [kubectl, 'version', '--client'] },
  // What no program of Node's can be faster than.
  'node -e 0': { words: node('-e', '0') },
  '--version': { words: node(command, '--version'), goal: 1.2 },
  '--help': { words: node(command, '--help'), goal: 2 },
  '--help, no cache': { words: node(command, '--help'), env: cold, goal: 3 },
  'check --help': { words: node(command, 'check', '--help'), goal: 2 },
  // The first that loads oclif and the commands.
  'check --nope': { words: node(command, 'check', '--nope') },
};

const times = new Map<string, number[]>(Object.keys(contestants).map((name) => [name, []]));
// The first round only warms caches; every other one runs backwards, so that nobody always follows the same neighbour.
for (let round = -1; round < rounds; round++) {
  const order = Object.entries(contestants);
  for (const [name, { words, env }] of round % 2 === 0 ? order : order.reverse()) {
    const [file, ...args] = words;
    const begin = performance.now();
    const { status, error } = spawnSync(file, args, { env: { ...process.env, ...env } });
    const took = performance.now() - begin;
    if (status === null || (status !== 0 && name !== 'check --nope')) {
      throw error ?? new Error(`${words.join(' ')} ended with ${status}`);
    }
    if (round >= 0) times.get(name)?.push(took);
  }
}

const median = (list: readonly number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;
const reference = median(times.get(REFERENCE) ?? []);
console.log(`Medians of ${rounds} rounds, beside ${REFERENCE} in each of them:`);
for (const [name, { goal }] of Object.entries(contestants)) {
  const took = median(times.get(name) ?? []);
  const ratio = took / reference;
  const met = goal === undefined || ratio <= goal;
  const verdict = goal === undefined ? '' : `   goal ${goal.toFixed(1)} ${met ? 'met' : 'MISSED'}`;
  console.log(`${name.padEnd(25)} ${took.toFixed(0).padStart(5)} ms   ${ratio.toFixed(2)} times${verdict}`);
  if (!met) process.exitCode = 1;
}
