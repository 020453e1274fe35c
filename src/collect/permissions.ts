import { Document, isScalar, visit } from 'yaml';
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
  const [, user] = /User "([^"]+)"/.exec(error.message) ?? [];
  if (user === 'system:anonymous') {
    // A manifest would hand the cluster's nodes to everybody.
    const tries = [
      'You are not logged in: the kubeconfig sends no credentials. Log in, or choose --context or --user.',
    ];
    return new CheckError(error.message, { cause: error, tries });
  }
  return new CheckError(error.message, {
    cause: error,
    tries: [
      ...(missing.length > 0 ? [`You may not ${describe(missing)}.`] : []),
      'An administrator can grant what a check needs with kubectl apply -f - and this:',
    ],
    document: rbacManifest(namespace, user ?? 'NAME'),
  });
}

/** `list nodes; create, delete pods in namespace kube-system`. */
function describe(missing: readonly Access[]): string {
  const places = Map.groupBy(missing, ({ resource, namespace }) =>
    namespace === undefined ? resource : `${resource} in namespace ${namespace}`,
  );
  return [...places].map(([place, list]) => `${list.map(({ verb }) => verb).join(', ')} ${place}`).join('; ');
}

/** The RBAC manifest that grants a user all that a check needs or is better with, for pods in the given namespace. */
export function rbacManifest(namespace: string, user: string): string {
  const pods = { apiGroups: [''], resources: ['pods'], verbs: IN_NAMESPACE.map(({ verb }) => verb) };
  const log = { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] };
  const nodes = { apiGroups: [''], resources: ['nodes'], verbs: ['list'] };
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const name = 'netprereq-check';
  // Per user: the manifest of the next one must not take this one's rights away.
  const binding = `${name}-${user.replaceAll(/[/%]/g, '-')}`;
  const subjects = [{ kind: 'User', name: user, apiGroup: 'rbac.authorization.k8s.io' }];
  const roleRef = (kind: string) => ({ kind, name, apiGroup: 'rbac.authorization.k8s.io' });
  return [
    { apiVersion, kind: 'ClusterRole', metadata: { name }, rules: [nodes, ...OPTIONAL_RULES] },
    { apiVersion, kind: 'ClusterRoleBinding', metadata: { name: binding }, roleRef: roleRef('ClusterRole'), subjects },
    { apiVersion, kind: 'Role', metadata: { name, namespace }, rules: [pods, log] },
    { apiVersion, kind: 'RoleBinding', metadata: { name: binding, namespace }, roleRef: roleRef('Role'), subjects },
  ]
    .map(yamlDocument)
    .join('---\n');
}

/** YAML as people write RBAC: lists of words on one line, everything else on lines of its own, none above 80 columns. */
function yamlDocument(value: object): string {
  const document = new Document(value);
  visit(document, {
    Seq(_key, list) {
      list.flow = list.items.every(isScalar);
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
