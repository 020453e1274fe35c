import { bridgeSwitch } from '../judge/bridge-switch.ts';
import { bridgedFamily } from '../judge/bridged-family.ts';
import { POD_NETWORK_READS } from '../judge/pod-network.ts';
import type { Rule } from '../judge/rule.ts';
import { sysctlAtBootText } from '../judge/sysctl-texts.ts';

/** The switches of the families are independent: this one is needed if pods have IPv6 addresses. */
export const bridgeNfCallIp6tables: Rule = {
  id: 'bridge-nf-call-ip6tables',
  aliases: ['net.bridge.bridge-nf-call-ip6tables'],
  title: 'Bridged IPv6 packets reach netfilter',
  dependsOn: 'br-netfilter',

  reads: POD_NETWORK_READS,
  applies: (profile, facts) => bridgedFamily('IPv6', profile, facts),

  requires: bridgeSwitch({ key: 'net.bridge.bridge-nf-call-ip6tables', attribute: 'nf_call_ip6tables' }),

  explain: {
    when: 'pods are on a Linux bridge, and the cluster uses IPv6',
    messages: [],
    variants: [
      '/proc/sys/net/bridge/bridge-nf-call-ip6tables contents are not set to 1',
      'bridge-nf-call-ip6tables is disabled',
    ],
    symptoms: [
      "A dual-stack Service works over IPv4 and times out over IPv6, on the pod's own node only.",
      'flannel with `EnableIPv6` exits when the file does not exist.',
    ],
    meaning: [
      'The same as `bridge-nf-call-iptables` for IPv6, and independent of it: each address family has its own switch.',
      'The kernel starts with 1. If it is 0, a program or a file has set it to 0.',
    ],
    needed: [
      { cluster: 'pods on a bridge and IPv6 or dual-stack', verdict: 'required' },
      { cluster: 'CNI or IP families not known', verdict: 'recommended' },
      { cluster: 'pods not on a bridge, or IPv4 only', verdict: 'skipped, though the file exists there too' },
    ],
    neededNotes: ['Which CNIs have their pods on a bridge: `br-netfilter`.'],
    now: [
      'Read: `net.bridge.bridge-nf-call-ip6tables`, and `/sys/class/net/BRIDGE/bridge/nf_call_ip6tables` of every bridge that carries pods. It passes when the ' +
        'first is on, or when all of the others are.',
      'While `br-netfilter` fails, this rule is skipped.',
    ],
    boot: sysctlAtBootText(
      'As with `bridge-nf-call-iptables`, lines count only if br_netfilter is loaded before they are applied. k0s and Talos switch it on whenever they ' +
        'start; so do k3s, RKE2 (with kube-proxy or flannel) and kube-router on a cluster that uses IPv6.',
    ),
    causes: [
      {
        cause: 'value',
        helps: 'set it to 1, and remove the line that set it to 0, if the report names one',
      },
      {
        cause: 'overridden',
        helps:
          'a line of a file sets it to 0 at boot: add a later file, which wins, or remove the line that the report names',
      },
    ],
    caution: {
      text: ['It applies to all bridges of the node, also those of virtual machines and Docker: see `br-netfilter`.'],
    },
    sources: {
      issues: [],
      references: [
        {
          title: "the kernel's br_netfilter_hooks.c",
          url: 'https://github.com/torvalds/linux/blob/master/net/bridge/br_netfilter_hooks.c',
        },
        { title: "flannel's main.go", url: 'https://github.com/flannel-io/flannel/blob/master/main.go' },
      ],
    },
  },
};
