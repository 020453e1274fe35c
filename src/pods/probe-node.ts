import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import type { FactsRequest } from '../facts/request.ts';
import { SWITCHES_REQUEST } from '../facts/switches-request.ts';
import type { Cluster, Node, Pod } from '../kube/cluster.ts';
import { lacksProgram } from '../probe/envelope.ts';
import { changedByAdmission } from './admission.ts';
import { type Outcome, readAnswer } from './answer.ts';
import type { Deletion } from './deletion.ts';
import type { ImageChoice } from './image.ts';
import { followPod, lookUpPod } from './pod-follow.ts';
import { type PodProgress, podProgress } from './pod-progress.ts';
import type { PodWatch } from './pod-watch.ts';
import { PROBE_CONTAINER, probePod } from './probe-pod.ts';

/** The answer of one request that must not be cut off by an interruption (a pod may come of it), in milliseconds. */
const REQUEST_MS = 15_000;
/** How often to ask again for a place within the quota. */
const QUOTA_RETRY_MS = 1_000;
/** The probe's log is at most its whole uncompressed answer. */
const LOG_BYTES = 1 << 20;

export interface ProbeNodeOptions {
  cluster: Cluster;
  run: string;
  namespace: string;
  node: Node;
  images(node: Node): ImageChoice[];
  imagePullSecrets: readonly string[];
  priorityClass?: string | undefined;
  leastPrivilege: boolean;
  /** What to read. */
  request?: FactsRequest;
  /** Seconds. */
  timeout: number;
  signal: AbortSignal;
  watch: PodWatch;
  deletion: Deletion;
}

/** Reads one node. Never rejects: whatever goes wrong is the reason why this node is unknown. */
export async function probeNode(options: ProbeNodeOptions): Promise<Outcome> {
  const deadline = AbortSignal.timeout(options.timeout * 1000);
  let outcome: Outcome = { unknown: 'no image to try' };
  for (const [attempt, image] of options.images(options.node).entries()) {
    if (options.signal.aborted) return { unknown: 'interrupted' };
    const end = await runPod(options, image, attempt, deadline);
    outcome = end.outcome;
    if (!end.otherImage) break;
  }
  return outcome;
}

async function runPod(
  options: ProbeNodeOptions,
  image: ImageChoice,
  attempt: number,
  deadline: AbortSignal,
): Promise<{ outcome: Outcome; otherImage?: true }> {
  const { cluster, namespace, deletion } = options;
  const request = options.request ?? SWITCHES_REQUEST;
  const pod = probePod({ ...options, request, node: options.node.name, image, attempt });
  const name = pod.metadata.name;
  const progress = followPod(options.watch, name, AbortSignal.any([deadline, options.signal]));
  try {
    deletion.expect(name);
    const admitted = await createWithinQuota(cluster, pod, AbortSignal.any([deadline, options.signal]));
    const changed = changedByAdmission(pod, admitted);
    if (changed.length > 0) {
      return {
        outcome: {
          unknown: `admission changed the pod (${changed.join(', ')}), so its answer would not be the node's`,
        },
      };
    }
    const end = await lastLook(options, name, await progress.ended);
    if (end.is === 'answered') {
      const readLog = () =>
        cluster.podLog(
          namespace,
          name,
          { container: PROBE_CONTAINER, limitBytes: LOG_BYTES },
          { timeoutMs: REQUEST_MS },
        );
      const by = options.leastPrivilege ? 'unprivileged pod' : 'pod';
      const outcome = await readAnswer(end.message, options.node, readLog, by, request);
      return lacksProgram(end.message) ? { outcome, otherImage: true } : { outcome };
    }
    if (end.is === 'failed' && end.image) {
      return { outcome: { unknown: end.why, remedy: [imageRemedy(image)] }, otherImage: true };
    }
    return { outcome: end.is === 'failed' ? { unknown: end.why } : late(options, end.at) };
  } catch (error) {
    if (isRefusal(error)) deletion.refused(name);
    return { outcome: { unknown: messageOf(error) } };
  } finally {
    progress.stop();
    deletion.start(name);
  }
}

/**
 * A quota on pods that the dry run still passed can be used up by this very run: then a place becomes free as soon as another
 * of its pods is gone. The request itself is not cut off by the user's interruption: a pod may come of it.
 */
async function createWithinQuota(cluster: Cluster, pod: Pod, waiting: AbortSignal): Promise<Pod> {
  for (;;) {
    try {
      return await cluster.createPod(pod, { timeoutMs: REQUEST_MS });
    } catch (error) {
      if (!(error instanceof Error && error.message.includes('exceeded quota')) || waiting.aborted) throw error;
      await sleep(QUOTA_RETRY_MS, undefined, { signal: waiting }).catch(() => {});
    }
  }
}

/** Where a pod stands of which nothing was heard in time. */
async function lastLook(
  { cluster, namespace, signal }: ProbeNodeOptions,
  name: string,
  end: PodProgress,
): Promise<PodProgress> {
  if (end.is !== 'waiting' || signal.aborted) return end;
  try {
    const pod = await lookUpPod(cluster, namespace, name);
    return pod ? podProgress(pod) : end;
  } catch (error) {
    return { is: 'failed', why: `the API server did not answer: ${messageOf(error)}` };
  }
}

function late({ node, signal, timeout }: ProbeNodeOptions, at: string): Outcome {
  if (signal.aborted) return { unknown: 'interrupted' };
  const ready = node.conditions.find(({ type }) => type === 'Ready');
  const condition = ready?.message ?? ready?.reason ?? 'no reason given';
  const before = ready && ready.status !== 'True' ? ` (the node was NotReady before: ${condition})` : '';
  return {
    unknown: `${at} after ${timeout}s${before}`,
    remedy: ['In a shell on the node:', 'systemctl status kubelet containerd', 'kubectl netprereq check --local'],
  };
}

export function imageRemedy(image: ImageChoice): string {
  return image.pullPolicy === 'Never'
    ? 'put the image on the node, or use --image-pull-policy=IfNotPresent'
    : 'name an image that this node holds or can pull: --image <image>, with --image-pull-secret if it takes one';
}

/** A definite no of the server: no pod can have come of it. */
export function isRefusal(error: unknown): boolean {
  const status = (error as { status?: number }).status;
  return status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 409 && status !== 429;
}
