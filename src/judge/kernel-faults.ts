import { compareReleases } from '../boot/release-order.ts';
import type { ClusterProfile } from '../cluster/profile.ts';

/** A fault of some kernels that breaks a component, of which only the kernel's release tells. */
export interface KernelFault {
  /** What it breaks. */
  readonly component: string;
  /** Whom it concerns. */
  readonly concerns: (profile: ClusterProfile) => boolean;
  /** The releases that have it: each of them, or all from the first to before the second, by version. */
  readonly releases?: readonly string[];
  readonly from?: string;
  readonly before?: string;
  /** What is to be seen. */
  readonly symptom: string;
  /** OWNER/REPOSITORY#NUMBER on GitHub. */
  readonly issue: `${string}/${string}#${number}`;
  /** What a person does about it. */
  readonly helps: string;
  /** 'info' where a distribution may have fixed it under the same version, or another version of the component does without. */
  readonly severity: 'recommended' | 'info';
}

const usesIptables = ({ kubeProxyMode }: ClusterProfile) => kubeProxyMode === 'iptables' || kubeProxyMode === 'ipvs';
/** A typo made ip6tables refuse MARK; stable series of October 2024 have it, and what distributions made of them. */
const NO_MARK = {
  component: 'kube-proxy with IPv6',
  concerns: usesIptables,
  symptom: 'ip6tables-restore refuses the target MARK (unknown option xor-mark)',
  helps: 'install a later kernel of the same series',
  severity: 'recommended',
} as const;

/**
 * Kernels that are known to break something, each with a public report in which the release is named. Where the kernel itself shows a
 * feature, a rule looks at that instead: distributions mend faults and bring features without a new version.
 */
export const KERNEL_FAULTS: readonly KernelFault[] = [
  { ...NO_MARK, from: '5.15.168', before: '5.15.169', issue: 'bottlerocket-os/bottlerocket#4295' },
  { ...NO_MARK, from: '6.6.57', before: '6.6.59', issue: 'siderolabs/pkgs#1065' },
  { ...NO_MARK, from: '6.11.4', before: '6.11.5', issue: 'k3s-io/k3s#11175' },
  { ...NO_MARK, releases: ['6.8.0-57-generic'], issue: 'rancher/rke2#8042' },
  { ...NO_MARK, releases: ['5.15.0-127-generic'], issue: 'kubernetes/kube-proxy#25' },
  {
    component: 'kube-proxy in mode nftables',
    concerns: ({ kubeProxyMode }) => kubeProxyMode === 'nftables',
    before: '5.13',
    symptom: 'kube-proxy exits: "kube-proxy in nftables mode requires kernel 5.13 or later"',
    issue: 'kubernetes/kubernetes#122743',
    helps:
      'install a newer kernel; or, if its nft is 1.0.1 or newer, set KUBE_PROXY_NFTABLES_SKIP_KERNEL_VERSION_CHECK=1 in its environment',
    severity: 'recommended',
  },
  {
    component: 'VXLAN',
    concerns: ({ cniBackend }) => cniBackend === 'vxlan',
    before: '5.7',
    symptom: 'packets between nodes are lost for a wrong checksum once they are masqueraded',
    issue: 'k3s-io/k3s#2013',
    helps:
      'install a newer kernel (RHEL 8 has fixed its own), or run ethtool -K INTERFACE tx-checksum-ip-generic off on the VXLAN interface',
    severity: 'info',
  },
  {
    component: 'Cilium',
    concerns: ({ cni }) => cni === 'cilium',
    from: '7.2',
    symptom: 'Cilium\'s agent exits: "failed to probe helper" (bpf_set_retval)',
    issue: 'cilium/cilium#48016',
    helps: 'install a release of Cilium that fixes it (1.20.2 or later), or an older kernel',
    severity: 'info',
  },
];

/** The faults that a kernel is known to have and that concern a cluster. */
export function faultsOf(release: string, profile: ClusterProfile): readonly KernelFault[] {
  // 6.11.4-201.fc40.x86_64 is 6.11.4; what a distribution appends says nothing of a fault's range.
  const version = /^\d+(?:\.\d+)*/.exec(release)?.[0];
  if (version === undefined) return [];
  return KERNEL_FAULTS.filter(({ concerns, releases, from, before }) => {
    if (!concerns(profile)) return false;
    if (releases) return releases.includes(release);
    return (
      (from === undefined || compareReleases(version, from) >= 0) &&
      (before === undefined || compareReleases(version, before) < 0)
    );
  });
}
