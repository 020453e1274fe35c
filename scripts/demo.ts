import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { SIGNAL_EXIT } from '../src/cli/exit-codes.ts';
import { inOwnName } from '../src/cli/own-name.ts';
import { hang } from '../src/text/wrap.ts';
import { commandLine } from '../test/support/command.ts';
import { ANSWERS, type DemoCluster, startDemoCluster } from './demo/cluster.ts';
import { DEMO_NODES } from './demo/nodes.ts';
import { recordAnswers } from './demo/record.ts';

/**
 * The real command against a cluster that is made up on this machine.
 *   npm run demo                  checks it once
 *   npm run demo -- --keep        and keeps it up until Ctrl-C
 *   npm run demo -- --recorded    with recorded answers, as where namespaces cannot be had
 *   npm run demo -- --record      writes those answers, from nodes in namespaces
 * Ends with 0 when the check ended as it should, with 1.
 */
const OPTIONS = { keep: { type: 'boolean' }, recorded: { type: 'boolean' }, record: { type: 'boolean' } } as const;
const values = readOptions();

/** A stopped kubelet never answers: enough for the others on a busy machine, and no longer than one likes to wait. */
const check = ['check', '--timeout', '4s'];
const expectedCode = 1;
/** fix looks at the node's files as well, so that one answer serves both. */
const recording = ['fix', '--all-nodes', '--dry-run', '--timeout', '4s'];

// Whoever reads this may stop reading (head): the cluster is to be ended all the same.
process.stdout.on('error', () => {});
const say = (...lines: string[]) => process.stdout.write(`${lines.join('\n')}\n`);
/** Text for people, wrapped to the terminal; commands and paths are said as they are. */
const tell = (text: string, lead = '') => say(...hang(lead, text, lead.length, process.stdout.columns));

if (!values.record) tellStory();
const cluster = await startDemoCluster(values.recorded ? '--recorded was given' : undefined, values.record);
const { standIn } = cluster;
// Until here a signal ends this process, and with it all that it has started.
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const interrupted = Promise.race(signals.map((signal) => once(process, signal).then(() => signal)));
try {
  if (process.env.NETPREREQ_BUNDLE === undefined) await buildProgram(join(dirname(standIn.kubeconfig), 'program'));
  process.exitCode = values.record
    ? await recordAnswers(cluster, ANSWERS, () => start(recording, 'ignore').code)
    : await show();
} finally {
  await standIn.stop();
}

/** The checkout may belong to somebody else: nothing is written into it. */
async function buildProgram(directory: string): Promise<void> {
  const [{ build }, { modules }] = await Promise.all([import('esbuild'), import('./bundle.ts')]);
  await build(modules(join(directory, 'dist'), false));
  for (const part of ['bin', 'package.json']) {
    cpSync(new URL(`../${part}`, import.meta.url), join(directory, part), { recursive: true });
  }
  process.env.NETPREREQ_BUNDLE = directory;
}

async function show(): Promise<number> {
  tellNodes(cluster);
  // Started before its line is printed: a Ctrl-C in answer to that line is to reach it.
  const { child, code: work } = start(check, 'inherit');
  say('', inOwnName(`$ kubectl netprereq ${check.join(' ')}`));
  const first = await Promise.race([work, interrupted]);
  // The command may die of a Ctrl-C before this process has been told of it.
  const signal = signals.find((name) => name === child.signalCode) ?? first;
  // From a terminal the command has got the signal too, and is deleting its pods. A second one would keep it from that, but
  // the first may have come before there was a command.
  const patience = typeof signal === 'string' ? setTimeout(() => child.kill(signal), 1000) : undefined;
  const code = await work;
  clearTimeout(patience);
  if (typeof signal === 'string') return SIGNAL_EXIT[signal];
  say('');
  tell(`The check ended with code ${code}${code === expectedCode ? ', because something required fails' : ''}.`);
  if (code !== expectedCode) {
    tell(`It should end with ${expectedCode}: something is wrong with the demo.`);
    return 1;
  }
  if (values.keep) await keep(cluster);
  else suggest();
  return 0;
}

