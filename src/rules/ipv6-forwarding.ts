import type { NodeFacts } from '../facts/facts.ts';
import { sysctlAtBoot } from '../judge/boot.ts';
import { ipv6OffNow, withIpv6AtBoot } from '../judge/ipv6-off.ts';
import { usesFamily } from '../judge/pod-network.ts';
import { judgeForwarding } from './forwarding.ts';
import type { Rule } from './rule.ts';

const KEY = 'net.ipv6.conf.all.forwarding';
const SWITCH_ON = `sysctl -w ${KEY}=1`;

/**
 * Switching forwarding on while accept_ra is 1 removes a default route that came from a router advertisement, at once: this
 * command, which prevents it, has to come first, or the node is cut off.
 */
export const KEEP_DEFAULT_ROUTE =
  "for i in $(ip -6 route show default proto ra | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p'); " +
  'do sysctl -w "net/ipv6/conf/$i/accept_ra=2"; done';

/** kubeadm looks at conf.default.forwarding instead, which says nothing of the interfaces that exist. */
export const ipv6Forwarding: Rule = {
  id: 'ipv6-forwarding',
  aliases: [KEY],
  title: 'The node forwards IPv6 packets',

  repair: { sysctl: KEY },

  applies(profile, facts) {
    const used = usesFamily(profile, 'IPv6');
    if (used === false) return { skip: 'the cluster does not use IPv6' };
    if (profile.cni === 'ovn-kubernetes' && hasForceForwarding(facts)) {
      return { skip: 'OVN-Kubernetes switches forwarding on for its own interfaces only' };
    }
    if (used === undefined) return { severity: 'recommended', because: 'IP families not known (--ip-families)' };
    return { severity: 'required', because: 'the cluster uses IPv6' };
  },

  evaluate(facts, profile) {
    const off = ipv6OffNow(facts, profile);
    if (off) return off;
    const judgement = judgeForwarding(KEY, facts, profile);
    const { verdict, actual } = judgement.now;
    if (verdict !== 'fail') return judgement;
    if (actual === 'absent') return { ...judgement, ...withoutIpv6(facts) };
    const remedy = judgement.remedy.flatMap((step) => (step === SWITCH_ON ? [KEEP_DEFAULT_ROUTE, step] : [step]));
    return { ...judgement, remedy };
  },

  atBoot: (facts, profile) => withIpv6AtBoot(sysctlAtBoot(KEY, facts, profile), facts, profile),
};

function withoutIpv6({ boot }: NodeFacts): { why: string; remedy: string[] } {
  const off = /(?:^|\s)(ipv6\.disable=1)(?:\s|$)/.test(boot.commandLine ?? '');
  return off
    ? {
        why: 'ipv6.disable=1 on the kernel command line switches IPv6 off',
        remedy: ['Take ipv6.disable=1 off the kernel command line (boot loader), then reboot'],
      }
    : { why: 'the running kernel has no IPv6', remedy: ['Boot a kernel with IPv6, or run the cluster on IPv4 only'] };
}

/** Since Linux 6.17 an IPv6 interface can forward although conf.all does not. */
function hasForceForwarding({ kernel }: NodeFacts): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(kernel.release ?? '') ?? [];
  return Number(major) > 6 || (Number(major) === 6 && Number(minor) >= 17);
}
