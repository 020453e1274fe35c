import type { Outcome, Recorded } from './container-run.ts';
import { BOOT_ID, type NamespaceNodeOptions } from './namespace-node.ts';
import { type KubeObject, type Pod, timestamp } from './objects.ts';

/**
 * What the node's kubelet does with pods. notReady: no network plug-in, so only pods on the host network start. silent:
 * the kubelet is down. pullFails: no registry in reach. OutOfpods, Evicted: the pod is refused. OOMKilled: its container
 * is. hangs: its container never ends. deletedMidRun: somebody deletes the pod while it runs.
 */
export type Behaviour =
  | 'normal'
  | 'notReady'
  | 'silent'
  | 'pullFails'
  | 'OutOfpods'
  | 'Evicted'
  | 'OOMKilled'
  | 'hangs'
  | 'deletedMidRun';

/** What a node may run out of, as its conditions name it. */
export type Pressure = 'MemoryPressure' | 'DiskPressure' | 'PIDPressure';

export interface NodeOptions {
  name: string;
  behaviour?: Behaviour;
  /** The kubelet says so in a condition, the node controller in a taint; of disk and process ids the kubelet admits critical pods only. */
  pressure?: Pressure;
  /** What pods leave there when they are not really run; also where namespaces are asked for and cannot be had. */
  recorded?: Recorded;
  /** Pods for which this has an answer are not run for real: what they read cannot be made on this machine. */
  instead?: (pod: Pod) => Outcome | undefined;
  /** What their pods leave, as it is to be read: of a kernel, say, that the machine does not have. */
  rewrite?: (pod: Pod, message: string) => string;
  /** Run pods for real, in namespaces that belong to this node. */
  namespaces?: NamespaceNodeOptions;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  /** Names of each image that the node holds; default: busybox and flannel. */
  images?: readonly (readonly string[])[];
  podCIDRs?: string[];
  address?: string;
  unschedulable?: boolean;
  taints?: { key: string; value?: string; effect: string }[];
  info?: Partial<typeof defaultInfo & { bootID: string }>;
  /** Whether the API server reaches the kubelet's port (logs). Default: yes. */
  kubeletReachable?: boolean;
}

const defaultInfo = {
  operatingSystem: 'linux',
  architecture: 'amd64',
  osImage: 'Debian GNU/Linux 12 (bookworm)',
  kernelVersion: '6.1.0-56-amd64',
  containerRuntimeVersion: 'containerd://1.7.27',
  kubeletVersion: 'v1.34.4',
};

export const defaultImages: readonly (readonly string[])[] = [
  ['ghcr.io/flannel-io/flannel:v0.28.10'],
  ['docker.io/library/busybox:1.37.0'],
  ['registry.k8s.io/kube-proxy:v1.34.4'],
  ['registry.k8s.io/pause:3.10.1'],
];

const networkNotReady =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady ' +
  'message:Network plugin returns error: cni plugin not initialized';

const ready: Partial<Record<Behaviour, readonly [status: string, reason: string, message: string]>> = {
  notReady: ['False', 'KubeletNotReady', networkNotReady],
  silent: ['Unknown', 'NodeStatusUnknown', 'Kubelet stopped posting node status.'],
};

const healthy: readonly [type: Pressure, reason: string, message: string][] = [
  ['MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
];
const pressed: Record<Pressure, readonly [taint: string, reason: string, message: string]> = {
  MemoryPressure: ['memory-pressure', 'KubeletHasInsufficientMemory', 'kubelet has insufficient memory available'],
  DiskPressure: ['disk-pressure', 'KubeletHasDiskPressure', 'kubelet has disk pressure'],
  PIDPressure: ['pid-pressure', 'KubeletHasInsufficientPID', 'kubelet has insufficient PID available'],
};

/** A silent kubelet's conditions are all Unknown: the node controller wrote them when the lease expired. */
function conditions({ behaviour = 'normal', pressure }: NodeOptions): object[] {
  const now = timestamp();
  const times = { lastHeartbeatTime: now, lastTransitionTime: now };
  const [status, reason, message] = ready[behaviour] ?? ['True', 'KubeletReady', 'kubelet is posting ready status'];
  const lost = behaviour === 'silent';
  const pressures = healthy.map(([type, why, text]) => {
    if (lost) return { type, status, ...times, reason, message };
    if (type !== pressure) return { type, status: 'False', ...times, reason: why, message: text };
    const [, trouble, said] = pressed[type];
    return { type, status: 'True', ...times, reason: trouble, message: said };
  });
  return [...pressures, { type: 'Ready', status, ...times, reason, message }];
}

/** The controller's taint and the kubelet's own go with the Ready condition, the controller's others with those of pressure. */
function lifecycleTaints({ behaviour = 'normal', pressure }: NodeOptions): { key: string; effect: string }[] {
  const keys: Partial<Record<Behaviour, string>> = { notReady: 'not-ready', silent: 'unreachable' };
  const key = `node.kubernetes.io/${keys[behaviour]}`;
  return [
    ...(behaviour in keys ? ['NoSchedule', 'NoExecute'].map((effect) => ({ key, effect })) : []),
    ...(pressure ? [{ key: `node.kubernetes.io/${pressed[pressure][0]}`, effect: 'NoSchedule' }] : []),
  ];
}

/** The node as a kubelet and the node controller report it. `index` numbers it within its cluster. */
export function nodeObject(options: NodeOptions, index: number): KubeObject & { spec: object; status: object } {
  const { name, taints = [], unschedulable } = options;
  const podCIDRs = options.podCIDRs ?? [`10.${244 + (index >> 8)}.${index & 255}.0/24`];
  const allTaints = [...taints, ...lifecycleTaints(options)];
  const info = { ...defaultInfo, ...options.info };
  const resources = { cpu: '4', 'ephemeral-storage': '101430960Ki', memory: '16374728Ki', pods: '110' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'beta.kubernetes.io/arch': info.architecture,
        'beta.kubernetes.io/os': info.operatingSystem,
        'kubernetes.io/arch': info.architecture,
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': info.operatingSystem,
        ...options.labels,
      },
      annotations: { 'node.alpha.kubernetes.io/ttl': '0', ...options.annotations },
    },
    spec: {
      ...(podCIDRs[0] === undefined ? {} : { podCIDR: podCIDRs[0], podCIDRs }),
      ...(unschedulable ? { unschedulable } : {}),
      ...(allTaints.length > 0 ? { taints: allTaints } : {}),
    },
    status: {
      capacity: resources,
      allocatable: resources,
      conditions: conditions(options),
      addresses: [
        { type: 'InternalIP', address: nodeAddress(options, index) },
        { type: 'Hostname', address: name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: {
        machineID: Buffer.from(name).toString('hex').padEnd(32, '0').slice(0, 32),
        bootID: BOOT_ID,
        kubeProxyVersion: '',
        ...info,
      },
      images: (options.images ?? defaultImages).map((names, place) => ({ names, sizeBytes: 64_318_254 >> place })),
    },
  };
}

/** The node's InternalIP. */
export function nodeAddress({ address }: NodeOptions, index: number): string {
  return address ?? `192.168.${Math.floor(index / 250)}.${(index % 250) + 1}`;
}
