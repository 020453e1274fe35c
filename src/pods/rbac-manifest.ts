import { Document, isMap, isScalar, visit } from 'yaml';
import type { RefusedImpersonation } from '../kube/errors.ts';

/** What a check does with its pods. */
export const POD_VERBS = ['create', 'list', 'watch', 'delete'] as const;

/** Stands for a user whose name is not known. */
export const USER_PLACEHOLDER = 'NAME';

const API_VERSION = 'rbac.authorization.k8s.io/v1';
const API_GROUP = 'rbac.authorization.k8s.io';
const NAME = 'netprereq-check';

/** What is granted, and what becomes of a check without it. */
interface Grant {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
  why: string;
}

const CLUSTER_WIDE: Grant[] = [
  { apiGroups: [''], resources: ['nodes'], verbs: ['list'], why: 'Needed: which nodes there are.' },
  {
    apiGroups: ['apps'],
    resources: ['daemonsets'],
    verbs: ['list'],
    why: 'Without it the CNI plug-in is not known: name it with --cni.',
  },
  {
    apiGroups: [''],
    resources: ['configmaps'],
    verbs: ['get'],
    why: "Without it kube-proxy's mode is assumed (--kube-proxy-mode), and the CNI's settings are not known.",
  },
  {
    apiGroups: [''],
    resources: ['services'],
    verbs: ['get'],
    why: 'Without it the IP families may have to be assumed: name them with --ip-families.',
  },
];
const IN_NAMESPACE: Grant[] = [
  { apiGroups: [''], resources: ['pods'], verbs: [...POD_VERBS], why: 'Needed: one pod per node, and its end.' },
  {
    apiGroups: [''],
    resources: ['pods/log'],
    verbs: ['get'],
    why: 'Without it a node whose answer is too long for a pod status is judged by a part of it.',
  },
];

/**
 * The RBAC manifest that grants a user what a check needs or is better with, for pods in the given namespace. What every authenticated
 * user may do anyway (asking what is allowed) is not in it.
 * @param user as the API server authenticates it; also system:serviceaccount:NAMESPACE:NAME
 */
export function rbacManifest(namespace: string, user: string): string {
  // Per user: the manifest of the next one must not take this one's rights away.
  const binding = `${NAME}-${user.replaceAll(/[/%]/g, '-')}`;
  const subjects = [subject(user)];
  const roleRef = (kind: string) => ({ kind, name: NAME, apiGroup: API_GROUP });
  return [
    role('ClusterRole', { name: NAME }, CLUSTER_WIDE),
    plain({ kind: 'ClusterRoleBinding', metadata: { name: binding }, roleRef: roleRef('ClusterRole'), subjects }),
    role('Role', { name: NAME, namespace }, IN_NAMESPACE),
    plain({ kind: 'RoleBinding', metadata: { name: binding, namespace }, roleRef: roleRef('Role'), subjects }),
  ].join('---\n');
}

/** The manifest that lets a user impersonate one other, or have one of its groups or other attributes. */
export function impersonationManifest({ user, group, resource, name }: RefusedImpersonation): string {
  const role = `impersonate-${resource}-${name}`.replaceAll(/[/%]/g, '-');
  const rules = [{ apiGroups: [group], resources: [resource], verbs: ['impersonate'], resourceNames: [name] }];
  return [
    plain({ kind: 'ClusterRole', metadata: { name: role }, rules }),
    plain({
      kind: 'ClusterRoleBinding',
      metadata: { name: `${role}-${user.replaceAll(/[/%]/g, '-')}` },
      roleRef: { kind: 'ClusterRole', name: role, apiGroup: API_GROUP },
      subjects: [subject(user)],
    }),
  ].join('---\n');
}

function subject(user: string): object {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
  return name === undefined
    ? { kind: 'User', name: user, apiGroup: API_GROUP }
    : { kind: 'ServiceAccount', name, namespace };
}

function role(kind: string, metadata: object, grants: readonly Grant[]): string {
  const rules = grants.map(({ why: _, ...rule }) => rule);
  const document = new Document({ apiVersion: API_VERSION, kind, metadata, rules });
  for (const [index, { why }] of grants.entries()) {
    const item = document.getIn(['rules', index], true);
    if (isMap(item)) item.commentBefore = ` ${why}`;
  }
  return yamlText(document);
}

function plain(value: object): string {
  return yamlText(new Document({ apiVersion: API_VERSION, ...value }));
}

/** YAML as people write RBAC: lists of words on one line, everything else on lines of its own, nothing folded. */
function yamlText(document: Document): string {
  visit(document, {
    Seq(_key, list) {
      list.flow = list.items.every(isScalar);
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
