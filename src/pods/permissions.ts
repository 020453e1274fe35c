import { CheckError } from '../errors.ts';
import type { Access, Call, Cluster } from '../kube/cluster.ts';
import { type RefusedImpersonation, refusedImpersonation } from '../kube/errors.ts';
import { run } from '../text/advice.ts';
import { shellWord } from '../text/shell-word.ts';
import { impersonationManifest, POD_VERBS, USER_PLACEHOLDER } from './rbac-manifest.ts';

/** What a check needs of the API server, cluster-wide and in the namespace of its pods. */
const CLUSTER_WIDE: Access[] = [{ verb: 'list', resource: 'nodes' }];
const IN_NAMESPACE = POD_VERBS.map((verb) => ({ verb, resource: 'pods' }));

/** The permissions that a check in this namespace needs and this user lacks. */
export async function missingPermissions(cluster: Cluster, namespace: string, call: Call = {}): Promise<Access[]> {
  const needed = [...CLUSTER_WIDE, ...IN_NAMESPACE.map((access) => ({ ...access, namespace }))];
  const allowed = await Promise.all(needed.map((access) => cluster.allowed(access, call)));
  return needed.filter((_, index) => !allowed[index]);
}

/**
 * A 403 turned into what the user needs to get on: everything that is missing, at once, and the command that prints the manifest that grants it.
 * @param error the refusal that was met first
 */
export async function permissionError(
  cluster: Cluster,
  error: Error,
  namespace: string,
  call: Call = {},
): Promise<CheckError> {
  const refused = refusedImpersonation(error.message);
  if (refused) return impersonationError(error, refused);
  // Whoever may not even ask what is allowed still gets the command.
  const missing = await missingPermissions(cluster, namespace, call).catch(() => []);
  const [, named] = /User "([^"]+)"/.exec(error.message) ?? [];
  const user = named ?? ((await cluster.userName(call).catch(() => '')) || undefined);
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
      ...(missing.length > 0 ? [`Rights that you lack: ${describe(missing)}.`] : []),
      'An administrator can grant what check, fix and undo need: kubectl apply -f - takes what this prints:',
      run(
        `kubectl netprereq check --print-rbac -n ${shellWord(namespace)} --as ${shellWord(user ?? USER_PLACEHOLDER)}`,
      ),
    ],
  });
}

/** What a check needs is no help to somebody who is not even let be whom they want to be. */
function impersonationError(error: Error, refused: RefusedImpersonation): CheckError {
  const { user, resource, name } = refused;
  return new CheckError(error.message, {
    cause: error,
    tries: [
      `${user} may not impersonate ${resource} "${name}".`,
      'Do not impersonate: leave out --as, --as-group and --as-uid, and the fields as, as-groups and as-uid of the kubeconfig.',
      'Or an administrator can grant it with kubectl apply -f - and this:',
    ],
    document: impersonationManifest(refused),
  });
}

/** `list nodes; create, delete pods in namespace kube-system`. */
function describe(missing: readonly Access[]): string {
  const places = Map.groupBy(missing, ({ resource, namespace }) =>
    namespace === undefined ? resource : `${resource} in namespace ${namespace}`,
  );
  return [...places].map(([place, list]) => `${list.map(({ verb }) => verb).join(', ')} ${place}`).join('; ');
}
