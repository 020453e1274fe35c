import { messageOf } from '../errors.ts';
import { connect } from '../kube/client.ts';
import type { ConnectionOptions } from '../kube/connection.ts';
import { rbacManifest, USER_PLACEHOLDER } from '../pods/rbac-manifest.ts';
import { NAMESPACES } from './survey.ts';

/** How long to wait for the server to name the user, in milliseconds: the manifest works without the name. */
const ASK_FOR_MS = 10_000;

/**
 * Makes the manifest that grants what a check needs. With --as it grants it to that user and needs no cluster, so that an
 * administrator can make it for somebody else. Otherwise to the kubeconfig's user, whose name only the server knows.
 * @returns `problem`: why the user is unknown and the manifest has a placeholder
 */
export async function rbacFor(connection: ConnectionOptions): Promise<{ manifest: string; problem?: string }> {
  const namespace = connection.namespace ?? NAMESPACES[0];
  if (connection.as !== undefined) return { manifest: rbacManifest(namespace, connection.as) };
  try {
    const user = await ownName(connection);
    if (user !== '' && user !== 'system:anonymous') return { manifest: rbacManifest(namespace, user) };
    return { manifest: rbacManifest(namespace, USER_PLACEHOLDER), problem: 'the kubeconfig sends no credentials' };
  } catch (error) {
    const problem = messageOf(error).replace(/^error: /, '');
    return { manifest: rbacManifest(namespace, USER_PLACEHOLDER), problem };
  }
}

async function ownName(connection: ConnectionOptions): Promise<string> {
  const cluster = await connect(connection);
  try {
    return await cluster.userName({ timeoutMs: ASK_FOR_MS });
  } finally {
    await cluster.close();
  }
}
