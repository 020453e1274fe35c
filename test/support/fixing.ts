import { spawnSync } from 'node:child_process';
import { afterEach, expect } from 'vitest';
import { cksum, openEnvelope } from '../../src/probe/envelope.ts';
import type { FixReport, UndoReport } from '../../src/report/fix-report.ts';
import { MODULES_FILE, SYSCTL_FILE } from '../../src/systems/own-files.ts';
import { flannelCluster, forwardingOffNode, healthyNode } from './clusters.ts';
import { netprereq, type Result } from './command.ts';
import type { NodeOptions } from './node-object.ts';
import type { Pod } from './objects.ts';
import { answersOf } from './recorded-answers.ts';
import { type StandIn, type StandInOptions, startStandIn } from './stand-in.ts';

/** A stand-in for each test, in which no pod may be left when the test has ended. */
export function standInForEach() {
  let standIn: StandIn | undefined;
  afterEach(async () => {
    const left = standIn?.pods() ?? [];
    await standIn?.stop();
    standIn = undefined;
    expect(left.map(({ metadata }) => metadata.name)).toEqual([]);
  });
  const env = () => ({ KUBECONFIG: standIn?.kubeconfig ?? '' });
  return {
    async start(nodes: readonly NodeOptions[], options: StandInOptions = {}): Promise<StandIn> {
      standIn = await startStandIn({ ...flannelCluster(), ...options, nodes });
      return standIn;
    },
    env,
    run: (...args: string[]): Promise<Result> => netprereq(args, env()),
    /** fix or undo without a question and without a wait. */
    async report<T extends 'fix' | 'undo'>(command: T, ...args: string[]) {
      const { code, stdout, stderr } = await netprereq(
        [command, '--yes', '--settle', '0s', '-o', 'json', ...args],
        env(),
      );
      if (stdout === '') throw new Error(`no report: ${stderr}`);
      return { code, stderr, report: JSON.parse(stdout) as T extends 'fix' ? FixReport : UndoReport };
    },
  };
}

/** `node-1 changed pass`, or `node-1 failed unknown: reason`. */
export const outcomes = ({ nodes }: FixReport | UndoReport): string[] =>
  nodes.map(({ name, outcome, verdict, reason }) => `${name} ${outcome} ${verdict}${reason ? `: ${reason}` : ''}`);

/** Whether a pod changes its node. */
export const changes = ({ metadata }: Pod): boolean => /-(apply|undo)$/.test(metadata.name);

/** The nodes whose change was begun, in that order. */
export const changedInOrder = ({ created }: StandIn): string[] =>
  created.filter(changes).map(({ spec }) => spec.nodeName ?? '');

/** An answer in its envelope. */
export function answer(...lines: readonly string[]): string {
  const payload = lines.join('\t');
  return `np1 raw ${payload.length} ${cksum(Buffer.from(payload))} ${payload}`;
}

/** apply.sh's answer to a plan of so many operations. */
export const appliedAnswer = (operations: number): string =>
  answer(
    'np-apply 1',
    'outcome changed',
    ...Array.from({ length: operations }, (_, i) => `step ${i + 1} done =`),
    'end',
  );

/**
 * What a node without forwarding told, what it told once that was mended, and what a node tells of which a fix has changed one file:
 * recorded from namespaces.
 */
export interface Recording {
  broken: string;
  mended: string;
  fixed: string;
}

/** All of them, from nodes in namespaces, or as they were recorded where there are none. */
export async function recordNodes(): Promise<Recording> {
  const told = await answersOf([forwardingOffNode('broken'), healthyNode('mended')], flannelCluster());
  const [broken = '', mended = ''] = [told.get('broken'), told.get('mended')];
  const never = [`j f ${MODULES_FILE} -`, `j f ${SYSCTL_FILE} -`, 'j end'];
  const once = [
    'j j netprereq-journal 1',
    `j j file run1 1795480000 some-boot ${SYSCTL_FILE} - =QQo=`,
    `j f ${SYSCTL_FILE} =QQo=`,
    'j end',
  ];
  return { broken: withLines(broken, never), mended: withLines(mended, never), fixed: withLines(mended, once) };
}

/** An answer with more records, as of a node that was asked for more: the recorded ones were asked what check asks. */
function withLines(told: string, lines: readonly string[]): string {
  const opened = openEnvelope(told);
  if ('problem' in opened) throw new Error(opened.problem);
  const [end = '', ...rest] = opened.text.trimEnd().split('\n').toReversed();
  return answer(...rest.toReversed(), ...lines, end);
}

/** A node that tells what was recorded: forwarding is off until a pod has changed it. */
export function recordedNode(
  name: string,
  { broken, mended }: Recording,
  change: (pod: Pod) => string | Promise<string> = () => appliedAnswer(2),
  more: Partial<NodeOptions> = {},
): NodeOptions {
  let changed = false;
  const recorded = async (pod: Pod) => {
    if (!changes(pod)) return changed ? mended : broken;
    const message = await change(pod);
    changed = true;
    return message;
  };
  return { name, recorded, ...more };
}

/** Why nodes cannot be made of namespaces here; undefined: they can. */
export async function noNamespaceNodes(): Promise<string | undefined> {
  const trial = await startStandIn({ nodes: [healthyNode('node-1')] });
  await trial.stop();
  return trial.nodes[0]?.reason;
}

/**
 * Runs a shell's text in the namespaces of one node, as somebody who is logged in there; gives what it prints. The node has no devices,
 * and a shell starts nothing in the background without /dev/null.
 */
export function inNode({ nodes }: StandIn, text: string, place = 0): string {
  const target = `${nodes[place]?.pid}`;
  // Of a node that belongs to an ordinary user, everything is below its user namespace.
  const user = process.getuid?.() === 0 ? [] : ['--user', '--preserve-credentials'];
  const command = [
    ...user,
    '--target',
    target,
    '--mount',
    '--net',
    '--pid',
    '--uts',
    'sh',
    '-ec',
    `: >>/dev/null; ${text}`,
  ];
  const { status, stdout, stderr } = spawnSync('nsenter', command, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
