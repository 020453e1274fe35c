import type { Container, Pod } from './objects.ts';

type Check = (pod: Pod) => string | undefined;

/** `container "a"` or `containers "a", "b"`. */
function containersWhere(pod: Pod, test: (container: Container) => boolean): string | undefined {
  const found = pod.spec.containers.filter(test).map(({ name }) => `"${name}"`);
  if (found.length === 0) return undefined;
  return `${found.length === 1 ? 'container' : 'containers'} ${found.join(', ')}`;
}

function containersMust(title: string, demand: string, test: (container: Container, pod: Pod) => boolean): Check {
  return (pod) => {
    const who = containersWhere(pod, (container) => test(container, pod));
    return who && `${title} (${who} ${demand})`;
  };
}

const hostNamespaces: Check = ({ spec: { hostNetwork, hostPID, hostIPC } }) => {
  const set = Object.entries({ hostNetwork, hostPID, hostIPC }).filter(([, value]) => value);
  return set.length === 0 ? undefined : `host namespaces (${set.map(([name]) => `${name}=true`).join(', ')})`;
};

const hostPaths: Check = ({ spec }) => {
  const names = (spec.volumes ?? []).filter(({ hostPath }) => hostPath).map(({ name }) => `"${name}"`);
  if (names.length === 0) return undefined;
  return `hostPath volumes (${names.length === 1 ? 'volume' : 'volumes'} ${names.join(', ')})`;
};

const baseline: readonly Check[] = [
  hostNamespaces,
  hostPaths,
  containersMust(
    'privileged',
    'must not set securityContext.privileged=true',
    ({ securityContext }) => securityContext?.privileged === true,
  ),
];

const restricted: readonly Check[] = [
  ...baseline,
  containersMust(
    'allowPrivilegeEscalation != false',
    'must set securityContext.allowPrivilegeEscalation=false',
    ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false,
  ),
  containersMust(
    'unrestricted capabilities',
    'must set securityContext.capabilities.drop=["ALL"]',
    ({ securityContext }) => !securityContext?.capabilities?.drop?.includes('ALL'),
  ),
  (pod) => {
    if (pod.spec.securityContext?.runAsNonRoot) return undefined;
    const who = containersWhere(pod, ({ securityContext }) => securityContext?.runAsNonRoot !== true);
    return who && `runAsNonRoot != true (pod or ${who} must set securityContext.runAsNonRoot=true)`;
  },
  containersMust('runAsUser=0', 'must not set runAsUser=0', ({ securityContext }) => securityContext?.runAsUser === 0),
  (pod) => {
    if (pod.spec.securityContext?.seccompProfile) return undefined;
    const who = containersWhere(pod, ({ securityContext }) => !securityContext?.seccompProfile);
    const demand = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"';
    return who && `seccompProfile (pod or ${who} ${demand})`;
  },
];

const levels: Record<string, readonly Check[]> = { baseline, restricted };

/** Why Pod Security refuses the pod at this level, in its words; undefined when it does not. */
export function podSecurityViolation(pod: Pod, level: string | undefined): string | undefined {
  const violations = (levels[level ?? ''] ?? []).map((check) => check(pod)).filter((text) => text !== undefined);
  return violations.length === 0 ? undefined : `violates PodSecurity "${level}:latest": ${violations.join(', ')}`;
}
