import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeconfigDocument } from './kubeconfig-document.ts';

const DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The kubeconfig that a pod's service account stands for, or undefined outside of a pod. The token stays a file,
 * since the kubelet renews it. `directory` is where the kubelet mounts the account.
 */
export function inClusterDocument(
  env: NodeJS.ProcessEnv,
  directory: string = DIRECTORY,
): KubeconfigDocument | undefined {
  const host = env.KUBERNETES_SERVICE_HOST;
  const port = env.KUBERNETES_SERVICE_PORT;
  const tokenFile = join(directory, 'token');
  if (!host || !port || !existsSync(tokenFile)) return undefined;
  const name = 'in-cluster';
  const certificateAuthority = join(directory, 'ca.crt');
  const namespaceFile = join(directory, 'namespace');
  return {
    source: directory,
    currentContext: name,
    clusters: new Map([
      [
        name,
        {
          server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
          ...(existsSync(certificateAuthority) ? { certificateAuthority } : {}),
        },
      ],
    ]),
    users: new Map([[name, { tokenFile }]]),
    contexts: new Map([
      [
        name,
        {
          cluster: name,
          user: name,
          ...(existsSync(namespaceFile) ? { namespace: readFileSync(namespaceFile, 'utf8').trim() } : {}),
        },
      ],
    ]),
  };
}
