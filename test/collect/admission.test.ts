import { expect, test } from 'vitest';
import { changedByAdmission } from '../../src/collect/admission.ts';
import { probePod } from '../../src/collect/probe-pod.ts';
import type { Pod } from '../../src/kube/cluster.ts';

const sent = () =>
  probePod({
    run: 'abc123',
    node: 'node-1',
    namespace: 'kube-system',
    image: { name: 'busybox:1', pullPolicy: 'IfNotPresent' },
    imagePullSecrets: [],
    timeout: 60,
    attempt: 0,
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
