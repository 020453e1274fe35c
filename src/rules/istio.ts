import { demandAsked } from '../facts/read.ts';
import { availableModules } from '../judge/available-modules.ts';
import { info, type Rule, skip } from '../judge/rule.ts';

/** The modules on Istio's list that no other rule covers and that iptables needs in both modes. */
const MODULES = ['xt_REDIRECT', 'xt_owner', 'xt_conntrack', 'xt_multiport', 'xt_connmark', 'xt_mark'];

/** Istio redirects packets with rules in the pods' network namespaces, and cannot load a module from there. */
export const istio: Rule = {
  id: 'istio',
  aliases: ['istio-cni', 'xt_REDIRECT', 'xt_owner'],
  title: "The kernel has what Istio's iptables rules need",
  reads: { kinds: ['cni'] },

  applies(_, facts) {
    demandAsked(facts, 'cni');
    return facts.cni?.plugins.includes('istio-cni')
      ? info('the CNI configuration names istio-cni, which programs iptables rules unless it uses nftables')
      : skip('the CNI configuration does not name istio-cni');
  },

  requires: availableModules(MODULES),

  explain: {
    when: 'never: it is only shown where the CNI configuration of the node names istio-cni',
    messages: [
      {
        text: 'Warning: Extension REDIRECT revision 0 not supported, missing kernel module?',
        from: 'iptables, through istio-cni',
      },
    ],
    symptoms: ['Pods of the mesh do not start on this node, or their packets bypass the proxy.'],
    meaning: [
      'Istio sends the packets of a pod to its proxy with iptables rules in the network namespace of the pod. Each match and target in a rule is a module. The kernel loads it for the first rule ' +
        'that uses it, unless SELinux or a container prevents that.',
    ],
    needed: [
      { cluster: 'istio-cni is in the first file of /etc/cni/net.d', verdict: 'info: Istio may use nftables' },
      { cluster: 'it is not, as where init containers program the rules; the file was not read', verdict: 'skipped' },
    ],
    neededNotes: [
      'Istio also lists `br_netfilter`, `ip_set` and the legacy tables: `br-netfilter`, `iptables-nft` and `iptables-legacy` check them if the cluster needs them.',
    ],
    sources: {
      issues: ['istio/istio#51030'],
      references: [
        {
          title: "Istio's platform requirements",
          url: 'https://istio.io/latest/docs/ops/deployment/platform-requirements/',
        },
      ],
    },
  },
};
