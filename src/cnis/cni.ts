import type { ConfigData } from '../cluster/evidence.ts';
import type { DaemonSet } from '../kube/cluster.ts';

/** How pods are attached to the node; unknown: it depends on how the CNI is set up. */
export type Attachment = 'bridge' | 'routed' | 'ovs' | 'direct' | 'none' | 'unknown';

/** All that is known of a CNI. Each is one file of this folder. */
export interface Cni {
  /** What --cni takes. */
  readonly id: string;
  readonly attachment: Attachment;
  /** Whether a DaemonSet is this CNI's agent, and no part of it that leaves the pods' network to another; absent: it has none. */
  readonly agent?: (daemonSet: DaemonSet) => boolean;
  /** Whether its ConfigMap says that it works behind another CNI's plug-in, which then makes the pods' network. */
  readonly chained?: (config: ConfigData) => boolean;
  /** Its agent also serves another CNI, which then makes the pods' network. */
  readonly yields?: true;
  /** The usual name of its ConfigMap, in its DaemonSet's namespace, where something is to be learnt from that. */
  readonly configMap?: (daemonSet: DaemonSet) => string;
  /** Annotations of nodes in which it notes their addresses, of each family that it uses. */
  readonly families?: readonly string[];
  /** flanneld runs in it, so that its ConfigMap says the back-end and flanneld may need bridge netfilter. */
  readonly flanneld?: true;
  /** Whether it serves Services in kube-proxy's stead, by its ConfigMap. */
  readonly replacesKubeProxy?: (config: ConfigData) => boolean;
  /** Types in a CNI configuration that are its own plug-in. */
  readonly plugins?: readonly string[];
  /** Names of the bridges that it makes. */
  readonly bridges?: readonly string[];
  /** Names of the links besides a bridge by which pods' packets come into the node: tunnels, and pods' own ends. */
  readonly podLinks?: {
    /** Names that no other CNI gives: they count where the CNI is not known, too. */
    readonly own?: RegExp;
    readonly shared?: RegExp;
  };
  /** Its agent switches IPv4 forwarding on for each link that it makes for a pod, whatever conf.default says. */
  readonly switchesPodLinks?: true;
  /** Whether its ConfigMap says that it routes pods' packets by BPF, without the kernel's forwarding; not before Linux 5.10. */
  readonly routesByBpf?: (config: ConfigData) => boolean;
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
