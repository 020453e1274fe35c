import type { Pod } from '../kube/cluster.ts';
import { CHANGE_LABEL } from '../pods/labels.ts';
import { type NodePodOptions, nodePod, privileged } from '../pods/probe-pod.ts';

/** How long a change that has begun may take beyond the time in which it may begin, in seconds: modprobe and a slow disk. */
export const RUNS_AT_MOST = 120;
/** For the step that is under way when the kubelet has to end the pod (an eviction), in seconds. */
const GRACE = 30;

/** What a pod is for. */
export type ChangeKind = 'apply' | 'undo';

/**
 * The one-shot pod that changes a node: privileged like the one that reads it, but given time to end. Nothing deletes it while it runs.
 * @param command of applyCommand
 */
export function changePod(options: NodePodOptions, kind: ChangeKind, command: string[]): Pod {
  const pod = nodePod(options, privileged(command));
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      name: `${pod.metadata.name}-${kind}`,
      labels: { ...pod.metadata.labels, [CHANGE_LABEL]: kind },
    },
    spec: {
      ...pod.spec,
      activeDeadlineSeconds: Math.ceil(options.timeout) + RUNS_AT_MOST,
      terminationGracePeriodSeconds: GRACE,
    },
  };
}
