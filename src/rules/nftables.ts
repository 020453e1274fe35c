import type { ClusterProfile } from '../cluster/profile.ts';
import { availableModules } from '../judge/available-modules.ts';
import { usesFamily } from '../judge/pod-network.ts';
import { type Rule, required, skip } from '../judge/rule.ts';

const COMMON = ['nf_tables', 'nft_chain_nat', 'nft_nat', 'nft_masq', 'nft_ct', 'nft_numgen'];
const IPV4 = ['nft_fib_ipv4', 'nft_reject_ipv4'];
const IPV6 = ['nft_fib_ipv6', 'nft_reject_ipv6'];

/** kube-proxy has a table for each family, and continues without one that the kernel does not support. */
function needed(profile: ClusterProfile): string[] {
  const ipv4 = usesFamily(profile, 'IPv4') !== false;
  return [...COMMON, ...(ipv4 ? IPV4 : []), ...(usesFamily(profile, 'IPv6') ? IPV6 : [])];
}

/** The parts of kube-proxy's rules in mode nftables. The rest (maps, dynset, counter on newer kernels) is in nf_tables itself. */
export const nftables: Rule = {
  id: 'nftables',
  aliases: ['nf_tables', 'nft_fib', 'nft_numgen', 'nft_masq', 'nft_ct', 'nft_chain_nat'],
  title: 'The kernel has what nftables rules need',

  applies({ kubeProxyMode: mode }) {
    if (mode === 'nftables') return required('kube-proxy in mode nftables programs nftables rules');
    if (mode === undefined) return skip("kube-proxy's mode is not known (name it with --kube-proxy-mode)");
    return skip(mode === 'none' ? 'the cluster runs without kube-proxy' : `kube-proxy runs in mode ${mode}`);
  },

  requires: availableModules([...COMMON, ...IPV4, ...IPV6], { among: needed }),

  explain: {
    when: "kube-proxy's mode is nftables",
    messages: [{ text: 'Error: Could not process rule: No such file or directory', from: 'nft, through kube-proxy' }],
    symptoms: ['No Service works. kube-proxy keeps retrying, and reports it only in its log.'],
    meaning: [
      "Each expression in an nftables rule is a part of nf_tables or a module: `nft_fib_ipv4` finds a node's own addresses, `nft_numgen` chooses the pod, `nft_masq` masquerades. " +
        'The kernel loads them for the first rule that uses them. Self-built kernels may lack some of them, most often `nft_fib` and `nft_numgen`.',
      "Whether kube-proxy accepts the kernel's version (5.13 or later, unless configured not to check it) is a different question.",
    ],
    needed: [
      { cluster: 'kube-proxy in mode nftables', verdict: 'required' },
      { cluster: 'kube-proxy in another mode, none, or its mode not known', verdict: 'skipped' },
    ],
    neededNotes: [
      'flannel with EnableNFTables, Calico in mode Nftables and kindnet use nftables, too. Whether they do is not read, so this rule does not concern them. ' +
        'Pods on a Linux bridge need `bridge-nf-call-iptables` in this mode as in every other.',
    ],
    sources: {
      issues: ['siderolabs/pkgs#951', 'kubernetes/kubernetes#122743'],
      references: [
        {
          title: "kube-proxy's rules in mode nftables",
          url: 'https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/nftables/README.md',
        },
      ],
    },
  },
};
