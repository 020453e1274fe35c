import type { ContainerStatus, Pod } from '../kube/cluster.ts';
import { PROBE_CONTAINER } from './probe-pod.ts';

/** Where a probe pod stands: still under way (`at`: a clause that goes on with “after 60s”), answered, or not going to answer. */
export type PodProgress =
  | { is: 'waiting'; at: string }
  | { is: 'answered'; message: string }
  /** unseen: what its container did in the end was not seen, because the pod went, or the watch on it did. */
  | { is: 'failed'; why: string; image?: true; unseen?: 'pod' | 'watch' };

/** Before the kubelet has said anything of a pod. */
export const NOT_TAKEN = { is: 'waiting', at: 'the kubelet had not taken the pod' } as const satisfies PodProgress;

/** The kubelet tries these again for ever; a check that should take a second does not wait for that. */
const IMAGE_TROUBLE = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);
const CONTAINER_TROUBLE = new Set(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']);

/**
 * Reads a probe pod's status. Done is: our container, by name, has terminated. The phase says so a second later, and
 * with an injected sidecar never; until then the phase of so short a pod is still Pending.
 */
export function podProgress(pod: Pod): PodProgress {
  const status = pod.status ?? {};
  const container = status.containerStatuses?.find(({ name }) => name === PROBE_CONTAINER);
  const terminated = container?.state?.terminated;
  if (terminated?.message) return { is: 'answered', message: terminated.message };
  if (terminated) return { is: 'failed', why: endWithoutAnswer(terminated) };
  // Refused or thrown out by the kubelet: OutOfpods, Evicted, NodeAffinity, DeadlineExceeded, …
  if (status.phase === 'Failed')
    return { is: 'failed', why: sentence(status.reason ?? 'the pod failed', status.message) };
  return waitingOn(pod, container);
}

function waitingOn(pod: Pod, container: ContainerStatus | undefined): PodProgress {
  const waiting = container?.state?.waiting;
  const reason = waiting?.reason ?? '';
  if (IMAGE_TROUBLE.has(reason)) {
    const image = container?.image || pod.spec.containers[0]?.image;
    return { is: 'failed', why: `image ${image}: ${sentence(reason, waiting?.message)}`, image: true };
  }
  if (CONTAINER_TROUBLE.has(reason)) return { is: 'failed', why: sentence(reason, waiting?.message) };
  if (container?.state?.running) return { is: 'waiting', at: 'the pod was still running' };
  if (waiting)
    return {
      is: 'waiting',
      at: `the pod was still waiting (${sentence(reason || 'no reason given', waiting.message)})`,
    };
  return NOT_TAKEN;
}

function endWithoutAnswer(end: { exitCode: number; signal?: number; reason?: string }): string {
  const how = end.reason && end.reason !== 'Error' && end.reason !== 'Completed' ? `${end.reason}, ` : '';
  return `the probe ended without an answer (${how}exit code ${end.exitCode})`;
}

function sentence(reason: string, message: string | undefined): string {
  return message && message !== reason ? `${reason}: ${message}` : reason;
}
