import { describe, expect, test } from 'vitest';
import type { Container, Pod } from '../../src/kube/cluster.ts';
import { changedByAdmission } from '../../src/pods/admission.ts';
import { probePod } from '../../src/pods/probe-pod.ts';
import { SWITCHES_REQUEST } from '../support/switches-request.ts';

const sent = (leastPrivilege = false) =>
  probePod({
    run: 'abc123',
    node: 'node-1',
    namespace: 'kube-system',
    image: { name: 'busybox:1', pullPolicy: 'IfNotPresent' },
    imagePullSecrets: [],
    timeout: 60,
    attempt: 0,
    leastPrivilege,
    request: SWITCHES_REQUEST,
  });

const container = (pod: Pod) => {
  const [first] = pod.spec.containers;
  if (!first) throw new Error('the pod has no container');
  return first;
};

test('a pod that the server only completed counts as unchanged', () => {
  const admitted = sent();
  admitted.spec.tolerations?.push({ key: 'node.kubernetes.io/not-ready', operator: 'Exists' });
  admitted.spec.containers.unshift({ name: 'sidecar', image: 'mesh:1' });
  container(admitted).image = 'sidecar:1';
  expect(changedByAdmission(sent(), admitted)).toEqual([]);
});

test.for<[string, (pod: Pod) => void]>([
  ['spec.nodeName', (pod) => void delete pod.spec.nodeName],
  ['spec.hostNetwork', (pod) => void delete pod.spec.hostNetwork],
  ['spec.hostPID', (pod) => void Object.assign(pod.spec, { hostPID: false })],
  ['securityContext.privileged', (pod) => void Object.assign(container(pod), { securityContext: { runAsUser: 0 } })],
  [
    'securityContext.runAsUser',
    (pod) => void Object.assign(container(pod), { securityContext: { privileged: true, runAsUser: 1000 } }),
  ],
  ['command', (pod) => void Object.assign(container(pod), { command: ['true'] })],
  ['args', (pod) => void Object.assign(container(pod), { args: ['x'] })],
])('a changed %s is noticed', ([field, change]) => {
  const admitted = sent();
  change(admitted);
  expect(changedByAdmission(sent(), admitted)).toContain(field);
});

describe('a pod without privilege', () => {
  /** As an API server of Kubernetes 1.30 or newer returns it: fields in Go's order. */
  const returned = () => {
    const admitted = sent(true);
    const { command = [], ...others } = container(admitted);
    const volumeMounts = [{ mountPath: '/host', name: 'host', readOnly: true, recursiveReadOnly: 'IfPossible' }];
    admitted.spec.containers = [{ ...others, volumeMounts, command }];
    admitted.spec.volumes?.push({ name: 'mesh', hostPath: { path: '/run/mesh' } });
    return admitted;
  };

  test('counts as unchanged when it comes back in another order, with volumes of others', () => {
    expect(changedByAdmission(sent(true), returned())).toEqual([]);
  });

  test('counts as unchanged when an older API server has dropped recursiveReadOnly', () => {
    const admitted = returned();
    for (const mount of container(admitted).volumeMounts ?? []) delete mount.recursiveReadOnly;
    expect(changedByAdmission(sent(true), admitted)).toEqual([]);
  });

  const security = (change: NonNullable<Container['securityContext']>) => (pod: Pod) =>
    void Object.assign(container(pod), { securityContext: { ...container(pod).securityContext, ...change } });

  test.for<[string, string, (pod: Pod) => void]>([
    ['without its volume', 'spec.volumes', (pod) => void delete pod.spec.volumes],
    [
      'with another path',
      'spec.volumes',
      (pod) => void Object.assign(pod.spec, { volumes: [{ name: 'host', hostPath: { path: '/empty', type: '' } }] }),
    ],
    ['with an emptyDir', 'spec.volumes', (pod) => void Object.assign(pod.spec, { volumes: [{ name: 'host' }] })],
    ['without its mount', 'volumeMounts', (pod) => void delete container(pod).volumeMounts],
    [
      'with a writable mount',
      'volumeMounts',
      (pod) => void Object.assign(container(pod), { volumeMounts: [{ name: 'host', mountPath: '/host' }] }),
    ],
    [
      'with a mount more',
      'volumeMounts',
      (pod) => void container(pod).volumeMounts?.push({ name: 'mesh', mountPath: '/host/etc' }),
    ],
    ['privileged', 'securityContext.privileged', security({ privileged: true })],
    ['with a capability', 'securityContext.capabilities', security({ capabilities: { add: ['SYS_ADMIN'] } })],
    ['with escalation', 'securityContext.allowPrivilegeEscalation', security({ allowPrivilegeEscalation: true })],
    ['unconfined', 'securityContext.seccompProfile', security({ seccompProfile: { type: 'Unconfined' } })],
    ['with a writable root', 'securityContext.readOnlyRootFilesystem', security({ readOnlyRootFilesystem: false })],
    ["with the node's processes", 'spec.hostPID', (pod) => void Object.assign(pod.spec, { hostPID: true })],
    ["without the node's network", 'spec.hostNetwork', (pod) => void delete pod.spec.hostNetwork],
  ])('that comes back %s is noticed by %s', ([, field, change]) => {
    const admitted = returned();
    change(admitted);
    expect(changedByAdmission(sent(true), admitted)).toEqual([field]);
  });
});
