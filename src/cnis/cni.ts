import type { DaemonSet } from '../kube/cluster.ts';

/** How pods are attached to the node; unknown: it depends on how the CNI is set up. */
export type Attachment = 'bridge' | 'routed' | 'ovs' | 'direct' | 'none' | 'unknown';

/** All that is known of a CNI. Each is one file of this folder. */
export interface Cni {
  /** What --cni takes. */
  readonly id: string;
  readonly attachment: Attachment;
  /** Whether a DaemonSet is this CNI's agent; absent: it has none, and only --cni or the node can tell. */
  readonly agent?: (daemonSet: DaemonSet) => boolean;
  /** The name of its ConfigMap, in its DaemonSet's namespace, where something is to be learnt from that. */
  readonly configMap?: (daemonSet: DaemonSet) => string;
  /** flanneld runs in it, so that its ConfigMap says the back-end and flanneld may need bridge netfilter. */
  readonly flanneld?: true;
  /** It serves Services in kube-proxy's stead: always, or where a key of its ConfigMap has one of these values. */
  readonly replacesKubeProxy?: 'always' | { readonly key: string; readonly values: readonly string[] };
  /** Types in a CNI configuration that are its own plug-in. */
  readonly plugins?: readonly string[];
  /** Names of the bridges that it makes. */
  readonly bridges?: readonly string[];
  /** What its agent does each time it starts, with the agent's name; sysctls are set to 1. */
  readonly atStart?: {
    readonly agent: string;
    readonly sysctls?: (usesIpv6: boolean) => readonly string[];
    readonly modules?: readonly string[];
  };
  /** Its agent puts rules into FORWARD that accept what pods send. */
  readonly acceptsForward?: true;
  /** Repositories of its images that have all programs that our scripts demand, matched on the path: mirrors keep it. Each was tried. */
  readonly images?: readonly RegExp[];
}

/** Whether pods sit on a Linux bridge; undefined: it depends. */
export function podsOnBridge({ attachment }: Cni): boolean | undefined {
  return attachment === 'unknown' ? undefined : attachment === 'bridge';
}

/** A DaemonSet with one of these names. */
export const named =
  (...names: readonly string[]) =>
  ({ name }: DaemonSet): boolean =>
    names.includes(name);

/** Whether a container of a DaemonSet has one of these arguments. */
export function hasArgument(daemonSet: DaemonSet, ...values: readonly string[]): boolean {
  return daemonSet.containers.some(({ command, args }) => [...command, ...args].some((arg) => values.includes(arg)));
}
