import { readPattern } from '../facts/read.ts';
import { is } from '../judge/comparator.ts';
import { interfaceSysctl } from '../judge/interfaces.ts';
import { usesFamily } from '../judge/pod-network.ts';
import { type Rule, required, skip } from '../judge/rule.ts';

const ALL = 'net.ipv4.conf.all.rp_filter';
const OWN = 'net.ipv4.conf.{lxc*,cilium_*}.rp_filter';

/** Cilium routes past the kernel's tables, so the kernel takes its packets for spoofed ones. Other CNIs handle the filter themselves. */
export const rpFilter: Rule = {
  id: 'rp-filter',
  aliases: [ALL, 'reverse-path-filter'],
  title: "The reverse path filter is off on Cilium's interfaces",

  applies(profile, facts) {
    const { cni } = profile;
    if (cni === undefined) return skip('the CNI was not detected (name it with --cni)');
    if (cni !== 'cilium') return skip(`only Cilium needs the filter off: ${cni} is not Cilium`);
    if (usesFamily(profile, 'IPv4') === false) return skip('the cluster does not use IPv4');
    const found = readPattern(facts, OWN);
    // Cilium writes a file of its own before it makes the first one. Until then the system's lines prove nothing.
    if (facts.boot.image || (found.is === 'values' && found.count === 0)) {
      return skip('Cilium has no interface on this node yet');
    }
    return required('the filter takes packets of pods for spoofed ones, and the kernel drops them');
  },

  requires: interfaceSysctl(OWN, is(0), { maxWith: ALL, kernelDefault: '0', made: '0' }),

  explain: {
    when: 'the CNI is Cilium, and the cluster uses IPv4',
    messages: [],
    symptoms: [
      'Pods reach nothing outside their node, or all packets in one direction are lost. `nstat -az TcpExtIPReversePathFilter` counts the dropped packets.',
    ],
    meaning: [
      'With the reverse path filter on, the kernel drops a packet whose source it would not route back by the same interface (1, strict) or by any ' +
        'interface (2, loose). Cilium forwards packets by eBPF, so the routing tables do not show the way back.',
      'The kernel uses the greater of `conf.all` and the value of the interface. systemd 245 and later sets `net.ipv4.conf.*.rp_filter = 2` on ' +
        'several distributions, and applies it to each new interface: it sets the filter on every pod that starts later.',
    ],
    needed: [
      { cluster: 'Cilium on IPv4 or dual-stack', verdict: 'required' },
      { cluster: 'Cilium on a node where it has no interface yet, or an image', verdict: 'skipped' },
      { cluster: 'IPv6 only: the filter is for IPv4', verdict: 'skipped' },
      { cluster: 'other CNIs, CNI not known', verdict: 'skipped' },
    ],
    neededNotes: [
      "Cilium 1.13 and later writes `/etc/sysctl.d/99-zzz-override_cilium.conf` when its agent starts, unless `sysctlfix.enabled` is false: before Cilium's first " +
        'start on a node there is nothing to judge.',
      'Cilium switches the filter off on each interface that it creates: `conf.default` does not matter, only what systemd applies afterwards.',
      'Other CNIs are skipped on purpose. Calico checks the reverse path with rules of its own and accepts 2. The AWS VPC CNI, Antrea and ' +
        'OVN-Kubernetes set the value that they need.',
    ],
    causes: [
      {
        cause: 'value',
        helps:
          'restart the pod of the Cilium agent on the node: an init container writes the file (1.13 or later) and has systemd-sysctl apply it',
      },
      {
        cause: 'overridden',
        helps:
          'a line or a pattern sets it on new interfaces at boot: the report names it. The lines of `99-zzz-override_cilium.conf` must come later; the last one wins',
      },
    ],
    sources: {
      issues: ['cilium/cilium#10645', 'cilium/cilium#12217', 'cilium/cilium#19909'],
      references: [
        {
          title: "Cilium's sysctlfix",
          url: 'https://github.com/cilium/cilium/blob/main/tools/sysctlfix/main.go',
        },
        { title: "the kernel's ip-sysctl documentation", url: 'https://docs.kernel.org/networking/ip-sysctl.html' },
      ],
    },
  },
};
