import { configuration, configurationFiles } from '../judge/configuration.ts';
import { info, type Rule, recommended } from '../judge/rule.ts';
import { UFW_FILES, ufwForwarding } from '../managers/ufw.ts';
import { run } from '../text/advice.ts';

/** CNIs whose rules accept packets of pods before ufw's rules, or outside FORWARD. */
const BEFORE = new Set(['calico', 'canal', 'kube-router', 'cilium', 'gke', 'antrea', 'ovn-kubernetes', 'none']);
/** CNIs whose rules follow ufw's: they come before a policy, but after a rule that rejects. */
const BEHIND = new Set(['flannel', 'weave']);

/** ufw denies forwarded packets by default. */
export const ufwRouted: Rule = {
  id: 'ufw-routed',
  aliases: ['ufw', 'DEFAULT_FORWARD_POLICY'],
  title: 'Forwarded packets are not denied by ufw',
  reads: { files: UFW_FILES },

  applies({ cni }, facts) {
    const { policy, routes } = ufwForwarding(configurationFiles(UFW_FILES, facts));
    if (cni === undefined) return info('the CNI was not detected (name it with --cni)');
    if (BEFORE.has(cni)) return info(`${cni} accepts packets of pods before ufw sees them`);
    if (BEHIND.has(cni) && policy === 'DROP') return info(`${cni} accepts packets of pods before the policy`);
    if (routes) return info('rules of `ufw route allow` may accept packets of pods');
    return recommended(`no rule of ${cni} accepts packets of pods before ufw denies them`);
  },

  requires: configuration(UFW_FILES, 'ACCEPT', (files) => {
    const { enabled, policy, at } = ufwForwarding(files);
    if (!enabled) return { right: true, actual: 'not enabled', message: 'ufw is not enabled', remedy: [] };
    const right = policy === 'ACCEPT';
    const message = right
      ? 'ufw lets forwarded packets pass'
      : `ufw is enabled and denies forwarded packets (${policy})`;
    return { right, actual: policy, at, message, remedy: [run('ufw default allow routed')] };
  }),

  explain: {
    when: 'ufw is enabled, and the CNI puts no rule before those of ufw',
    messages: [{ text: '[UFW BLOCK]', from: "the kernel's log, with IN= and OUT= of interfaces of pods" }],
    symptoms: ['Pods reach nothing outside their node.'],
    meaning: [
      'By default, ufw denies packets that a node forwards ("deny (routed)"), and packets of pods are forwarded. The policy DROP acts at the end of FORWARD, after all rules; ' +
        'REJECT is a separate rule, before those that a CNI has appended.',
    ],
    needed: [
      {
        cluster: 'AWS VPC CNI, kindnet and CNIs that use the plug-in bridge; flannel and Weave Net with REJECT',
        verdict: 'recommended',
      },
      { cluster: 'flannel and Weave Net with DROP; Calico, Canal, kube-router, Cilium and others', verdict: 'info' },
      { cluster: 'where `ufw route allow` has made rules; CNI not known', verdict: 'info' },
    ],
    neededNotes: [
      'Rules per interface (`ufw route allow in on cni0`) are easy to get wrong: each pair of interfaces in each direction needs one, and names of pods’ interfaces change. `forward-policy` judges what FORWARD really does.',
    ],
    now: [
      'Read: `ENABLED` in `/etc/ufw/ufw.conf`, `DEFAULT_FORWARD_POLICY` in `/etc/default/ufw`, rules for forwarded packets in `/etc/ufw/user.rules`.',
    ],
    causes: [
      {
        cause: 'value',
        helps: 'change the default for routed packets. Whoever can reach this node can then send packets through it',
      },
    ],
    sources: {
      issues: ['projectcalico/calico#7727', 'projectcalico/calico#4927', 'moby/moby#49528'],
      references: [{ title: 'ufw(8)' }],
    },
  },
};
