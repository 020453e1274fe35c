import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * Measures how long the program takes to say something without a cluster, side by side with kubectl in one run, interleaved.
 * Usage: npm run bench:start -- [RUNS]. KUBECTL names another kubectl than that of the PATH.
 */
const runs = Number(process.argv[2] ?? 20);
const kubectl = process.env.KUBECTL ?? 'kubectl';
const command = join(import.meta.dirname, '..', 'bin', 'run.js');

const node = (...args: string[]) => [process.execPath, command, ...args] as const;
const contestants: Readonly<Record<string, { words: readonly [string, ...string[]]; env?: Record<string, string> }>> = {
  kubectl: { words: [kubectl, 'version', '--client'] },
  '--version': { words: node('--version') },
  '--help': { words: node('--help') },
  '--help, no cache': { words: node('--help'), env: { NODE_DISABLE_COMPILE_CACHE: '1' } },
  'check --help': { words: node('check', '--help') },
};

const times = new Map<string, number[]>();
// The first round only warms caches.
for (let run = -1; run < runs; run++) {
  for (const [name, { words, env }] of Object.entries(contestants)) {
    const [file, ...args] = words;
    const begin = performance.now();
    const { status, error } = spawnSync(file, args, { env: { ...process.env, ...env } });
    if (status !== 0) throw error ?? new Error(`${words.join(' ')} ended with ${status}`);
    if (run >= 0) times.set(name, [...(times.get(name) ?? []), performance.now() - begin]);
  }
}

const median = (list: readonly number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;
const reference = median(times.get('kubectl') ?? []);
for (const [name, list] of times) {
  const ratio = (median(list) / reference).toFixed(2);
  console.log(
    `${name.padEnd(18)} median ${median(list).toFixed(0).padStart(5)} ms   ${ratio} of kubectl version --client`,
  );
}
