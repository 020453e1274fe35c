import { bridgeSwitch } from '../judge/bridge-switch.ts';
import { bridgedFamily } from '../judge/bridged-family.ts';
import { POD_NETWORK_READS } from '../judge/pod-network.ts';
import type { Rule } from '../judge/rule.ts';
import { sysctlAtBootText } from '../judge/sysctl-texts.ts';

/** Without it, a Service fails if its endpoint is on the client's own node, in any mode of kube-proxy. */
export const bridgeNfCallIptables: Rule = {
  id: 'bridge-nf-call-iptables',
  aliases: ['net.bridge.bridge-nf-call-iptables'],
  title: 'Bridged IPv4 packets reach netfilter',
  dependsOn: 'br-netfilter',

  reads: POD_NETWORK_READS,
  applies: (profile, facts) => bridgedFamily('IPv4', profile, facts),

  requires: bridgeSwitch({ key: 'net.bridge.bridge-nf-call-iptables', attribute: 'nf_call_iptables' }),

  explain: {
    when: 'pods are on a Linux bridge, and the cluster uses IPv4',
    messages: [
      {
        text: '[ERROR FileContent--proc-sys-net-bridge-bridge-nf-call-iptables]: /proc/sys/net/bridge/bridge-nf-call-iptables contents are not set to 1',
        from: 'kubeadm up to 1.29',
      },
      {
        text: 'Missing br-netfilter module or unset sysctl br-nf-call-iptables, proxy may not work as intended',
        from: 'kube-proxy up to 1.28',
      },
    ],
    variants: [
      '/proc/sys/net/bridge/bridge-nf-call-iptables contents are not set to 1',
      'bridge-nf-call-iptables is disabled',
    ],
    symptoms: [
      'Usually there is no message: no component reports it. Names resolve on every node except the one that runs CoreDNS. A Service times out ' +
        "if its pod is on the client's node, and works otherwise. On `cni0`, a SYN goes to the Service's address, and the answer comes " +
        "from the pod's address. NetworkPolicies between pods of one node have no effect.",
    ],
    meaning: [
      'With br_netfilter loaded, this switch decides whether IPv4 packets that cross a bridge are passed to netfilter. When it is off, the ' +
        'answer of a pod on the same node goes straight to the client, with the wrong address.',
      'The kernel starts with 1. If it is 0, something has set it: a sysctl file of the distribution, libvirt, a hardening guide, tuned, or an administrator.',
    ],
    needed: [
      { cluster: "pods on a bridge and IPv4, whatever kube-proxy's mode", verdict: 'required' },
      { cluster: 'CNI not known, and the node shows none', verdict: 'recommended' },
      { cluster: 'pods not on a bridge, or no IPv4', verdict: 'skipped' },
    ],
    neededNotes: ['Which CNIs have their pods on a bridge: `br-netfilter`.'],
    now: [
      'Read: `net.bridge.bridge-nf-call-iptables`, and `/sys/class/net/BRIDGE/bridge/nf_call_iptables` of every bridge that carries pods. It passes ' +
        'if the first is on, or if all of the others are: either is enough for the kernel. Any number but 0 is on.',
      'While `br-netfilter` fails, this rule is skipped.',
    ],
    boot: sysctlAtBootText(
      'The key exists only after br_netfilter is loaded. A line in a file is applied if that happens before systemd-sysctl runs, or if a udev rule ' +
        "runs it again; otherwise the line is skipped without an error, and the kernel's 1 stays. k3s, RKE2 (with kube-proxy or flannel), k0s, Talos and " +
        'kube-router switch it on whenever they start: that passes, and the report names them.',
    ),
    causes: [
      {
        cause: 'value',
        helps: 'set it to 1, and remove the line that set it to 0, if the report names one',
      },
      {
        cause: 'overridden',
        helps:
          'a line of a file sets it to 0 at boot: a later file wins (`/etc/sysctl.d/99-zz-netprereq.conf` sorts after `99-sysctl.conf`). If that does not ' +
          'help, the report names the line to remove',
      },
    ],
    caution: {
      text: ['It applies to all bridges of the node, also those of virtual machines and Docker: see `br-netfilter`.'],
    },
    sources: {
      issues: [
        'flannel-io/flannel#1702',
        'flannel-io/flannel#1734',
        'flannel-io/flannel#2082',
        'kubernetes/kubernetes#87426',
        'kubernetes/kubernetes#120818',
        'sbezverk/nfproxy#52',
        'kelseyhightower/kubernetes-the-hard-way#561',
        'moby/moby#47127',
        'k3s-io/k3s#14022',
        'k3s-io/k3s#14551',
      ],
      references: [
        {
          title: "the kernel's br_netfilter_hooks.c",
          url: 'https://github.com/torvalds/linux/blob/master/net/bridge/br_netfilter_hooks.c',
        },
      ],
    },
  },
};
