import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const runFile = promisify(execFile);

/** The program that can do to nodes what Kubernetes cannot: stop a kubelet, set a sysctl, reboot. */
export const clusterProgram = process.env.NETPREREQ_E2E_CLUSTER;

/** kubectl's output. */
export async function kubectl(...args: string[]): Promise<string> {
  return (await runFile('kubectl', args)).stdout.trim();
}

/** kubectl apply of a manifest. */
export async function kubectlApply(manifest: string): Promise<void> {
  const applied = runFile('kubectl', ['apply', '-f', '-']);
  applied.child.stdin?.end(manifest);
  await applied;
}

/** Does something to the cluster under test: `cluster('exec', 'ns-1', 'sysctl', …)`. */
export async function cluster(...args: string[]): Promise<string> {
  if (!clusterProgram) throw new Error('NETPREREQ_E2E_CLUSTER is not set');
  return (await runFile(clusterProgram, args, { maxBuffer: 1 << 26 })).stdout.trim();
}

/** The label of this program's pods, as a selector. */
export const OURS = 'app.kubernetes.io/managed-by=kubectl-netprereq';

/** Names of this program's pods that exist right now, on one node or on all. */
export function probePods(node?: string): Promise<string> {
  const on = node === undefined ? [] : ['--field-selector', `spec.nodeName=${node}`];
  return kubectl('get', 'pods', '-A', '-l', OURS, ...on, '-o', 'name');
}
