import type { RefusedImpersonation } from '../kube/errors.ts';

/** What a check does with its pods. */
export const POD_VERBS = ['create', 'list', 'watch', 'delete'] as const;

/** Stands for a user whose name is not known. */
export const USER_PLACEHOLDER = 'NAME';

const API_GROUP = 'rbac.authorization.k8s.io';
const NAME = 'netprereq-check';

/** What is granted: of an API group resources and verbs; and what becomes of a check without it. */
type Grant = readonly [group: string, resources: string, verbs: readonly string[], why: string];

const CLUSTER_WIDE: readonly Grant[] = [
  ['', 'nodes', ['list'], 'Needed to list the nodes.'],
  ['apps', 'daemonsets', ['list'], 'Without it the CNI plug-in is not known: name it with --cni.'],
  [
    '',
    'configmaps',
    ['get'],
    "Without it kube-proxy's mode is assumed (--kube-proxy-mode), and the CNI's settings are not known.",
  ],
  ['', 'services', ['get'], 'Without it the IP families may have to be assumed: name them with --ip-families.'],
  [
    'networking.k8s.io',
    'servicecidrs',
    ['list'],
    'Without it IPv6 Services may not be seen (Kubernetes 1.33 and later).',
  ],
];
const IN_NAMESPACE: readonly Grant[] = [
  ['', 'pods', POD_VERBS, 'Needed for one pod per node.'],
  [
    '',
    'pods/log',
    ['get'],
    'Without it, a node whose answer does not fit into a pod status is judged by a part of it.',
  ],
];

/**
 * The RBAC manifest that grants a user what a check needs or is better with, for pods in the given namespace. What every authenticated
 * user may do anyway (asking what is allowed) is not in it.
 * @param user as the API server authenticates it; also system:serviceaccount:NAMESPACE:NAME
 */
export function rbacManifest(namespace: string, user: string): string {
  // Per user: the manifest of the next one must not take this one's rights away.
  const binding = `${NAME}-${objectName(user)}`;
  return [
    role('ClusterRole', NAME, undefined, CLUSTER_WIDE),
    roleBinding('ClusterRole', NAME, binding, undefined, user),
    role('Role', NAME, namespace, IN_NAMESPACE),
    roleBinding('Role', NAME, binding, namespace, user),
  ].join('---\n');
}

/** The manifest that lets a user impersonate one other, or have one of its groups or other attributes. */
export function impersonationManifest({ user, group, resource, name }: RefusedImpersonation): string {
  const roleName = objectName(`impersonate-${resource}-${name}`);
  const rule = `  - apiGroups: [${word(group)}]\n    resources: [${word(resource)}]\n    verbs: [impersonate]\n    resourceNames: [${word(name)}]\n`;
  return [
    `${head('ClusterRole', roleName)}rules:\n${rule}`,
    roleBinding('ClusterRole', roleName, `${roleName}-${objectName(user)}`, undefined, user),
  ].join('---\n');
}

const objectName = (text: string) => text.replaceAll(/[/%]/g, '-');
/** A text in YAML: as it is where it can only be read as that, else quoted. JSON's strings are YAML's. */
const word = (text: string) =>
  /^(?!(?:true|false|yes|no|on|off|null)$)[a-z][a-z0-9.:/-]*[a-z0-9]$/i.test(text) ? text : JSON.stringify(text);

function head(kind: string, name: string, namespace?: string): string {
  const place = namespace === undefined ? '' : `  namespace: ${word(namespace)}\n`;
  return `apiVersion: ${API_GROUP}/v1\nkind: ${kind}\nmetadata:\n  name: ${word(name)}\n${place}`;
}

function role(kind: string, name: string, namespace: string | undefined, grants: readonly Grant[]): string {
  const rules = grants.map(
    ([group, resources, verbs, why]) =>
      `  # ${why}\n  - apiGroups: [${word(group)}]\n    resources: [${resources}]\n    verbs: [${verbs.join(', ')}]\n`,
  );
  return `${head(kind, name, namespace)}rules:\n${rules.join('')}`;
}

function roleBinding(kind: string, role: string, name: string, namespace: string | undefined, user: string): string {
  const [, inNamespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
  const subject =
    account === undefined
      ? `  - kind: User\n    name: ${word(user)}\n    apiGroup: ${API_GROUP}\n`
      : `  - kind: ServiceAccount\n    name: ${word(account)}\n    namespace: ${word(inNamespace ?? '')}\n`;
  const roleRef = `roleRef:\n  kind: ${kind}\n  name: ${word(role)}\n  apiGroup: ${API_GROUP}\n`;
  return `${head(`${kind}Binding`, name, namespace)}${roleRef}subjects:\n${subject}`;
}
