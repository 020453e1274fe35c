import { DOCKERD } from '../boot/unit-agents.ts';
import { isKernelAtLeast } from '../facts/kernel-release.ts';
import { sysctlAtBoot } from '../judge/boot-result.ts';
import { on } from '../judge/comparator.ts';
import { FORWARDING_READS, interfacesAtBoot, interfacesNow } from '../judge/interface-forwarding.ts';
import type { NodeContext } from '../judge/node-context.ts';
import { usesFamily } from '../judge/pod-network.ts';
import { type NowResult, type Rule, recommended, required, skip } from '../judge/rule.ts';
import { sysctl } from '../judge/sysctl.ts';
import { sysctlAtBootText } from '../judge/sysctl-texts.ts';

const KEY = 'net.ipv4.ip_forward';
const KERNEL_DEFAULT = '0';
const forwarding = sysctl(KEY, on, { kernelDefault: KERNEL_DEFAULT });

/** The only network check that kubeadm still has. The bridge plug-in enables forwarding with a node's first pod, until the next boot. */
export const ipv4Forwarding: Rule = {
  id: 'ipv4-forwarding',
  aliases: ['net.ipv4.ip_forward', 'net.ipv4.conf.all.forwarding', 'ip_forward'],
  title: 'The node forwards IPv4 packets',

  applies(profile, facts) {
    const { cni } = profile;
    if (usesFamily(profile, 'IPv4') === false) return skip('the cluster does not use IPv4');
    if (cni === 'ovn-kubernetes') return skip('OVN-Kubernetes switches forwarding on for its own interfaces only');
    if (profile.routesByBpf && isKernelAtLeast(facts.kernel, 5, 10)) {
      return recommended('Cilium routes by BPF, but in some cases falls back to the routing of the node');
    }
    if (cni === 'cilium' || cni === 'gke') {
      return required('Cilium switches it on for its own interfaces only, and the node routes what Cilium does not');
    }
    return required('pods leave the node through its routing');
  },

  requires: {
    ...forwarding,
    reads: {
      sysctls: [...(forwarding.reads.sysctls ?? []), ...FORWARDING_READS.sysctls],
      kinds: FORWARDING_READS.kinds,
    },
    now(node) {
      const all = forwarding.now(node);
      return all.now.verdict === 'pass' ? (interfacesNow(node) ?? withoutDocker(all, node)) : all;
    },
    atBoot(node) {
      const all = sysctlAtBoot(KEY, on, node, KERNEL_DEFAULT);
      return all.boot.verdict === 'pass' ? { ...all, ...interfacesAtBoot(node) } : all;
    },
  },

  explain: {
    when: 'the cluster uses IPv4',
    messages: [
      {
        text: '[ERROR FileContent--proc-sys-net-ipv4-ip_forward]: /proc/sys/net/ipv4/ip_forward contents are not set to 1',
        from: 'kubeadm',
      },
    ],
    variants: ['/proc/sys/net/ipv4/ip_forward contents are not set to 1', 'IPv4 forwarding is disabled'],
    symptoms: [
      'Some time after the node has joined, its pods reach nothing outside the node, CoreDNS cannot reach the API server, or Services over a bridge ' +
        "fail. The problem often disappears, because the `bridge` plug-in switches forwarding on for the node's first pod. After the next boot it returns.",
    ],
    meaning: [
      'A node routes the packets of its pods, and the kernel routes packets only if this switch is on. `net.ipv4.conf.all.forwarding` is the same ' +
        'switch under another name.',
      "0 is the kernel's default: nothing has switched it on, or a line such as `net.ipv4.ip_forward = 0` in `/etc/sysctl.conf` has switched it off again. " +
        'On some systems (wicked), a restart of the network also does this.',
      'Each interface also has its own switch: a packet is forwarded only if the switch of the interface on which it arrives is on. ' +
        '`ip_forward` sets all of them, but only when it changes; an interface that appears later takes `net.ipv4.conf.default.forwarding`. So a line such as ' +
        '`net.ipv4.conf.default.forwarding = 0` (CIS profiles for RHEL 10) leaves the bridge of pods without forwarding while `ip_forward` is 1.',
    ],
    needed: [
      {
        cluster:
          'IPv4 with any CNI but those below, known or not; Cilium too, which switches on its own interfaces only',
        verdict: 'required',
      },
      {
        cluster: 'Cilium whose ConfigMap says that BPF routes, on Linux 5.10 or later',
        verdict: 'recommended: the ConfigMap does not show when Cilium falls back to the kernel',
      },
      { cluster: 'OVN-Kubernetes', verdict: 'skipped: it switches forwarding on for its own interfaces only' },
      { cluster: 'IPv6 only', verdict: 'skipped' },
    ],
    now: [
      "Read: `net.ipv4.ip_forward` in the node's own network namespace. Any number but 0 is on. The report names a line that sets it to 0, and " +
        'one that sets it to 1 without effect.',
      'Read as well: which interfaces do not forward. It fails when one of them has the default route, is the bridge of pods, or is an overlay or ' +
        'the end of a pod; others (the loopback, `docker0`, ports of bridges, a link for management) do not matter. If there is no bridge of pods yet, ' +
        '`net.ipv4.conf.default.forwarding` must be on, too, unless the CNI switches it on for each pod (Calico; Cilium does so for its own interfaces only).',
    ],
    boot: sysctlAtBootText(
      "k3s, RKE2, k0s, Talos, Calico's felix (in Canal too) and kube-proxy in ipvs mode switch it on whenever they start: that passes, and the report " +
        'names them. The `bridge` plug-in does not count: it waits for the first pod. `ip_forward` and `conf.all.forwarding` are one variable, and the last write counts. ' +
        'If it ends at 1, the bridge of pods, which appears last, and the interface with the default route must end at 1, too.',
    ),
    causes: [
      { cause: 'value', helps: 'set it to 1, and remove the line that sets 0, if the report names one' },
      {
        cause: 'unset',
        helps: 'nothing sets it at boot: add a line in `/etc/sysctl.d/99-zz-netprereq.conf`',
      },
      {
        cause: 'overridden',
        helps:
          'a line sets it to 0 at boot: a later file wins (`/etc/sysctl.d/99-zz-netprereq.conf` sorts after `99-sysctl.conf`). If that does not help, ' +
          'the report names the line to remove',
      },
    ],
    sources: {
      issues: [
        'awslabs/amazon-eks-ami#746',
        'openshift/openshift-ansible#6818',
        'ComplianceAsCode/content#14074',
        'systemd/systemd#1411',
        'Azure/acs-engine#3394',
      ],
      references: [
        {
          title: "Cilium's documentation: eBPF host-routing",
          url: 'https://docs.cilium.io/en/stable/operations/performance/tuning/#ebpf-host-routing',
        },
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

/** dockerd enables it, but then sets the policy of FORWARD to DROP. If a file has enabled it before, dockerd does neither. */
function withoutDocker(result: NowResult, node: NodeContext): NowResult {
  const value = node.boot.sysctl(KEY);
  if (value.is !== 'value' || !('agent' in value.source) || value.source.agent !== DOCKERD) return result;
  const why =
    'after a reboot only dockerd switches it on, which then sets the policy of FORWARD to DROP: a line in a sysctl file is better';
  return { ...result, why, remedy: [{ do: 'keep-sysctl', key: KEY, to: '1' }] };
}
