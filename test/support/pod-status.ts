import { randomBytes } from 'node:crypto';
import type { NodeOptions, Pressure } from './node-object.ts';
import {
  type Container,
  type ContainerState,
  type ContainerStatus,
  type Pod,
  type PodStatus,
  timestamp,
} from './objects.ts';

/** A container's status in one state. `held`: the names of its image on the node, of which the kubelet reports the first. */
export function containerStatus(
  container: Container,
  state: ContainerState,
  held: readonly string[] | undefined,
): ContainerStatus {
  const { name, image = '', resources } = container;
  const started = state.waiting === undefined;
  return {
    name,
    state,
    lastState: {},
    ready: state.running !== undefined,
    restartCount: 0,
    image: started ? (held?.[0] ?? image) : image,
    imageID: started ? `sha256:${randomBytes(32).toString('hex')}` : '',
    ...(state.terminated?.containerID ? { containerID: state.terminated.containerID } : {}),
    started: state.running !== undefined,
    ...(started && resources?.requests ? { allocatedResources: resources.requests, resources } : {}),
  };
}

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

/** Why a pod is not ready, in the kubelet's terms; undefined: it is. */
function unready(statuses: readonly ContainerStatus[]): Partial<Condition> | undefined {
  const ended = statuses.map(({ state }) => state.terminated);
  if (ended.every((end) => end !== undefined)) {
    return { reason: ended.some(({ exitCode }) => exitCode !== 0) ? 'PodFailed' : 'PodCompleted' };
  }
  const names = statuses.filter(({ state }) => !state.running).map(({ name }) => name);
  if (names.length === 0) return undefined;
  return { reason: 'ContainersNotReady', message: `containers with unready status: [${names.join(' ')}]` };
}

export interface PodState {
  phase: string;
  statuses: readonly ContainerStatus[];
  /** Whether its sandbox has a network. */
  sandbox: boolean;
  hostIP: string;
  startTime: string;
  reason?: string;
  message?: string;
}

/** The status that the kubelet writes for this state. */
export function podStatus(pod: Pod, state: PodState): PodStatus {
  const { phase, statuses, sandbox, hostIP, startTime, reason, message } = state;
  const now = timestamp();
  const why = unready(statuses);
  const condition = (type: string, status: boolean, more: Partial<Condition> = {}) => ({
    type,
    observedGeneration: 1,
    status: status ? 'True' : 'False',
    lastProbeTime: null,
    lastTransitionTime: now,
    ...more,
  });
  const podIP = pod.spec.hostNetwork ? hostIP : hostIP.replace(/^\d+\.\d+/, '10.244');
  const finished = phase === 'Succeeded' || phase === 'Failed';
  return {
    observedGeneration: 1,
    phase,
    conditions: [
      condition('PodReadyToStartContainers', sandbox && !finished),
      condition('Initialized', true, why?.reason === 'PodCompleted' ? { reason: why.reason } : {}),
      condition('Ready', !why, why),
      condition('ContainersReady', !why, why),
      condition('PodScheduled', true),
    ],
    ...(message === undefined ? {} : { message }),
    ...(reason === undefined ? {} : { reason }),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(sandbox || pod.spec.hostNetwork ? { podIP, podIPs: [{ ip: podIP }] } : {}),
    startTime,
    containerStatuses: [...statuses],
    qosClass: pod.status.qosClass ?? 'BestEffort',
  };
}

const refusals: Record<string, string> = {
  OutOfpods: "Pod was rejected: Node didn't have enough resource: pods, requested: 1, used: 110, capacity: 110",
  Evicted: 'Pod was rejected: The node had condition: [MemoryPressure]. ',
};

/** The status of a pod that the kubelet did not admit: no containers, no address. undefined: it did. */
export function refusedStatus(pod: Pod, { behaviour = 'normal', pressure }: NodeOptions): PodStatus | undefined {
  const tight = pressure && !admittedUnder(pressure, pod);
  const reason = tight ? 'Evicted' : behaviour;
  const message = tight ? `Pod was rejected: The node had condition: [${pressure}]. ` : refusals[behaviour];
  if (message === undefined) return undefined;
  return { ...pod.status, observedGeneration: 1, phase: 'Failed', reason, message, startTime: timestamp() };
}

/** Memory is kept from pods that request none of it; of disk and process ids only critical pods get any. */
function admittedUnder(pressure: Pressure, { spec, status }: Pod): boolean {
  const { priorityClassName } = spec as { priorityClassName?: string };
  if (priorityClassName?.startsWith('system-')) return true;
  return pressure === 'MemoryPressure' && status.qosClass !== 'BestEffort';
}
