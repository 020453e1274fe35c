import type { Pod } from '../kube/cluster.ts';

/**
 * What admission changed in a pod so that its answer could be about something else than the node.
 * @returns one phrase per changed field, empty when the pod is as it was sent
 */
export function changedByAdmission(sent: Pod, admitted: Pod): string[] {
  const container = sent.spec.containers[0];
  const kept = admitted.spec.containers.find(({ name }) => name === container?.name);
  const checks: [string, unknown, unknown][] = [
    ['spec.nodeName', sent.spec.nodeName, admitted.spec.nodeName],
    ['spec.hostNetwork', sent.spec.hostNetwork, admitted.spec.hostNetwork],
    ['spec.hostPID', sent.spec.hostPID, admitted.spec.hostPID],
    ['securityContext.privileged', container?.securityContext?.privileged, kept?.securityContext?.privileged],
    ['securityContext.runAsUser', container?.securityContext?.runAsUser, kept?.securityContext?.runAsUser],
    ['command', container?.command, kept?.command],
    ['args', container?.args ?? [], kept?.args ?? []],
    ['env', container?.env ?? [], kept?.env ?? []],
    ['volumeMounts', container?.volumeMounts ?? [], kept?.volumeMounts ?? []],
    // A sandbox has a kernel of its own.
    ['spec.runtimeClassName', sent.spec.runtimeClassName, admitted.spec.runtimeClassName],
  ];
  return checks.filter(([, was, is]) => JSON.stringify(was) !== JSON.stringify(is)).map(([field]) => field);
}
