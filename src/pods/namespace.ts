import { CheckError } from '../errors.ts';
import type { Call, Cluster, Pod } from '../kube/cluster.ts';
import { type Advice, run } from '../text/advice.ts';
import { permissionError } from './permissions.ts';

interface Refusal {
  namespace: string;
  error: Error & { status?: number };
}

/**
 * The first namespace that takes the probe's pod, found by a dry run on the server: that runs admission too, so Pod Security,
 * quotas and webhooks show before anything is created.
 * @param candidates in order of preference, not empty
 * @throws CheckError that names what every candidate said, and what would help
 */
export async function chooseNamespace(
  cluster: Cluster,
  candidates: readonly string[],
  podIn: (namespace: string) => Pod,
  call: Call,
): Promise<string> {
  const refusals: Refusal[] = [];
  for (const namespace of candidates) {
    try {
      // Whoever may create pods but not delete them would leave them behind.
      const [mayDelete] = await Promise.all([
        cluster.allowed({ verb: 'delete', resource: 'pods', namespace }, call),
        cluster.createPod(podIn(namespace), { ...call, dryRun: true }),
      ]);
      if (mayDelete) return namespace;
      refusals.push({ namespace, error: Object.assign(new Error('may not delete pods there'), { status: 403 }) });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refusals.push({ namespace, error });
    }
  }
  throw await refused(cluster, refusals, call);
}

/** 403: RBAC, Pod Security, quota, webhook. 404: no such namespace. 400, 422: invalid, also privileged pods switched off. */
function isRefusal(error: unknown): error is Refusal['error'] {
  const status = (error as { status?: number }).status;
  return error instanceof Error && status !== undefined && [400, 403, 404, 422].includes(status);
}

async function refused(cluster: Cluster, refusals: readonly Refusal[], call: Call): Promise<CheckError> {
  const lines = refusals.map(({ namespace, error }) => `  ${namespace}: ${error.message}`);
  const message = `no namespace admits the check pod:\n${lines.join('\n')}`;
  const forbidden = refusals.find(({ error }) => /cannot create resource|may not delete/.test(error.message));
  const grant = forbidden && (await permissionError(cluster, forbidden.error, forbidden.namespace, call));
  return new CheckError(message, {
    tries: [...(grant?.tries ?? []), ...admissionAdvice(refusals)],
    ...(grant?.document && { document: grant.document }),
  });
}

function admissionAdvice(refusals: readonly Refusal[]): Advice[] {
  const said = (pattern: RegExp) => refusals.find(({ error }) => pattern.test(error.message));
  const security = said(/violates PodSecurity/);
  return [
    ...(security
      ? [
          `Pod Security in ${security.namespace} forbids what a check needs, even with --least-privilege: the host's network and files.`,
          'Choose a namespace that allows privileged pods with -n.',
        ]
      : []),
    ...(said(/disallowed by cluster policy/)
      ? ['The API server runs without --allow-privileged: use --least-privilege, or check --local on the node itself.']
      : []),
    ...(said(/admission webhook/)
      ? ['A policy of this cluster refuses the pod: exempt one namespace from it, and choose that namespace with -n.']
      : []),
    ...(said(/^Error from server \(NotFound\): namespaces/) ? [run('kubectl get namespaces')] : []),
    ...(said(/exceeded quota/) ? ['A quota is used up: choose another namespace with -n.'] : []),
    // It weakens a namespace for good, and so comes last.
    ...(security
      ? [
          run(
            `kubectl label namespace ${security.namespace} pod-security.kubernetes.io/enforce=privileged --overwrite`,
            'If nothing else is left, allow privileged pods in this one',
          ),
        ]
      : []),
  ];
}
