import type { CniId } from '../cnis/lookup.ts';
import type { Node } from '../kube/cluster.ts';

/** What a distribution's agent goes by when it starts. */
export interface AtStart {
  readonly usesIpv6: boolean;
  /** The cluster runs kube-proxy, or flannel. */
  readonly usesBridges: boolean;
}

/** A way to run Kubernetes that is known by its marks. Each is one file of this folder; kubeadm-like clusters have none. */
export interface Distribution {
  readonly id: string;
  /** Whether a node gives it away. */
  readonly is: (node: Pick<Node, 'labels' | 'system'>) => boolean;
  /** The network that it comes with, where no agent in the cluster shows another. */
  readonly network?: CniId;
  /** It runs kube-proxy without a DaemonSet, in mode iptables unless somebody set another. */
  readonly ownKubeProxy?: true;
  /** What its agent does each time it starts, on every node, with the agent's name; sysctls are set to 1. */
  readonly atStart?: {
    readonly agent: string;
    readonly sysctls: (cluster: AtStart) => readonly string[];
    readonly modules?: readonly string[];
  };
}

export const kubelet =
  (mark: RegExp) =>
  ({ system }: Pick<Node, 'system'>) =>
    mark.test(system.kubelet);
export const label =
  (name: string) =>
  ({ labels }: Pick<Node, 'labels'>) =>
    labels[name] !== undefined;

export const IPV4_AND_NEW = ['net.ipv4.ip_forward', 'net.ipv4.conf.default.forwarding'] as const;
export const IPV6_AND_NEW = ['net.ipv6.conf.all.forwarding', 'net.ipv6.conf.default.forwarding'] as const;
export const BRIDGE = 'net.bridge.bridge-nf-call-iptables';
export const BRIDGE_IPV6 = 'net.bridge.bridge-nf-call-ip6tables';