/** In one line what is wrong with them. */
function readOptions(): { keep?: boolean; recorded?: boolean; record?: boolean } {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    const [first] = (error as Error).message.split(/\. |\n/);
    process.stderr.write(`error: ${first}: npm run demo -- [--keep | --recorded | --record]\n`);
    process.exit(2);
  }
}

function tellStory(): void {
  tell('A cluster made up on this machine, with flannel and kube-proxy:');
  say('');
  for (const { name, story } of DEMO_NODES) tell(story, `  ${name}  `);
  say('');
}

/** Which nodes are real, and why the others are not. */
function tellNodes({ real, recorded }: DemoCluster): void {
  if (real.length > 0) tell(`${list(real)} are namespaces of this machine's kernel, ${release()}.`);
  for (const reason of new Set(recorded.map((node) => node.reason))) {
    const names = recorded.filter((node) => node.reason === reason).map(({ name }) => name);
    tell(`${list(names)} give recorded answers:`);
    tell(`${reason}.`, '  ');
  }
}

function list(names: readonly string[]): string {
  return new Intl.ListFormat('en-GB').format(names);
}

/** The built command under its own name: without a kubectl it then proposes commands by that name, which work here. */
function namedCommand(): [file: string, script: string] {
  const { file, args } = commandLine([]);
  const named = join(dirname(standIn.kubeconfig), 'kubectl-netprereq');
  if (!existsSync(named)) symlinkSync(args[0] ?? '', named);
  return [file, named];
}

/** Starts it; `code` resolves with its exit code. */
function start(args: readonly string[], stdio: 'inherit' | 'ignore'): { child: ChildProcess; code: Promise<number> } {
  const [file, script] = namedCommand();
  // The cache of compiled code goes where everything else of the demo goes when it ends.
  const env = { ...process.env, KUBECONFIG: standIn.kubeconfig, KUBECACHEDIR: dirname(standIn.kubeconfig) };
  const child = spawn(file, [script, ...args], { stdio, env });
  return { child, code: once(child, 'close').then(([code]: (number | null)[]) => code ?? 2) };
}

function suggest(): void {
  say('');
  tell('The commands that the report proposes work with --keep, or once the plug-in is installed.');
  say('What to try next:');
  tell('the same cluster, kept up: check, fix and undo its nodes', '  npm run demo -- --keep     ');
  tell('checks this machine, if it runs Linux', '  npm start                  ');
  say('  node_modules/.bin/node bin/run.js explain br-netfilter');
}

/** Puts the command into a directory for the PATH, tells how to use it, and waits for a signal. */
async function keep({ standIn: { kubeconfig }, real }: DemoCluster): Promise<void> {
  const bin = join(dirname(kubeconfig), 'bin');
  mkdirSync(bin);
  const quoted = namedCommand()
    .map((word) => `'${word.replaceAll("'", "'\\''")}'`)
    .join(' ');
  writeFileSync(join(bin, 'kubectl-netprereq'), `#!/bin/sh\nexec ${quoted} "$@"\n`, { mode: 0o755 });
  say('');
  const fixable = real.includes('node-2');
  if (!fixable) tell('Recorded answers do not change: fix and undo work only on nodes that are namespaces.');
  tell('The cluster stays up until Ctrl-C. In another terminal (kubectl works there too):');
  say(
    `  export KUBECONFIG=${kubeconfig} PATH=${bin}:$PATH`,
    '  kubectl-netprereq check node-1 node-2 -o wide',
    '  kubectl-netprereq fix node-2 --dry-run',
    ...(fixable ? ['  kubectl-netprereq fix node-2', '  kubectl-netprereq undo node-2'] : []),
    '  kubectl-netprereq explain br-netfilter',
  );
  await interrupted;
}
