import { availableModules } from '../judge/available-modules.ts';
import { type Rule, required, skip } from '../judge/rule.ts';

/** CNIs whose pods are ports of the kernel's Open vSwitch. */
const ON_OVS: ReadonlySet<string> = new Set(['antrea', 'ovn-kubernetes', 'kube-ovn']);

/** Their agents request it from modprobe by name, which a deny list does not stop. */
export const openvswitch: Rule = {
  id: 'openvswitch',
  aliases: ['CONFIG_OPENVSWITCH'],
  title: 'Open vSwitch is available in the kernel',

  applies({ cni }) {
    if (cni === undefined) return skip('the CNI was not detected (name it with --cni)');
    return ON_OVS.has(cni)
      ? required(`${cni} connects pods by Open vSwitch`)
      : skip(`${cni} does not use Open vSwitch`);
  },

  requires: availableModules(['openvswitch'], { byName: ['openvswitch'] }),

  explain: {
    when: 'the CNI is Antrea, OVN-Kubernetes or Kube-OVN',
    messages: [
      {
        text: "Failed to load the OVS kernel module from the container, try running 'modprobe openvswitch' on your Nodes",
        from: "the init container of Antrea's agent",
      },
    ],
    symptoms: ['The pods of the CNI on this node crash-loop or do not become ready, and pods get no network.'],
    meaning: [
      'These CNIs connect pods with Open vSwitch, whose data path is the kernel module `openvswitch`. The agents load it when they start.',
      "A few kernels do not have it: self-built kernels, and releases of Google's Container-Optimized OS.",
    ],
    needed: [
      { cluster: 'Antrea, OVN-Kubernetes, Kube-OVN', verdict: 'required' },
      { cluster: 'other CNIs, CNI not known', verdict: 'skipped' },
    ],
    sources: {
      issues: ['antrea-io/antrea#1103', 'antrea-io/antrea#2021'],
      references: [
        {
          title: "Antrea's notes on operating systems",
          url: 'https://github.com/antrea-io/antrea/blob/main/docs/os-issues.md',
        },
      ],
    },
  },
};
