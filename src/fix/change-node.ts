import type { Timing } from '../apply/script.ts';
import { messageOf } from '../errors.ts';
import type { Cluster, Pod } from '../kube/cluster.ts';
import type { Change } from '../plan/change.ts';
import { changedByAdmission } from '../pods/admission.ts';
import type { ImageChoice } from '../pods/image.ts';
import { followPod, hasBegun, lookUpPod, watchEnded } from '../pods/pod-follow.ts';
import { type PodProgress, podProgress } from '../pods/pod-progress.ts';
import type { PodWatch } from '../pods/pod-watch.ts';
import { imageRemedy, isRefusal } from '../pods/probe-node.ts';
import { lacksProgram } from '../probe/envelope.ts';
import { type ChangeKind, changePod, RUNS_AT_MOST } from './change-pod.ts';

/** The answer of one request, in milliseconds. */
const REQUEST_MS = 15_000;
/**
 * How long after its time a pod that has not begun is looked at for the last time, in seconds: the node's clock may be half a minute
 * behind before the script refuses, and news travel.
 */
const AFTERWARDS = 35;
/** What the kubelet says of a pod of which it has started no container. */
const NEVER_RAN =
  /^(OutOf\w*|NodeAffinity|\w*AdmissionError|PodOSNotSupported|AppArmor|SysctlForbidden|CreateContainer\w*|RunContainerError)\b|: Pod was rejected/;

export interface ChangeNodeOptions {
  cluster: Cluster;
  run: string;
  namespace: string;
  node: string;
  images: readonly ImageChoice[];
  imagePullSecrets: readonly string[];
  priorityClass?: string | undefined;
  /** Seconds in which the pod must begin. */
  timeout: number;
  watch: PodWatch;
  kind: ChangeKind;
  /** The container's command. */
  command(timing: Timing): string[];
  /** Is told of a pod, as namespace/name, that could not be deleted, or must not be because it may still be at work. */
  onLeftover(pod: string): void;
  /** Is told of the pod, as namespace/name, that is about to change the node; undefined: no more. */
  onPod(node: string, pod: string | undefined): void;
}

/** Has one node changed by a pod. Never rejects, and is not cut short: a change that has begun is waited for. */
export async function changeNode(options: ChangeNodeOptions): Promise<Change> {
  let change: Change = { is: 'not-begun', why: 'no image to try', remedy: [] };
  for (const [attempt, image] of options.images.entries()) {
    const end = await runPod(options, image, attempt);
    change = end.change;
    if (!end.otherImage) break;
  }
  return change;
}

/** Why the server would not take the pod as it is, or undefined: it would. Creates nothing. */
export async function rehearse(options: ChangeNodeOptions, attempt = 0): Promise<Change | undefined> {
  const image = options.images[attempt];
  if (!image) return { is: 'not-begun', why: 'no image to try', remedy: [] };
  const pod = podOf(options, image, attempt);
  try {
    const admitted = await options.cluster.createPod(pod, { dryRun: true, timeoutMs: REQUEST_MS });
    const changed = changedByAdmission(pod, admitted);
    if (changed.length === 0) return undefined;
    return { is: 'not-begun', why: `admission would change the pod (${changed.join(', ')})`, remedy: [] };
  } catch (error) {
    return { is: 'not-begun', why: messageOf(error), remedy: [] };
  }
}

