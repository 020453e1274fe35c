import { describe, expect, test } from 'vitest';
import type { ContainerStatus, Pod, PodStatus } from '../../src/kube/cluster.ts';
import { podProgress } from '../../src/pods/pod-progress.ts';

const pod = (status: PodStatus): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'probe', image: 'busybox:1' }] },
  status,
});
const probe = (state: ContainerStatus['state']): ContainerStatus => ({ name: 'probe', ...(state && { state }) });

describe('podProgress', () => {
  test.for<[string, PodStatus, object]>([
    [
      'an answer counts as soon as the container has terminated, though the phase is still Pending',
      { phase: 'Pending', containerStatuses: [probe({ terminated: { exitCode: 0, message: 'np1 …' } })] },
      { is: 'answered', message: 'np1 …' },
    ],
    [
      'with a sidecar that never ends, our container by name decides',
      {
        phase: 'Running',
        containerStatuses: [
          { name: 'istio-proxy', state: { running: {} } },
          probe({ terminated: { exitCode: 0, message: 'np1' } }),
        ],
      },
      { is: 'answered', message: 'np1' },
    ],
    [
      'a sidecar that ended is not our answer',
      { phase: 'Running', containerStatuses: [{ name: 'x', state: { terminated: { exitCode: 0, message: 'np1' } } }] },
      { is: 'waiting', at: 'the kubelet had not started the pod' },
    ],
    [
      'a container killed for memory has no answer',
      { containerStatuses: [probe({ terminated: { exitCode: 137, reason: 'OOMKilled' } })] },
      { is: 'failed', why: 'the probe ended without an answer (OOMKilled, exit code 137)' },
    ],
    [
      'the kubelet refuses a pod in its own words',
      { phase: 'Failed', reason: 'OutOfpods', message: 'Node did not have enough resource: pods' },
      { is: 'failed', why: 'OutOfpods: Node did not have enough resource: pods', unstarted: true },
    ],
    [
      'a pod that the kubelet rejects for another reason was never started either',
      { phase: 'Failed', reason: 'UnexpectedAdmissionError', message: 'no devices' },
      { is: 'failed', why: 'UnexpectedAdmissionError: no devices', unstarted: true },
    ],
    [
      'one that was thrown out may have run',
      { phase: 'Failed', reason: 'Evicted', message: 'low on memory' },
      { is: 'failed', why: 'Evicted: low on memory' },
    ],
    [
      'an image that cannot be pulled is named at once',
      { containerStatuses: [probe({ waiting: { reason: 'ErrImagePull', message: 'no such host' } })] },
      { is: 'failed', why: 'image busybox:1: ErrImagePull: no such host', image: true, unstarted: true },
    ],
    [
      'an image that the node should have and has not',
      { containerStatuses: [probe({ waiting: { reason: 'ErrImageNeverPull' } })] },
      { is: 'failed', why: 'image busybox:1: ErrImageNeverPull', image: true, unstarted: true },
    ],
    [
      'a container that cannot be made is no image trouble',
      { containerStatuses: [probe({ waiting: { reason: 'CreateContainerError', message: 'boom' } })] },
      { is: 'failed', why: 'CreateContainerError: boom', unstarted: true },
    ],
    [
      'a starting container is waited for',
      { phase: 'Pending', containerStatuses: [probe({ waiting: { reason: 'ContainerCreating' } })] },
      { is: 'waiting', at: 'the pod was still waiting (ContainerCreating)' },
    ],
    [
      'a running container is waited for',
      { phase: 'Running', containerStatuses: [probe({ running: {} })] },
      { is: 'waiting', at: 'the pod was still running' },
    ],
    ['a pod without status was not taken', {}, { is: 'waiting', at: 'the kubelet had not started the pod' }],
  ])('%s', ([, status, expected]) => {
    expect(podProgress(pod(status))).toEqual(expected);
  });
});
