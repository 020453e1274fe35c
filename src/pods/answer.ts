import type { NodeFacts } from '../facts/facts.ts';
import { parseFacts } from '../facts/parse.ts';
import type { FactsRequest } from '../facts/request.ts';
import type { Node } from '../kube/cluster.ts';
import { lacksProgram, openEnvelope } from '../probe/envelope.ts';
import type { Advice } from '../text/advice.ts';
import { type Reader, readFromNode } from './network-namespace.ts';

/** What a run learnt of one node: its facts, or why there are none. */
export type Outcome = { facts: NodeFacts } | { unknown: string; remedy?: readonly Advice[] };

/**
 * Turns a termination message into facts.
 * @param node the node as the API had it when the run began
 * @param bootId asks the API which boot the node reports now
 * @param readLog fetches the container's log, where the probe puts what a termination message cannot hold
 * @param again what to do if there is no answer: the next pod may have one, as after a passing error of the container runtime
 * @param by what kind of pod answered
 * @param request what it was asked
 */
export async function readAnswer(
  message: string,
  node: Pick<Node, 'system'>,
  {
    bootId,
    readLog,
    again,
  }: { bootId: () => Promise<string | undefined>; readLog: () => Promise<string>; again: readonly Advice[] },
  by: Reader,
  request: FactsRequest,
): Promise<Outcome> {
  const short = openEnvelope(message);
  const whole = 'text' in short && !short.partial ? short : undefined;
  const long = whole ? undefined : await readLog().then(lastEnvelope, () => undefined);
  // The short answer has what verdicts need; what it left out is named in its facts, and unknown.
  const best = whole ?? (long && 'text' in long ? long : short);
  if ('problem' in best) {
    const remedy = lacksProgram(message) ? ['name an image that has it, as busybox does: --image <image>'] : again;
    return { unknown: best.problem, remedy };
  }
  const facts = parseFacts(best.text, request);
  const same = await ofThisKernel(facts, node, bootId);
  return same ? judgeable(facts, by) : { unknown: OTHER_BOOT };
}

const OTHER_BOOT = 'the answer is from another boot than the node reports (a sandboxed runtime, or a reboot meanwhile)';

/**
 * A sandbox (Kata, gVisor) answers for its guest's kernel, whatever the pod asks for. A node that has just been rebooted does not: the
 * kubelet reports its new boot some seconds after it has started, so the API is asked once more.
 */
async function ofThisKernel(
  { boot }: NodeFacts,
  { system }: Pick<Node, 'system'>,
  bootId: () => Promise<string | undefined>,
): Promise<boolean> {
  if (!boot.id || !system.bootId || boot.id === system.bootId) return true;
  return (await bootId().catch(() => undefined)) === boot.id;
}

function lastEnvelope(log: string) {
  const line = log.trimEnd().split('\n').at(-1);
  return line ? openEnvelope(line) : undefined;
}

/**
 * Facts, unless it is in doubt that they are the node's.
 * @param by a pod must prove that both namespaces are equal, a process on the node itself need not
 */
export function judgeable(facts: NodeFacts, by: Reader): Outcome {
  const verdict = readFromNode(facts, by);
  if (verdict === true) return { facts };
  const couldBe = by === 'unprivileged pod' && facts.netns.init === undefined;
  return { unknown: verdict, ...(couldBe && { remedy: ['check this node without --least-privilege'] }) };
}
