import { sysctlAtBoot } from '../judge/boot.ts';
import { usesFamily } from '../judge/pod-network.ts';
import { judgeForwarding } from './forwarding.ts';
import type { Rule } from './rule.ts';

/** kubeadm's remaining network check. The bridge plug-in switches it on with a node's first pod, until the next boot. */
export const ipv4Forwarding: Rule = {
  id: 'ipv4-forwarding',
  aliases: ['net.ipv4.ip_forward', 'net.ipv4.conf.all.forwarding', 'ip_forward'],
  title: 'The node forwards IPv4 packets',

  repair: { sysctl: 'net.ipv4.ip_forward' },

  applies(profile) {
    const { cni } = profile;
    if (usesFamily(profile, 'IPv4') === false) return { skip: 'the cluster does not use IPv4' };
    if (cni === 'ovn-kubernetes') return { skip: 'OVN-Kubernetes switches forwarding on for its own interfaces only' };
    if (cni === 'cilium' || cni === 'gke') {
      return { severity: 'recommended', because: 'Cilium switches it on for its own interfaces' };
    }
    return { severity: 'required', because: 'pods leave the node through its routing' };
  },

  evaluate: (facts, profile) => judgeForwarding('net.ipv4.ip_forward', facts, profile),

  atBoot: (facts, profile) => sysctlAtBoot('net.ipv4.ip_forward', facts, profile),
};
