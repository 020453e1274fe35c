import { pathExists } from '../facts/read.ts';
import { availableModules } from '../judge/available-modules.ts';
import { type Rule, recommended, required, skip } from '../judge/rule.ts';

/** The interfaces of Open vSwitch and Cilium. */
const INTERFACES = ['/sys/class/net/genev_sys_6081', '/sys/class/net/cilium_geneve'];

/**
 * A deny list does not matter here: if it stops the kernel from loading geneve by its alias, Open vSwitch requests vport_geneve, which
 * needs geneve.
 */
export const geneve: Rule = {
  id: 'geneve',
  aliases: ['CONFIG_GENEVE'],
  title: 'Geneve is available',
  reads: { paths: INTERFACES },

  applies({ cni, cniBackend }, facts) {
    if (cniBackend === 'geneve') return required(`${cni ?? 'the CNI'} connects nodes by Geneve`);
    if (INTERFACES.some((path) => pathExists(facts, path) === true))
      return recommended('this node has a Geneve interface');
    if (cniBackend !== undefined) return skip(`the back-end of ${cni ?? 'the CNI'} is not Geneve`);
    if (cni === undefined) return skip('the CNI was not detected (name it with --cni)');
    if (cni === 'ovn-kubernetes')
      return recommended('OVN-Kubernetes connects nodes by Geneve, unless it runs without an overlay');
    if (cni === 'antrea') return recommended('Antrea connects nodes by Geneve by default; its mode is not known');
    return skip(`nothing says that ${cni} uses Geneve`);
  },

  requires: availableModules(['geneve'], { byName: ['geneve'] }),

  explain: {
    when: 'the CNI connects nodes by Geneve, or the node has a Geneve interface',
    messages: [
      {
        text: 'could not add network device ovn-faced1-0 to ofproto (Address family not supported by protocol)',
        from: 'ovs-vswitchd',
      },
    ],
    symptoms: ['Pods reach each other on one node and not across nodes.'],
    meaning: [
      'Geneve carries the packets of pods from node to node for CNIs on Open vSwitch, and for Cilium if it is configured to. The kernel loads the module `geneve` when ' +
        'the interface is created.',
    ],
    needed: [
      { cluster: 'a back-end that is known to be Geneve', verdict: 'required' },
      { cluster: 'the node has the interface genev_sys_6081 or cilium_geneve', verdict: 'recommended' },
      { cluster: 'OVN-Kubernetes; Antrea, mode not known', verdict: 'recommended: both can run without an overlay' },
      { cluster: 'another back-end, other CNIs, CNI not known', verdict: 'skipped' },
    ],
    sources: {
      issues: ['kubeovn/kube-ovn#647', 'ovn-kubernetes/ovn-kubernetes#803'],
      references: [
        {
          title: "Antrea's configuration (tunnelType)",
          url: 'https://github.com/antrea-io/antrea/blob/main/build/yamls/antrea.yml',
        },
        {
          title: "Cilium's encapsulation",
          url: 'https://docs.cilium.io/en/stable/network/concepts/routing/',
        },
      ],
    },
  },
};
