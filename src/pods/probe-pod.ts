import { createHash } from 'node:crypto';
import type { FactsRequest } from '../facts/request.ts';
import type { Container, Pod, PodSpec } from '../kube/cluster.ts';
import { HOST_ROOT, probeCommand } from '../probe/command.ts';
import type { ImageChoice } from './image.ts';
import { MANAGED_BY, NODE_ANNOTATION, RUN_LABEL } from './labels.ts';

/** The container whose termination message is the answer; a mesh may put others beside it. */
export const PROBE_CONTAINER = 'probe';
/** How long past a node's time limit the kubelet may let a pod live, in seconds, should we be gone by then. */
const GRACE = 30;

export interface NodePodOptions {
  /** The run's id; part of the name, so that no two runs meet. */
  run: string;
  node: string;
  namespace: string;
  image: ImageChoice;
  imagePullSecrets: readonly string[];
  priorityClass?: string | undefined;
  /** Seconds from creation to answer. */
  timeout: number;
  /** Distinguishes a second pod on the same node (another image). */
  attempt: number;
}

export interface ProbePodOptions extends NodePodOptions {
  /** Without privilege, host processes and capabilities; the node's files through a read-only volume instead. */
  leastPrivilege: boolean;
  /** What to read on the node. */
  request: FactsRequest;
}

/** The one-shot pod that reads a node. */
export function probePod(options: ProbePodOptions): Pod {
  const { request } = options;
  const access = options.leastPrivilege
    ? leastPrivilege(probeCommand('host', request))
    : privileged(probeCommand('pod', request));
  return nodePod(options, access);
}

/**
 * A one-shot pod on one node. Every field has its reason:
 * nodeName instead of the scheduler, and every taint tolerated, because broken nodes are the ones to look at;
 * hostNetwork because the kubelet starts nothing else while the CNI is down, and because /proc/sys/net shows its reader's
 * network namespace; no CPU limit, as throttling turns 0.2 s into 4 s; no priority class, as a critical one makes the kubelet
 * evict workloads; no token, which delays the start by 0.3 s as any volume does; no mesh sidecar, which would outlive us.
 */
export function nodePod(options: NodePodOptions, access: Access): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: podName(options.run, options.node, options.attempt),
      namespace: options.namespace,
      labels: {
        ...MANAGED_BY,
        'app.kubernetes.io/name': 'netprereq',
        [RUN_LABEL]: options.run,
        'sidecar.istio.io/inject': 'false',
      },
      annotations: {
        [NODE_ANNOTATION]: options.node,
        'sidecar.istio.io/inject': 'false',
        'linkerd.io/inject': 'disabled',
      },
    },
    spec: {
      nodeName: options.node,
      ...access.spec,
      hostNetwork: true,
      restartPolicy: 'Never',
      tolerations: [{ operator: 'Exists' }],
      activeDeadlineSeconds: Math.ceil(options.timeout) + GRACE,
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...(options.priorityClass && { priorityClassName: options.priorityClass }),
      ...(options.imagePullSecrets.length > 0 && {
        imagePullSecrets: options.imagePullSecrets.map((name) => ({ name })),
      }),
      containers: [
        {
          name: PROBE_CONTAINER,
          image: options.image.name,
          imagePullPolicy: options.image.pullPolicy,
          ...access.container,
          resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } },
        },
      ],
    },
  };
}

/** How a pod reaches the node, and what it does there. */
export interface Access {
  spec: Pick<PodSpec, 'hostPID' | 'volumes'>;
  container: Pick<Container, 'command' | 'securityContext' | 'volumeMounts'>;
}

/** hostPID and privilege, to reach the node's namespaces and root through process 1; no volume. */
export function privileged(command: string[]): Access {
  return {
    spec: { hostPID: true },
    container: {
      command,
      securityContext: { privileged: true, runAsUser: 0, runAsNonRoot: false },
    },
  };
}

/**
 * The node's root directory is the only volume: a path that may not exist would be created by the kubelet, or hold the pod up.
 * What is mounted below it (/proc, /sys, /run) comes along, read-only only where kubelet and runtime can do that: the field is
 * known to API servers from 1.30 on, on by default from 1.31, and others drop it. It excludes mount propagation.
 * User 0 without capabilities reads what belongs to root, and what others let everybody read.
 */
function leastPrivilege(command: string[]): Access {
  const name = 'host';
  return {
    spec: { volumes: [{ name, hostPath: { path: '/', type: 'Directory' } }] },
    container: {
      command,
      securityContext: {
        privileged: false,
        runAsUser: 0,
        runAsNonRoot: false,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
        seccompProfile: { type: 'RuntimeDefault' },
      },
      volumeMounts: [{ name, mountPath: HOST_ROOT, readOnly: true, recursiveReadOnly: 'IfPossible' }],
    },
  };
}

/** Fixed by run, node and attempt, so that a POST whose answer was lost can be repeated without a second pod. */
export function podName(run: string, node: string, attempt: number): string {
  const hash = createHash('sha256').update(node).digest('hex').slice(0, 10);
  return `netprereq-${run}-${hash}${attempt > 0 ? `-${attempt + 1}` : ''}`;
}
