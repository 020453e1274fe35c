import { cniOf } from '../cnis/lookup.ts';
import { acceptsForwarded, forwarded } from '../judge/accepts-forwarded.ts';
import { info, type Rule, recommended, required, skip } from '../judge/rule.ts';

/** Every packet of a pod to another node passes FORWARD. A CNI adds a rule there that accepts it, but another rule may come first. */
export const forwardPolicy: Rule = {
  id: 'forward-policy',
  aliases: ['FORWARD', 'iptables-forward'],
  title: 'Packet filters accept what pods send',

  applies(profile, facts) {
    const { cni } = profile;
    if (cni === 'cilium' || cni === 'gke' || cni === 'none') return skip(`${cni} need not pass FORWARD`);
    if (cni !== undefined && cniOf(cni).attachment === 'ovs') return skip(`${cni} forwards by Open vSwitch`);
    if (forwarded(profile, facts).is === 'unclear') return info('whether packets of pods pass is unknown');
    if (cni === undefined) return recommended('the CNI was not detected (name it with --cni)');
    return required('packets of pods pass FORWARD on their way to other nodes');
  },

  requires: acceptsForwarded(),

  explain: {
    when: 'the CNI hands packets of pods to the kernel',
    messages: [],
    symptoms: [
      'Pods reach pods of their own node, but no pods of other nodes and nothing outside the cluster. In `iptables -L FORWARD -v`, the counter of the policy or of a REJECT rule grows.',
    ],
    meaning: [
      'If forwarding is off when Docker starts, Docker sets the policy of FORWARD to DROP. Images of Oracle Cloud and firewalls of some distributions end FORWARD with a rule that ' +
        'rejects everything; flannel puts its own rule after it.',
      'If several packet filters see a packet (both kinds of iptables, tables of nft), each of them must accept it.',
    ],
    needed: [
      {
        cluster: 'flannel, Canal, Calico, kube-router, AWS VPC CNI, kindnet and other CNIs that use FORWARD',
        verdict: 'required',
      },
      { cluster: 'CNI not known', verdict: 'recommended' },
      { cluster: 'where it is unknown whether the packets pass', verdict: 'info' },
      { cluster: 'Cilium, GKE, Antrea, OVN-Kubernetes', verdict: 'skipped' },
    ],
    neededNotes: [
      'flannel, Calico, kube-router and Weave Net put a rule into FORWARD that accepts packets of pods: a policy of DROP is no failure then. firewalld is judged by `firewalld-zones`.',
      "Rules of administrators in Docker's chain `DOCKER-USER` are read, too: if one may accept the packets, the rule is only shown.",
    ],
    causes: [
      {
        cause: 'value',
        helps:
          'change the policy, or the order of the rules. For docker, set `net.ipv4.ip_forward=1` before it starts (see `ipv4-forwarding`)',
      },
    ],
    sources: {
      issues: [
        'canonical/microk8s#267',
        'moby/moby#48594',
        'kubernetes/kubeadm#139',
        'kubernetes/kubernetes#108718',
        'kubernetes/kops#3977',
        'k3s-io/k3s#977',
      ],
      references: [
        {
          title: "flannel's troubleshooting guide",
          url: 'https://github.com/flannel-io/flannel/blob/master/Documentation/troubleshooting.md',
        },
      ],
    },
  },
};
