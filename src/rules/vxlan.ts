import { availableModules } from '../judge/available-modules.ts';
import { type Rule, recommended, required, skip } from '../judge/rule.ts';

/** CNIs that use VXLAN by default. */
const BY_DEFAULT = new Set(['flannel', 'canal', 'cilium']);

/** If the CNI's agent cannot create its VXLAN interface, it exits. The kernel loads the module when the interface is created. */
export const vxlan: Rule = {
  id: 'vxlan',
  aliases: ['CONFIG_VXLAN'],
  title: 'VXLAN is available',

  applies({ cni, cniBackend }) {
    if (cniBackend === 'vxlan') return required(`${cni ?? 'the CNI'} connects nodes by VXLAN`);
    if (cniBackend !== undefined) return skip(`the back-end of ${cni ?? 'the CNI'} is not VXLAN`);
    if (cni === undefined) return skip('the CNI was not detected (name it with --cni)');
    if (!BY_DEFAULT.has(cni)) return skip(`nothing says that ${cni} uses VXLAN`);
    return recommended(`${cni} uses VXLAN by default; its back-end is not known`);
  },

  requires: availableModules(['vxlan']),

  explain: {
    when: 'the CNI connects nodes by VXLAN',
    messages: [
      { text: 'Error registering network: operation not supported', from: 'flanneld, which then crash-loops' },
      { text: 'flannel exited: operation not supported', from: 'k3s, which then exits' },
    ],
    variants: ['VXLAN init: operation not supported', 'error creating vxlan interface: operation not supported'],
    symptoms: ['Nodes stay NotReady, and no pod network comes up on this node.'],
    meaning: [
      'VXLAN carries the packets of pods from node to node. The CNI creates a VXLAN interface, and the kernel loads the module `vxlan` for it.',
      'A few kernels keep the module in a package of its own: Ubuntu for Raspberry Pi from 21.10 to 23.10 ' +
        '(`linux-modules-extra-raspi`), and kernels that were built without it.',
    ],
    needed: [
      { cluster: 'flannel or Canal with the back-end vxlan', verdict: 'required' },
      { cluster: 'flannel, Canal or Cilium, back-end not known', verdict: 'recommended' },
      { cluster: 'another back-end (host-gw, wireguard, ...), other CNIs, CNI not known', verdict: 'skipped' },
    ],
    neededNotes: [
      'The back-end is read from the configuration of flannel and Canal and from the annotations of nodes. Calico, Antrea and Weave Net can use ' +
        'VXLAN, too; whether they do is not read, so this rule does not check them.',
    ],
    sources: {
      issues: ['flannel-io/flannel#1747', 'flannel-io/flannel#1953', 'k3s-io/k3s#4234', 'k3s-io/k3s#7155'],
      references: [
        {
          title: "flannel's back-ends",
          url: 'https://github.com/flannel-io/flannel/blob/master/Documentation/backends.md',
        },
      ],
    },
  },
};
