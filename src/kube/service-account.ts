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
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  const tokenFile = join(directory, 'token');
  if (!host || !port || !existsSync(tokenFile)) return undefined;
  const present = (name: string) => [join(directory, name)].find(existsSync);
  const namespaceFile = present('namespace');
  const namespace = namespaceFile && readFileSync(namespaceFile, 'utf8').trim();
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const name = 'in-cluster';
  return {
    source: directory,
    currentContext: name,
    clusters: new Map([[name, { server, 'certificate-authority': present('ca.crt') }]]),
    users: new Map([[name, { tokenFile }]]),
    contexts: new Map([[name, { cluster: name, user: name, namespace }]]),
  };
}
