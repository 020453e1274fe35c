import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { User } from './access.ts';

/**
 * Writes a kubeconfig with a context per user that has a token, and returns its path.
 * @param tokenFile has the first user's token in place of the kubeconfig
 */
export function writeKubeconfig(
  directory: string,
  server: string,
  ca: Buffer | undefined,
  users: readonly User[],
  current: string,
  tokenFile?: string,
): string {
  const named = users.filter(({ token }) => token !== undefined);
  const cluster = { server, ...(ca ? { 'certificate-authority-data': ca.toString('base64') } : {}) };
  const path = join(directory, `kubeconfig-${current.replace(/[^\w.-]/g, '_')}`);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'stand-in', cluster }],
    users: named.map(({ name, token }, index) => ({
      name,
      user: tokenFile && index === 0 ? { tokenFile } : { token },
    })),
    contexts: named.map(({ name }) => ({ name, context: { cluster: 'stand-in', user: name } })),
    'current-context': current,
  };
  // JSON is YAML, and every reader of kubeconfigs takes it.
  writeFileSync(path, JSON.stringify(config, undefined, 2), { mode: 0o600 });
  return path;
}
