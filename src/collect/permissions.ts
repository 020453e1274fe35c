import { stringify } from 'yaml';
import { CheckError } from '../errors.ts';
import type { Access, Call, Cluster } from '../kube/cluster.ts';

/** What a check needs of the API server, cluster-wide and in the namespace of its pods. */
const CLUSTER_WIDE: Access[] = [{ verb: 'list', resource: 'nodes' }];
const IN_NAMESPACE: Omit<Access, 'namespace'>[] = [
  { verb: 'create', resource: 'pods' },
  { verb: 'list', resource: 'pods' },
  { verb: 'watch', resource: 'pods' },
  { verb: 'delete', resource: 'pods' },
  { verb: 'deletecollection', resource: 'pods' },
];
/** What a check is better with: which CNI and kube-proxy mode, and answers longer than a termination message. */
const OPTIONAL_RULES = [
  { apiGroups: ['apps'], resources: ['daemonsets'], verbs: ['list'] },
  { apiGroups: [''], resources: ['configmaps', 'services'], verbs: ['get'] },
];

/** The permissions that a check in this namespace needs and this user lacks. */
export async function missingPermissions(cluster: Cluster, namespace: string, call: Call): Promise<Access[]> {
  const needed = [...CLUSTER_WIDE, ...IN_NAMESPACE.map((access) => ({ ...access, namespace }))];
  const allowed = await Promise.all(needed.map((access) => cluster.allowed(access, call)));
  return needed.filter((_, index) => !allowed[index]);
}

/**
 * A 403 turned into what the user needs to get on: everything that is missing, at once, and the manifest that grants it.
 * @param error the refusal that was met first
 */
export async function permissionError(
  cluster: Cluster,
  error: Error,
  namespace: string,
  call: Call,
): Promise<CheckError> {
  // Whoever may not even ask what is allowed still gets the manifest.
  const missing = await missingPermissions(cluster, namespace, call).catch(() => []);
  return new CheckError(error.message, {
    cause: error,
    tries: [
      ...(missing.length > 0 ? [`You may not: ${missing.map(describeAccess).join(', ')}.`] : []),
      'An administrator can grant what a check needs with:',
      '',
      ...rbacManifest(namespace).trimEnd().split('\n'),
    ],
  });
}

/** `create pods in namespace kube-system`. */
export function describeAccess({ verb, resource, namespace }: Access): string {
  return `${verb} ${resource}${namespace ? ` in namespace ${namespace}` : ''}`;
}

/** The RBAC manifest that grants all that a check needs or is better with, for pods in the given namespace. */
export function rbacManifest(namespace: string): string {
  const pods = { apiGroups: [''], resources: ['pods'], verbs: IN_NAMESPACE.map(({ verb }) => verb) };
  const log = { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] };
  const nodes = { apiGroups: [''], resources: ['nodes'], verbs: ['list'] };
  const api = { apiVersion: 'rbac.authorization.k8s.io/v1' };
  return [
    { ...api, kind: 'ClusterRole', metadata: { name: 'netprereq-check' }, rules: [nodes, ...OPTIONAL_RULES] },
    { ...api, kind: 'Role', metadata: { name: 'netprereq-check', namespace }, rules: [pods, log] },
  ]
    .map((document) => stringify(document, { lineWidth: 0 }))
    .join('---\n');
}
