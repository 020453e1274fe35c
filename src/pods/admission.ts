import { isDeepStrictEqual } from 'node:util';
import type { Container, Pod, VolumeMount } from '../kube/cluster.ts';

/**
 * What admission changed in a pod so that its answer could be about something else than the node, or so that it has more
 * rights than were asked for.
 * @returns one phrase per changed field, empty when the pod is as it was sent
 */
export function changedByAdmission(sent: Pod, admitted: Pod): string[] {
  const container = sent.spec.containers[0];
  const kept = admitted.spec.containers.find(({ name }) => name === container?.name);
  const checks: [string, unknown, unknown][] = [
    ['spec.nodeName', sent.spec.nodeName, admitted.spec.nodeName],
    ['spec.hostNetwork', sent.spec.hostNetwork, admitted.spec.hostNetwork],
    ['spec.hostPID', sent.spec.hostPID ?? false, admitted.spec.hostPID ?? false],
    ['spec.volumes', sent.spec.volumes ?? [], volumesKept(sent, admitted)],
    ...securityContexts(container, kept),
    ['command', container?.command, kept?.command],
    ['args', container?.args ?? [], kept?.args ?? []],
    ['env', container?.env ?? [], kept?.env ?? []],
    ['volumeMounts', mounts(container), mounts(kept)],
    // A sandbox has a kernel of its own.
    ['spec.runtimeClassName', sent.spec.runtimeClassName, admitted.spec.runtimeClassName],
  ];
  return checks.filter(([, was, is]) => !isDeepStrictEqual(was, is)).map(([field]) => field);
}

/** Field by field, those that were sent: what a policy adds (a seccomp profile) takes nothing from the answer. */
function securityContexts(sent: Container | undefined, kept: Container | undefined): [string, unknown, unknown][] {
  const admitted: Readonly<Record<string, unknown>> = { ...kept?.securityContext };
  return Object.entries(sent?.securityContext ?? {}).map(([field, value]) => [
    `securityContext.${field}`,
    value,
    admitted[field],
  ]);
}

/** Ours among the pod's volumes; others, which a mesh adds for its own containers, are not mounted into ours. */
function volumesKept(sent: Pod, admitted: Pod) {
  const names = sent.spec.volumes?.map(({ name }) => name) ?? [];
  return (admitted.spec.volumes ?? []).filter(({ name }) => names.includes(name));
}

/** Without recursiveReadOnly: API servers that do not know the field drop it, and the answer is the same. */
function mounts(container: Container | undefined): Omit<VolumeMount, 'recursiveReadOnly'>[] {
  return (container?.volumeMounts ?? []).map(({ recursiveReadOnly: _, ...mount }) => mount);
}
