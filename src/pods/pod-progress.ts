import type { ContainerStatus, Pod } from '../kube/cluster.ts';
import { PROBE_CONTAINER } from './probe-pod.ts';

/** Where a probe pod stands: still under way (`at`: a clause that goes on with “after 60s”), answered, or not going to answer. */
export type PodProgress =
  | { is: 'waiting'; at: string }
  | { is: 'answered'; message: string }
  /** image: that is why. unstarted: no container of it was ever started. unseen: nobody knows what it does now. */
  | { is: 'failed'; why: string; image?: true; unstarted?: true; unseen?: true };

/** Before the kubelet has said anything of a pod. */
export const NOT_TAKEN = { is: 'waiting', at: 'the kubelet had not started the pod' } as const satisfies PodProgress;

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
/** Why the kubelet does not take a pod at all. */
const REJECTED = /^(OutOf\w*|NodeAffinity|\w*AdmissionError|PodOSNotSupported|AppArmor|SysctlForbidden)$/;

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
  if (status.phase === 'Failed') {
    const { reason = 'the pod failed', message } = status;
    const rejected = REJECTED.test(reason) || message?.startsWith('Pod was rejected');
    return { is: 'failed', why: sentence(reason, message), ...(rejected && { unstarted: true }) };
  }
  return waitingOn(pod, container);
}

/** Whether our container has run, or still does. */
export function hasBegun({ status }: Pod): boolean {
  const container = status?.containerStatuses?.find(({ name }) => name === PROBE_CONTAINER);
  return container?.state?.running !== undefined || container?.state?.terminated !== undefined;
}

function waitingOn(pod: Pod, container: ContainerStatus | undefined): PodProgress {
  const waiting = container?.state?.waiting;
  const reason = waiting?.reason ?? '';
  if (IMAGE_TROUBLE.has(reason)) {
    const image = container?.image || pod.spec.containers[0]?.image;
    return { is: 'failed', why: `image ${image}: ${sentence(reason, waiting?.message)}`, image: true, unstarted: true };
  }
  if (CONTAINER_TROUBLE.has(reason)) return { is: 'failed', why: sentence(reason, waiting?.message), unstarted: true };
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
