import { applyCommand, type Timing } from '../apply/script.ts';
import type { Pod } from '../kube/cluster.ts';
import type { Change } from '../plan/change.ts';
import { type ImageChoice, imageRemedy } from '../pods/image.ts';
import { livePod, type PodEnd, type PodMeans, rehearsePod, tryImages } from '../pods/pod-life.ts';
import type { NodePodOptions } from '../pods/probe-pod.ts';
import { type ChangeKind, changePod, RUNS_AT_MOST } from './change-pod.ts';

/**
 * How long after its time a pod that has not begun is looked at for the last time, in seconds: the node's clock may be half a minute
 * behind before the script refuses, and news travel.
 */
const AFTERWARDS = 35;

export interface ChangeNodeOptions extends PodMeans, Omit<NodePodOptions, 'image' | 'attempt'> {
  images: readonly ImageChoice[];
  kind: ChangeKind;
  /** What is asked of the node. */
  request(timing: Timing): string;
  /** Is told of the pod, as namespace/name, that is about to change the node; undefined: no more. */
  onPod(node: string, pod: string | undefined): void;
}

/** Has one node changed by a pod. Never rejects, and is not cut short: a change that has begun is waited for. */
export async function changeNode(options: ChangeNodeOptions): Promise<Change> {
  const { end, image } = await tryImages(options.images, async (choice, attempt): Promise<PodEnd<string>> => {
    const refused = await rehearse(options, choice, attempt);
    return refused === undefined ? runPod(options, choice, attempt) : { is: 'refused', why: refused };
  });
  switch (end.is) {
    case 'answered':
      return { is: 'answered', message: end.answer };
    case 'refused':
      return { is: 'not-begun', why: end.why, remedy: [] };
    case 'altered':
      // A webhook need not have been asked in the rehearsal. The pod was let run nevertheless: it may have been at work at once.
      return { is: 'lost', why: `admission changed the pod (${end.fields.join(', ')})` };
    case 'left':
      return { is: 'lost', why: end.why };
    case 'failed': {
      const why = end.late ? `${end.why} after ${options.timeout}s` : end.why;
      if (end.ran) return { is: 'lost', why };
      return { is: 'not-begun', why, remedy: end.otherImage && image ? [imageRemedy(image)] : [] };
    }
  }
}

/** Why the server would not take the pod as it is, or undefined: it would. Creates nothing. */
export async function rehearse(
  options: ChangeNodeOptions,
  image: ImageChoice | undefined = options.images[0],
  attempt = 0,
): Promise<string | undefined> {
  return image ? rehearsePod(options.cluster, podOf(options, image, attempt)) : 'no image to try';
}

async function runPod(options: ChangeNodeOptions, image: ImageChoice, attempt: number): Promise<PodEnd<string>> {
  const { namespace, node, timeout, deletion, onPod } = options;
  // Built anew: the rehearsal's answer has told what time it is on the server.
  const pod = podOf(options, image, attempt);
  const policy = { time: AbortSignal.timeout((timeout + AFTERWARDS) * 1000), endsWithin: RUNS_AT_MOST * 1000 };
  onPod(node, `${namespace}/${pod.metadata.name}`);
  const end = await livePod(pod, options, policy, async (message) => message);
  await deletion.settled();
  onPod(node, undefined);
  return end;
}

function podOf(options: ChangeNodeOptions, image: ImageChoice, attempt: number): Pod {
  const { cluster, run, timeout, kind, request } = options;
  const now = (cluster.serverTime()?.getTime() ?? Date.now()) / 1000;
  return changePod({ ...options, image, attempt }, kind, applyCommand(request({ run, now, notAfter: now + timeout })));
}
