import type { CniId } from '../cnis/lookup.ts';
import type { DistributionId } from '../distributions/lookup.ts';

/** What the cluster's network is made of, as far as it decides which prerequisites apply. */
export interface ClusterProfile {
  /** kubeadm-like clusters have no mark of their own: undefined. Else k3s, rke2, k0s, eks, gke, aks, openshift, talos. */
  distribution?: DistributionId;
  /** undefined: not detected. */
  cni?: CniId;
  /** The CNI is known by a DaemonSet that may be a tenant's, or by a file of the node: that its agent sets something at start is not sure. */
  cniUnconfirmed?: true;
  /** vxlan, host-gw, wireguard, …; undefined: unknown or does not apply. */
  cniBackend?: string;
  /**
   * Whether pods sit on a Linux bridge, which decides the bridge rules (not the kube-proxy mode: same-node Services
   * and NetworkPolicies over a bridge fail under nftables just the same). undefined: unknown.
   */
  podsOnBridge?: boolean;
  /**
   * The CNI's own agent refuses to start without /proc/sys/net/bridge/bridge-nf-call-iptables
   * (flanneld since v0.26.0, except with EnableNFTables since v0.28.0).
   */
  agentNeedsBridgeNetfilter?: boolean;
  /** The CNI routes pods' packets by BPF where the kernel can (Linux 5.10), and does not need the kernel's forwarding then. */
  routesByBpf?: true;
  /** 'none': the cluster runs without kube-proxy (its CNI replaces it). undefined: not detected. */
  kubeProxyMode?: KubeProxyMode;
  /** undefined: not detected. */
  ipFamilies?: readonly IpFamily[];
  /** What the user has said: no evidence overrules it. */
  given?: readonly OverrideFlag[];
  /** What was only assumed: any evidence overrules it. */
  assumed?: readonly OverrideFlag[];
  /** The podCIDRs of all nodes. */
  podCIDRs?: readonly string[];
  assumptions: readonly Assumption[];
}

export const KUBE_PROXY_MODES = ['iptables', 'ipvs', 'nftables', 'none'] as const;
export type KubeProxyMode = (typeof KUBE_PROXY_MODES)[number];

export const IP_FAMILIES = ['IPv4', 'IPv6'] as const;
export type IpFamily = (typeof IP_FAMILIES)[number];

/** The flags by which a user says what was not detected, or was detected wrongly. */
export type OverrideFlag = '--cni' | '--kube-proxy-mode' | '--ip-families';

/** Something that was assumed because it could not be detected. */
export interface Assumption {
  /** One sentence, which names the flag. */
  readonly text: string;
  /** The flag that makes the assumption needless. */
  readonly flag: OverrideFlag;
}
