import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startStandIn } from '../test/support/stand-in.ts';

/**
 * Measures how long the program takes to say something, side by side with kubectl in one run, and holds it to its goals: as it is installed from
 * an archive (npm run dist), and from this checkout. Usage: npm run bench:start -- [ROUNDS]. KUBECTL names another kubectl than that
 * of the PATH. Ends with 1 when a goal was missed.
 */
const rounds = Number(process.argv[2] ?? 20);
const kubectl = process.env.KUBECTL ?? 'kubectl';
const root = join(import.meta.dirname, '..');
const archive = join(root, 'build', 'package', 'usr', 'lib', 'kubectl-netprereq');

interface Contestant {
  words: readonly string[];
  env?: Record<string, string>;
  /** At most so many times what kubectl takes. */
  goal?: number;
}

const REFERENCE = 'kubectl version --client';
const cold = { NODE_DISABLE_COMPILE_CACHE: '1' };
const nodes = Array.from({ length: 20 }, (_, index) => ({ name: `node-${index}`, recorded: 'nothing' }));
const standIn = await startStandIn({ nodes });
const cluster = { KUBECONFIG: standIn.kubeconfig };

/** Ways to start the same program; goals are those of the archive, where there is one. */
const program = existsSync(archive)
  ? [join(archive, 'kubectl-netprereq')]
  : [process.execPath, join(root, 'bin', 'run.js')];
const node = existsSync(archive) ? join(archive, 'node') : process.execPath;
const contestants: Readonly<Record<string, Contestant>> = {
  [REFERENCE]: { words: [kubectl, 'version', '--client'] },
  // What no program of Node's can be faster than.
  'node -e 0': { words: [node, '-e', '0'] },
  '--version': { words: [...program, '--version'], goal: 1.2 },
  '--help': { words: [...program, '--help'], goal: 1.5 },
  '--help, no cache': { words: [...program, '--help'], env: cold, goal: 1.5 },
  'check --help': { words: [...program, 'check', '--help'], goal: 1.5 },
  'completion of flags': { words: [...program, '__complete', 'check', '--o'], goal: 2 },
  '… without a cache': { words: [...program, '__complete', 'check', '--o'], env: cold },
  'completion of nodes': { words: [...program, '__complete', 'check', 'node-'], env: cluster, goal: 5 },
  // The first that loads oclif and the commands.
  'check --nope': { words: [...program, 'check', '--nope'] },
};

const times = new Map<string, number[]>(Object.keys(contestants).map((name) => [name, []]));
// The first round only warms caches; every other one runs backwards, so that nobody always follows the same neighbour.
for (let round = -1; round < rounds; round++) {
  const order = Object.entries(contestants);
  for (const [name, { words, env }] of round % 2 === 0 ? order : order.reverse()) {
    const [file = '', ...args] = words;
    const begin = performance.now();
    const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: 'ignore' });
    const [status] = (await once(child, 'exit')) as [number | null];
    const took = performance.now() - begin;
    if (status !== (name === 'check --nope' ? 2 : 0)) throw new Error(`${words.join(' ')} ended with ${status}`);
    if (round >= 0) times.get(name)?.push(took);
  }
}
await standIn.stop();

const median = (list: readonly number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;
const reference = median(times.get(REFERENCE) ?? []);
const [, kubectlVersion = '?'] =
  /^Client Version: (\S+)/m.exec(execFileSync(kubectl, ['version', '--client']).toString()) ?? [];
console.log(
  `Medians of ${rounds} rounds of ${program.join(' ')}, beside ${REFERENCE} (${kubectlVersion}) in each of them:`,
);
for (const [name, { goal }] of Object.entries(contestants)) {
  const took = median(times.get(name) ?? []);
  const ratio = took / reference;
  const met = goal === undefined || ratio <= goal;
  const verdict = goal === undefined ? '' : `   goal ${goal.toFixed(1)} ${met ? 'met' : 'MISSED'}`;
  console.log(`${name.padEnd(25)} ${took.toFixed(0).padStart(5)} ms   ${ratio.toFixed(2)} times${verdict}`);
  if (!met) process.exitCode = 1;
}