async function runPod(
  options: ChangeNodeOptions,
  image: ImageChoice,
  attempt: number,
): Promise<{ change: Change; otherImage?: boolean }> {
  const refused = await rehearse(options, attempt);
  if (refused) return { change: refused };
  const { cluster, namespace, watch, timeout } = options;
  // Nobody would learn what becomes of the pod.
  if (watch.lost) {
    return { change: { is: 'not-begun', why: watchEnded(watch.lost.error), remedy: [] } };
  }
  // Built anew: the rehearsal's answer has told what time it is on the server.
  const pod = podOf(options, image, attempt);
  const { name } = pod.metadata;
  const follow = followPod(watch, name, AbortSignal.timeout((timeout + AFTERWARDS) * 1000));
  options.onPod(options.node, `${namespace}/${name}`);
  try {
    const created = await create(cluster, pod);
    if ('refused' in created) return { change: { is: 'not-begun', why: created.refused, remedy: [] } };
    const progress = await follow.ended;
    const end = await lastLook(options, name, { progress, begun: follow.begun });
    if ('atWork' in end) {
      options.onLeftover(`${namespace}/${name}`);
      return { change: { is: 'lost', why: end.atWork } };
    }
    await cluster
      .deletePod(namespace, name, { timeoutMs: REQUEST_MS })
      .catch(() => options.onLeftover(`${namespace}/${name}`));
    const judged = judge(end, image, timeout);
    // A webhook need not have been asked in the rehearsal. The pod was let run nevertheless: it may have been at work at once.
    if (created.changed.length === 0 || judged.change.is === 'not-begun') return judged;
    return { change: { is: 'lost', why: `admission changed the pod (${created.changed.join(', ')})` } };
  } finally {
    follow.stop();
    options.onPod(options.node, undefined);
  }
}

interface End {
  progress: PodProgress;
  begun: boolean;
}

function judge({ progress, begun }: End, image: ImageChoice, timeout: number) {
  if (progress.is === 'answered') {
    return {
      change: { is: 'answered', message: progress.message } as const,
      otherImage: lacksProgram(progress.message),
    };
  }
  const why = progress.is === 'failed' ? progress.why : `${progress.at} after ${timeout}s`;
  // The kubelet tells of a container up to seconds after it has begun: a pod that is gone may have been at work.
  const doubtful = progress.is === 'failed' && !progress.image && !NEVER_RAN.test(progress.why);
  if (begun || doubtful) return { change: { is: 'lost', why } as const };
  const otherImage = progress.is === 'failed' && progress.image === true;
  return { change: { is: 'not-begun', why, remedy: otherImage ? [imageRemedy(image)] : [] } as const, otherImage };
}

/**
 * Where the pod stands when its time to begin is over. One that is at work is waited for until its deadline.
 * @returns atWork: it may still be at work, so that it must not be deleted, and why nobody knows
 */
async function lastLook(options: ChangeNodeOptions, name: string, end: End): Promise<End | { atWork: string }> {
  if (end.progress.is !== 'waiting') return unlessUnseen(end);
  const { cluster, namespace, watch, timeout } = options;
  const more = followPod(watch, name, AbortSignal.timeout(RUNS_AT_MOST * 1000));
  try {
    const pod = await lookUpPod(cluster, namespace, name);
    // One that is gone may have been at work.
    if (!pod) return { progress: end.progress, begun: true };
    if (!hasBegun(pod)) return { progress: podProgress(pod), begun: end.begun };
    if (podProgress(pod).is !== 'waiting') return { progress: podProgress(pod), begun: true };
    const progress = await more.ended;
    if (progress.is !== 'waiting') return unlessUnseen({ progress, begun: true });
    return { atWork: `the pod may still be at work ${timeout + AFTERWARDS + RUNS_AT_MOST}s after it was created` };
  } catch (error) {
    return { atWork: `${messageOf(error)}, and the pod may still be at work` };
  } finally {
    more.stop();
  }
}

/** An end, unless it is only that of the watch. */
function unlessUnseen(end: End): End | { atWork: string } {
  const { progress } = end;
  const unseen = progress.is === 'failed' && progress.unseen === 'watch';
  return unseen ? { atWork: `${progress.why}, and the pod may still be at work` } : end;
}

/** Why the server has refused the pod for good, or what admission has changed in it. Without an answer the server may have it as it is. */
async function create(cluster: Cluster, pod: Pod): Promise<{ refused: string } | { changed: string[] }> {
  try {
    return {
      changed: changedByAdmission(pod, await cluster.createPod(pod, { timeoutMs: REQUEST_MS })),
    };
  } catch (error) {
    return isRefusal(error) ? { refused: messageOf(error) } : { changed: [] };
  }
}

function podOf(options: ChangeNodeOptions, image: ImageChoice, attempt: number): Pod {
  const { cluster, run, timeout, kind, command } = options;
  const now = (cluster.serverTime()?.getTime() ?? Date.now()) / 1000;
  return changePod({ ...options, image, attempt }, kind, command({ run, now, notAfter: now + timeout }));
}
