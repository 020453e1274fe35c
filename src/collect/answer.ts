import { openEnvelope } from './envelope.ts';
import type { NodeFacts } from './facts.ts';
import { readFromNode } from './network-namespace.ts';
import { parseFacts } from './parse.ts';

/** What a run learnt of one node: its facts, or why there are none. */
export type Outcome = { facts: NodeFacts } | { unknown: string; remedy?: readonly string[] };

/**
 * Turns a termination message into facts.
 * @param readLog fetches the container's log, where the probe puts what a termination message cannot hold
 */
export async function readAnswer(message: string, readLog: () => Promise<string>): Promise<Outcome> {
  const short = openEnvelope(message);
  if ('text' in short && !short.partial) return judgeable(parseFacts(short.text));
  const long = await readLog().then(lastEnvelope, () => undefined);
  if (long && 'text' in long) return judgeable(parseFacts(long.text));
  // The short answer has what verdicts need; what it left out is named in its facts, and unknown.
  if ('text' in short) return judgeable(parseFacts(short.text));
  return { unknown: short.problem };
}

function lastEnvelope(log: string) {
  const line = log.trimEnd().split('\n').at(-1);
  return line ? openEnvelope(line) : undefined;
}

/**
 * Facts, unless it is in doubt that they are the node's.
 * @param by 'pod': both namespaces must be proven equal; 'host': a process on the node itself
 */
export function judgeable(facts: NodeFacts, by: 'pod' | 'host' = 'pod'): Outcome {
  const verdict = readFromNode(facts, by);
  return verdict === true ? { facts } : { unknown: verdict };
}
