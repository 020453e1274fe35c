import { cluster, kubectl } from '../e2e/cluster.ts';
import { NODE } from './vm.ts';

const NAMESPACE = 'kube-flannel';
const TAINT = 'netprereq-e2e/other-node';

// What flannel leaves on a node (its CNI configuration makes the node Ready) is nothing that other suites expect: a taint that
// its DaemonSet does not tolerate keeps it on this one.
async function taintOthers(change: string): Promise<void> {
  const nodes = (await kubectl('get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}')).split(' ');
  for (const node of nodes.filter((name) => name !== NODE)) {
    await kubectl('taint', 'node', node, change, '--overwrite').catch(() => {});
  }
}

/** Installs flannel, which then runs on the virtual machine alone. */
export async function installFlannel(): Promise<void> {
  await taintOthers(`${TAINT}=:NoExecute`);
  await cluster('flannel');
}

/** Removes flannel from the cluster, and its pods with it. What it has written to the node's disk stays there. */
export async function removeFlannel(): Promise<void> {
  await kubectl('delete', 'namespace', NAMESPACE, '--ignore-not-found', '--timeout=300s');
  await kubectl('delete', 'clusterrole/flannel', 'clusterrolebinding/flannel', '--ignore-not-found');
  await taintOthers(`${TAINT}-`);
}

const PODS = ['pods', '-n', NAMESPACE, '--field-selector', `spec.nodeName=${NODE}`];

/** Where flanneld stands, as the kubelet has reported it last. */
export interface Flanneld {
  /** How often it has been started again. */
  restarts: number;
  /** "running", or in the kubelet's words why it is not. */
  state: string;
}

/** undefined: the kubelet has not said anything of it yet. */
export async function flanneld(): Promise<Flanneld | undefined> {
  const status = await kubectl('get', ...PODS, '-o', 'jsonpath={.items[0].status.containerStatuses[0]}');
  if (status === '') return undefined;
  const { restartCount, state } = JSON.parse(status);
  return { restarts: restartCount, state: (state.waiting ?? state.terminated)?.reason ?? 'running' };
}

/** What flanneld has printed since it was started last. */
export async function flannelLog(): Promise<string> {
  const pod = await kubectl('get', ...PODS, '-o', 'name');
  // Between two starts, and while the kubelet is not there, nobody has it.
  return kubectl('logs', '-n', NAMESPACE, pod, '-c', 'kube-flannel').catch(() => '');
}
