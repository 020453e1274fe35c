import { availableModules } from '../judge/available-modules.ts';
import { type Rule, required, skip } from '../judge/rule.ts';

/** kube-proxy creates a test server when it starts, and exits if the kernel lacks IPVS or the scheduler. */
export const ipvs: Rule = {
  id: 'ipvs',
  aliases: ['ip_vs', 'ip_vs_rr'],
  title: 'IPVS and its scheduler rr are available',

  applies({ kubeProxyMode }) {
    if (kubeProxyMode === 'ipvs') return required('kube-proxy in mode ipvs exits without IPVS');
    if (kubeProxyMode === undefined) return skip("kube-proxy's mode is not known (name it with --kube-proxy-mode)");
    if (kubeProxyMode === 'none') return skip('the cluster runs without kube-proxy');
    return skip(`kube-proxy runs in mode ${kubeProxyMode}`);
  },

  requires: availableModules(['ip_vs', 'ip_vs_rr'], { byName: ['ip_vs_rr'] }),

  explain: {
    when: "kube-proxy's mode is ipvs",
    messages: [
      { text: "can't use the IPVS proxier: Ipvs not supported", from: 'kube-proxy, which then exits' },
      { text: 'Ipvs not supported by the kernel', from: 'kube-proxy, which then exits' },
    ],
    variants: [
      'required kernel modules are not loaded: [ip_vs',
      "can't use ipvs proxier",
      'RequiredIPVSKernelModulesAvailable',
      'Could not get ipvs family information from the kernel',
    ],
    symptoms: ['Some versions of kube-proxy fall back to iptables, and report it only in their log.'],
    meaning: [
      'IPVS is the load balancer in the kernel that this mode of kube-proxy uses. A scheduler, `rr` by default, chooses the pod for each new ' +
        'connection; each scheduler is a module. The kernel loads both when they are first used.',
      'Since Kubernetes 1.35 this mode is deprecated: `nftables` replaces it.',
    ],
    needed: [
      { cluster: 'kube-proxy in mode ipvs', verdict: 'required' },
      { cluster: 'kube-proxy in another mode, none, or its mode not known', verdict: 'skipped' },
    ],
    neededNotes: [
      'The scheduler that kube-proxy is configured with (`ipvs.scheduler`) is not read: the rule requires `rr`. If another one is configured and only ' +
        '`ip_vs_rr` is missing, skip this rule with `--skip ipvs`.',
      '`nf_conntrack_ipv4` is not required: since Linux 4.19 it is a part of `nf_conntrack`, which `conntrack-active` checks. What else this mode needs is in `iptables-nft`.',
    ],
    sources: {
      issues: ['rancher/rke2#8487'],
      references: [
        {
          title: "kube-proxy's check of IPVS",
          url: 'https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/ipvs/proxier.go',
        },
      ],
    },
  },
};
