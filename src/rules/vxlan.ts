import { availableModules } from '../judge/available-modules.ts';
import { type Rule, recommended, required, skip } from '../judge/rule.ts';

/** flannel creates its VXLAN link when it starts, and the kernel loads the module for that: it only has to be there. */
export const vxlan: Rule = {
  id: 'vxlan',
  aliases: ['CONFIG_VXLAN'],
  title: 'VXLAN tunnels are available',

  applies({ cni, cniBackend }) {
    if (cniBackend === 'vxlan') return required(`${cni ?? 'the CNI'} connects the nodes by VXLAN`);
    if (cniBackend !== undefined) return skip(`${cni ?? 'the CNI'} uses the back-end ${cniBackend}, not vxlan`);
    if (cni === 'flannel' || cni === 'canal') return recommended('flannel uses VXLAN unless told otherwise');
    return skip('the cluster is not known to use VXLAN');
  },

  requires: availableModules(['vxlan']),

  explain: {
    when: "the CNI's back-end is vxlan, as flannel's is by default",
    messages: [
      { text: 'Error registering network: operation not supported', from: 'flanneld, which then exits' },
      { text: 'flannel exited: operation not supported', from: 'k3s' },
      { text: 'RTNETLINK answers: Operation not supported', from: '`ip link add type vxlan`' },
    ],
    symptoms: ['Pods of other nodes cannot be reached; on the same node everything works.'],
    meaning: [
      'flannel creates the link `flannel.1` of type vxlan. The kernel loads the module vxlan for that, if it is on disk and not denied.',
      "Some kernels come without it: Ubuntu's images for the Raspberry Pi from 21.10 to 23.10 have it in the package `linux-modules-extra-raspi`.",
    ],
    needed: [
      { cluster: 'flannel or Canal with the back-end vxlan', verdict: 'required' },
      { cluster: 'flannel or Canal, back-end not known', verdict: 'recommended' },
      { cluster: 'another back-end (host-gw, wireguard), or another CNI', verdict: 'skipped' },
    ],
    sources: {
      issues: ['flannel-io/flannel#1953', 'k3s-io/k3s#4234', 'k3s-io/k3s#7155'],
      references: [{ title: 'modprobe.d(5)' }],
    },
  },
};
