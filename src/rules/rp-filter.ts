import { is } from '../judge/comparator.ts';
import { interfaceSysctl } from '../judge/interfaces.ts';
import { type Rule, required, skip } from '../judge/rule.ts';

const ALL = 'net.ipv4.conf.all.rp_filter';

/** Cilium sends a pod's packets by one interface and takes the answers by another, which a reverse path filter drops. */
export const rpFilter: Rule = {
  id: 'rp-filter',
  aliases: ['rp_filter', ALL],
  title: 'No reverse path filter drops packets of Cilium',

  applies({ cni }) {
    if (cni === 'cilium' || cni === 'gke') return required('Cilium routes to and from a pod by different interfaces');
    return skip('only Cilium needs it off: the other CNIs set it on their interfaces themselves, or can do with it');
  },

  requires: interfaceSysctl('net.ipv4.conf.{lxc*,cilium_*}.rp_filter', is(0), { maxWith: ALL, kernelDefault: '0' }),

  explain: {
    when: 'the CNI is Cilium (GKE Dataplane V2 too)',
    symptoms: ['Pods cannot reach anything outside of their node. `nstat -az TcpExtIPReversePathFilter` counts up.'],
    meaning: [
      'The kernel drops a packet whose answer would leave by another interface. It goes by the greater of the values of `all` and of the interface.',
      'systemd applies the patterns of `sysctl.d`, such as `net.ipv4.conf.*.rp_filter = 2`, to every interface that appears later, those of pods included.',
      'Cilium writes `/etc/sysctl.d/99-zzz-override_cilium.conf` against that; `net.ipv4.conf.all.rp_filter = 1` in a file that comes later defeats it.',
    ],
    needed: [
      { cluster: 'Cilium, GKE Dataplane V2', verdict: 'required' },
      {
        cluster: "any other CNI: Calico's felix sets what it needs, and loose filtering (2) is often fine",
        verdict: 'skipped',
      },
    ],
    sources: {
      issues: ['cilium/cilium#10645', 'cilium/cilium#19909'],
      references: [
        { title: "the kernel's ip-sysctl documentation", url: 'https://docs.kernel.org/networking/ip-sysctl.html' },
        { title: 'sysctl.d(5)' },
      ],
    },
  },
};
