import { activeReads, isActive } from '../judge/active-unit.ts';
import { onInFiles } from '../judge/on-in-files.ts';
import { usesFamily } from '../judge/pod-network.ts';
import { info, type Rule, recommended, skip } from '../judge/rule.ts';

const UNIT = 'wickedd.service';
const [V4, V6] = ['net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding'] as const;

/** wicked applies the sysctl files to interfaces whenever it configures them: what an agent set at its start is lost then. */
export const wickedForwarding: Rule = {
  id: 'wicked-forwarding',
  aliases: ['wicked', 'wickedd'],
  title: 'Sysctl files keep forwarding on when wicked applies them',
  reads: { paths: activeReads(UNIT) },

  applies({ cni }, facts) {
    const active = isActive(facts, UNIT);
    if (active === false) return skip('wicked does not run on this node');
    if (cni === 'none') return skip('the cluster has no CNI');
    if (active === undefined) return info('whether wicked runs on this node is not known');
    return recommended('wicked applies the sysctl files again when it configures the network');
  },

  requires: onInFiles([V4, V6], (profile) => (usesFamily(profile, 'IPv6') ? [V4, V6] : [V4])),

  explain: {
    when: 'wicked configures the network of the node (SUSE Linux Enterprise 15)',
    messages: [],
    symptoms: [
      'Pods lose their network when the network of the node is configured again, or when wicked is updated. A restart of k3s, RKE2 or the CNI’s agent helps.',
    ],
    meaning: [
      "Agents such as those of k3s and RKE2 switch forwarding on in the running kernel when they start. wicked applies the sysctl files when it configures interfaces, and their values replace the agents' values. " +
        'YaST writes `net.ipv4.ip_forward = 0` into `/etc/sysctl.d/70-yast.conf`.',
    ],
    needed: [
      { cluster: 'any, on nodes on which wicked runs', verdict: 'recommended' },
      { cluster: 'nodes without wicked', verdict: 'skipped' },
    ],
    neededNotes: [
      'cloud-init also writes sysctl files, if its user data say so. They are treated like all others: `ipv4-forwarding` names their lines.',
    ],
    causes: [
      { cause: 'unset', helps: 'add a line in a sysctl file' },
      { cause: 'overridden', helps: 'remove the line that the report names, and add one that switches it on' },
    ],
    sources: {
      issues: ['rancher/rke2#2557'],
      references: [{ title: "RKE2's known issues (Wicked)", url: 'https://docs.rke2.io/known_issues' }],
    },
  },
};
