import { join } from 'node:path';
import { type Execute, executeRecorded } from './container-run.ts';
import { type NamespaceNode, startNamespaceNode } from './namespace-node.ts';
import { type Behaviour, type NodeOptions, nodeAddress, nodeObject } from './node-object.ts';
import type { Pod } from './objects.ts';
import type { KubeletNode } from './pod-run.ts';
import { ApiError } from './status.ts';
import type { Store } from './store.ts';

/** How a node's pods are run, and why when that is less than was asked for. */
export interface NodeCapability {
  name: string;
  capability: 'namespaces' | 'recorded';
  reason?: string;
  /** Of a namespace node: its process 1 as the machine numbers it, and its root directory. */
  pid?: number;
  root?: string;
}

export interface Nodes {
  kubelets: ReadonlyMap<string, KubeletNode>;
  capabilities: NodeCapability[];
  stop: () => Promise<void>;
}

/** Starts what the nodes need below `directory`: nothing for recorded ones, a process tree for each with namespaces. */
export async function startNodes(nodes: readonly NodeOptions[], workMs: number, directory: string): Promise<Nodes> {
  const started: NamespaceNode[] = [];
  const kubeletNodes = new Map<string, KubeletNode>();
  const capabilities = await Promise.all(
    nodes.map(async (given, index): Promise<NodeCapability> => {
      const node = { ...given };
      const recorded = executeRecorded(node.recorded ?? '', workMs);
      const hostIP = nodeAddress(node, index);
      const own = join(directory, `node-${index}`);
      // Its place in the order comes before what takes a while.
      const kubelet: KubeletNode = { options: node, hostIP, execute: recorded };
      kubeletNodes.set(node.name, kubelet);
      const { execute, capability } = await nodeExecution(node, recorded, own, started);
      kubelet.execute = execute;
      return { name: node.name, ...capability };
    }),
  );
  const stop = async () => {
    await Promise.all(started.map((node) => node.stop()));
  };
  return { kubelets: kubeletNodes, capabilities, stop };
}

async function nodeExecution(
  { name, namespaces, instead, rewrite }: NodeOptions,
  recorded: Execute,
  directory: string,
  started: NamespaceNode[],
): Promise<{ execute: Execute; capability: Omit<NodeCapability, 'name'> }> {
  if (!namespaces) return { execute: recorded, capability: { capability: 'recorded' } };
  try {
    const node = await startNamespaceNode(name, namespaces, directory);
    started.push(node);
    const execute: Execute = async (pod, container, signal) => {
      const told = instead?.(pod);
      if (told !== undefined) return executeRecorded(told, 0)(pod, container, signal);
      const exit = await node.execute(pod, container, signal);
      return rewrite ? { ...exit, message: Buffer.from(rewrite(pod, exit.message.toString())) } : exit;
    };
    return { execute, capability: { capability: 'namespaces', pid: node.pid, root: node.root } };
  } catch (error) {
    return { execute: recorded, capability: { capability: 'recorded', reason: (error as Error).message } };
  }
}

/** Makes the node behave so from now on, and its object say it. */
export function setBehaviour(
  store: Store,
  nodes: ReadonlyMap<string, KubeletNode>,
  name: string,
  behaviour: Behaviour,
): void {
  const node = nodes.get(name);
  const stored = store.get('nodes', undefined, name);
  if (!node || !stored) throw new Error(`there is no node ${name}`);
  node.options.behaviour = behaviour;
  const { spec, status } = nodeObject(node.options, [...nodes.keys()].indexOf(name));
  store.replace({ ...stored, spec, status });
}

/** Whether the API server can fetch logs from there. */
export const unreachable = ({ options }: KubeletNode) =>
  options.kubeletReachable === false || options.behaviour === 'silent';

/** The API server's answer to a request for logs that it cannot pass on. */
export function noRoute({ metadata }: Pod, container: string, hostIP: string): ApiError {
  const url = `https://${hostIP}:10250/containerLogs/${metadata.namespace}/${metadata.name}/${container}`;
  const refused = `dial tcp ${hostIP}:10250: connect: connection refused`;
  return new ApiError(500, undefined, `Get "${url}": ${refused}`);
}
