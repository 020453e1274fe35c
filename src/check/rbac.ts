import { messageOf } from '../errors.ts';
import { connect } from '../kube/client.ts';
import type { ConnectionOptions } from '../kube/connection.ts';
import { rbacManifest, USER_PLACEHOLDER } from '../pods/rbac-manifest.ts';
import { NAMESPACES } from './survey.ts';

/** Who is asked for a name must answer within this time, in milliseconds: the manifest can do without. */
const ASK_FOR_MS = 10_000;

/**
 * The manifest that grants what a check needs: to the user of --as, without any cluster, so that an administrator can make it for
 * somebody else; else to whoever the kubeconfig logs in as, which only the server knows.
 * @returns `problem`: why the user is not known, and a placeholder stands in the manifest
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
