import type { NodeFacts } from '../facts/facts.ts';
import { isKernelAtLeast } from '../facts/kernel-release.ts';
import { sysctlAtBoot } from '../judge/boot-result.ts';
import { on } from '../judge/comparator.ts';
import { IPV6_OFF_READS, ipv6OffNow, withIpv6AtBoot } from '../judge/ipv6-off.ts';
import { usesFamily } from '../judge/pod-network.ts';
import { type NowResult, type Rule, recommended, required, skip } from '../judge/rule.ts';
import { sysctl } from '../judge/sysctl.ts';
import { sysctlAtBootText } from '../judge/sysctl-texts.ts';
import type { Action } from '../systems/action.ts';
import { run } from '../text/advice.ts';

const KEY = 'net.ipv6.conf.all.forwarding';

/**
 * Enabling forwarding while accept_ra is 1 immediately removes a default route that came from a router advertisement. This command
 * prevents it and must come first, otherwise the node loses its network.
 */
const KEEP_DEFAULT_ROUTE =
  "for i in $(ip -6 route show default proto ra | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p'); " +
  'do sysctl -w "net/ipv6/conf/$i/accept_ra=2"; done';

const forwarding = sysctl(KEY, on, { kernelDefault: '0' });

/** kubeadm checks conf.default.forwarding instead, which says nothing about existing interfaces. */
export const ipv6Forwarding: Rule = {
  id: 'ipv6-forwarding',
  aliases: [KEY],
  title: 'The node forwards IPv6 packets',

  applies(profile, facts) {
    const used = usesFamily(profile, 'IPv6');
    if (used === false) return skip('the cluster does not use IPv6');
    // Since Linux 6.17 an IPv6 interface can forward even if conf.all does not.
    if (profile.cni === 'ovn-kubernetes' && isKernelAtLeast(facts.kernel, 6, 17)) {
      return skip('OVN-Kubernetes switches forwarding on for its own interfaces only');
    }
    return used === undefined
      ? recommended('IP families not known (--ip-families)')
      : required('the cluster uses IPv6');
  },

  requires: {
    ...forwarding,
    reads: { sysctls: [KEY, ...IPV6_OFF_READS], kinds: ['routes'] },
    now: (node) => ipv6OffNow(node) ?? withRemedy(forwarding.now(node), node.facts),
    atBoot: (node) => withIpv6AtBoot(sysctlAtBoot(KEY, on, node), node),
  },

  explain: {
    when: 'the cluster uses IPv6',
    messages: [],
    variants: ['/proc/sys/net/ipv6/conf/default/forwarding contents are not set to 1'],
    symptoms: [
      "Pods reach each other over IPv6 on one node, but not across nodes. kubeadm's check passes, because it checks " +
        '`net.ipv6.conf.default.forwarding`, a different switch, which says nothing about existing interfaces.',
    ],
    meaning: [
      'A node routes the IPv6 packets of its pods only while `net.ipv6.conf.all.forwarding` is on.',
      'If `/proc/sys/net/ipv6` does not exist, check the kernel command line for `ipv6.disable=1`.',
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
    boot: sysctlAtBootText(
      "k0s switches it on whenever it starts; so do k3s, RKE2 and Calico's felix on a cluster that uses IPv6. `ipv6.disable=1` on the kernel " +
        'command line removes the key: that fails. So does a boot that switches IPv6 off: by `net.ipv6.conf.all.disable_ipv6` at 1, or by ' +
        '`ipv6.disable_ipv6=1` on the command line. The report names what does it.',
    ),
    causes: [
      {
        cause: 'value',
        helps:
          'read below first, then set it to 1; if IPv6 is switched off, set `net.ipv6.conf.all.disable_ipv6=0` before that',
      },
      { cause: 'unset', helps: 'nothing sets it at boot: add a line in `/etc/sysctl.d/99-zz-netprereq.conf`' },
      {
        cause: 'overridden',
        helps: 'a line sets it to 0 at boot: add a later file, which wins, or remove the line that the report names',
      },
      {
        cause: 'undetermined',
        helps:
          'the key does not exist: remove `ipv6.disable=1` from the kernel command line, or boot a kernel with IPv6',
      },
    ],
    caution: {
      text: [
        "The order matters: if the node's default route came from a router advertisement and `accept_ra` is 1, switching forwarding on removes that " +
          'route at once and cuts the node off. `fix` sets `accept_ra` to 2 on such links first:',
      ],
      command: KEEP_DEFAULT_ROUTE,
    },
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
  },
};

function withRemedy(result: NowResult, facts: NodeFacts): NowResult {
  const { verdict, actual } = result.now;
  if (verdict !== 'fail') return result;
  if (actual === 'absent') return { ...result, ...withoutIpv6(facts) };
  const remedy = result.remedy.flatMap((action): Action[] =>
    typeof action === 'object' && 'do' in action && action.do === 'set-sysctl'
      ? [run(KEEP_DEFAULT_ROUTE), action]
      : [action],
  );
  return { ...result, remedy };
}

function withoutIpv6({ boot }: NodeFacts): Pick<NowResult, 'why' | 'remedy'> {
  const off = /(?:^|\s)(ipv6\.disable=1)(?:\s|$)/.test(boot.commandLine ?? '');
  return off
    ? {
        why: 'ipv6.disable=1 on the kernel command line switches IPv6 off',
        remedy: ['Remove ipv6.disable=1 from the kernel command line (boot loader), then reboot'],
      }
    : {
        why: 'the running kernel has no IPv6',
        remedy: ['Boot a kernel with IPv6, or run the cluster on IPv4 only'],
      };
}
