import { on } from '../judge/comparator.ts';
import { usesFamily } from '../judge/pod-network.ts';
import { type Rule, recommended, required, skip } from '../judge/rule.ts';
import { sysctl } from '../judge/sysctl.ts';
import { sysctlAtBootText } from '../judge/sysctl-texts.ts';

/** kubeadm's remaining network check. The bridge plug-in switches it on with a node's first pod, until the next boot. */
export const ipv4Forwarding: Rule = {
  id: 'ipv4-forwarding',
  aliases: ['net.ipv4.ip_forward', 'net.ipv4.conf.all.forwarding', 'ip_forward'],
  title: 'The node forwards IPv4 packets',

  applies(profile) {
    const { cni } = profile;
    if (usesFamily(profile, 'IPv4') === false) return skip('the cluster does not use IPv4');
    if (cni === 'ovn-kubernetes') return skip('OVN-Kubernetes switches forwarding on for its own interfaces only');
    if (cni === 'cilium' || cni === 'gke') return recommended('Cilium switches it on for its own interfaces');
    return required('pods leave the node through its routing');
  },

  requires: sysctl('net.ipv4.ip_forward', on, { kernelDefault: '0' }),

  explain: {
    when: 'the cluster uses IPv4 (recommended only with Cilium and GKE)',
    messages: [
      {
        text: '[ERROR FileContent--proc-sys-net-ipv4-ip_forward]: /proc/sys/net/ipv4/ip_forward contents are not set to 1',
        from: 'kubeadm',
      },
    ],
    symptoms: [
      "Later in a node's life: pods that cannot leave the node, CoreDNS that cannot reach the API server, or Services over a bridge that " +
        "fail. It often mends itself, for the `bridge` plug-in switches forwarding on with the node's first pod, and is back after the next boot.",
    ],
    meaning: [
      'A node routes the packets of its pods, and the kernel only routes what this switch allows. `net.ipv4.conf.all.forwarding` is the same ' +
        'switch under another name.',
      "0 is the kernel's default: nothing has switched it on, or a line such as `net.ipv4.ip_forward = 0` in `/etc/sysctl.conf` has switched it off again. " +
        'Restarting the network does it too on some systems (wicked).',
    ],
    needed: [
      { cluster: 'IPv4 with any CNI but those below, known or not', verdict: 'required' },
      { cluster: 'Cilium, GKE Dataplane V2', verdict: "recommended: Cilium's own interfaces forward by themselves" },
      { cluster: 'OVN-Kubernetes', verdict: 'skipped: it switches forwarding on for its own interfaces only' },
      { cluster: 'IPv6 only', verdict: 'skipped' },
    ],
    now: [
      "Read: `net.ipv4.ip_forward` in the node's own network namespace. Any number but 0 is on. A line that sets it to 0 is named, and so is " +
        'one that sets it to 1 in vain.',
    ],
    boot: sysctlAtBootText(
      "k3s, RKE2, k0s, Talos, Calico's felix (in Canal too) and kube-proxy in ipvs mode switch it on whenever they start: that passes, and the report " +
        'names them. The `bridge` plug-in does not count: it waits for the first pod. `ip_forward` and `conf.all.forwarding` are one variable, and the last write counts.',
    ),
    causes: [
      { cause: 'value', helps: 'setting it to 1, and removing the line that sets 0, where one is named' },
      {
        cause: 'unset',
        helps: 'at boot nothing sets it: a line in `/etc/sysctl.d/99-zz-netprereq.conf`',
      },
      {
        cause: 'overridden',
        helps:
          'at boot a line sets it to 0: a file that comes later wins (`/etc/sysctl.d/99-zz-netprereq.conf` sorts after `99-sysctl.conf`); where it would not, ' +
          'the finding tells which line has to go',
      },
    ],
    sources: {
      issues: ['awslabs/amazon-eks-ami#746', 'openshift/openshift-ansible#6818'],
      references: [
        { title: "RKE2's known issues (Wicked)", url: 'https://docs.rke2.io/known_issues' },
        {
          title: "kubeadm's preflight checks",
          url: 'https://github.com/kubernetes/kubernetes/blob/master/cmd/kubeadm/app/preflight/checks_linux.go',
        },
        { title: "OVN-Kubernetes' configuration guide" },
      ],
    },
  },
};
