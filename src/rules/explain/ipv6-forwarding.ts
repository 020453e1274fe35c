import { KEEP_DEFAULT_ROUTE } from '../ipv6-forwarding.ts';
import { REAPPLY, sysctlAtBoot } from './boot.ts';
import type { Explanation } from './explanation.ts';

export const ipv6Forwarding: Explanation = {
  when: 'the cluster uses IPv6',
  messages: [],
  symptoms: [
    "Pods reach each other over IPv6 on one node, not across nodes. kubeadm's check passes, since it looks at " +
      '`net.ipv6.conf.default.forwarding`, a different switch, which says nothing of the interfaces that exist.',
  ],
  meaning: [
    'A node routes the IPv6 packets of its pods only while `net.ipv6.conf.all.forwarding` is on.',
    'Where `/proc/sys/net/ipv6` does not exist, look for `ipv6.disable=1` on the kernel command line.',
  ],
  needed: [
    { cluster: 'IPv6 or dual-stack', verdict: 'required' },
    { cluster: 'IP families not known', verdict: 'recommended' },
    {
      cluster: 'OVN-Kubernetes on Linux 6.17 or later',
      verdict: 'skipped: it switches forwarding on for its own interfaces only',
    },
    { cluster: 'IPv4 only', verdict: 'skipped, also on a node without IPv6' },
  ],
  now: [
    "Read: `net.ipv6.conf.all.forwarding` and `net.ipv6.conf.all.disable_ipv6` in the node's own network namespace. It passes when the first is on " +
      'and the second is not. On a cluster that uses IPv6, a kernel without IPv6 fails.',
  ],
  boot: sysctlAtBoot(
    "k0s switches it on whenever it starts; so do k3s, RKE2 and Calico's felix on a cluster that uses IPv6. `ipv6.disable=1` on the kernel " +
      'command line takes the key away; that fails, and so does a boot that switches IPv6 off: `net.ipv6.conf.all.disable_ipv6` comes to 1, or ' +
      '`ipv6.disable_ipv6=1` stands on the command line. What does it is named.',
  ),
  reapply: REAPPLY,
  causes: [
    {
      cause: 'value',
      helps:
        'setting it to 1, after what stands below; where IPv6 is switched off, `net.ipv6.conf.all.disable_ipv6=0` first',
    },
    { cause: 'unset', helps: 'at boot nothing sets it: a line in `/etc/sysctl.d/99-zz-netprereq.conf`' },
    {
      cause: 'overridden',
      helps: 'at boot a line sets it to 0: a file that comes later wins, or the finding tells which line has to go',
    },
    {
      cause: 'undetermined',
      helps: 'the key does not exist: take `ipv6.disable=1` off the kernel command line, or boot a kernel with IPv6',
    },
  ],
  caution: {
    text: [
      "Mind the order: where the node's default route came from a router advertisement and `accept_ra` is 1, switching forwarding on removes that " +
        'route at once and cuts the node off. The remedy sets `accept_ra` to 2 on such links first:',
    ],
    command: KEEP_DEFAULT_ROUTE,
  },
  remedy: { sysctl: 'net.ipv6.conf.all.forwarding' },
  sources: {
    issues: [],
    references: [
      {
        title: "RKE2's networking options (IPv6, accept_ra)",
        url: 'https://docs.rke2.io/networking/basic_network_options',
      },
      { title: "OVN-Kubernetes' configuration guide" },
      { title: "the kernel's ip-sysctl documentation", url: 'https://docs.kernel.org/networking/ip-sysctl.html' },
    ],
  },
};
