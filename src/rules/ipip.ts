import { pathExists } from '../facts/read.ts';
import { availableModules } from '../judge/available-modules.ts';
import { type Rule, recommended, required, skip } from '../judge/rule.ts';

/** The module creates this interface when it is loaded. */
const INTERFACE = '/sys/class/net/tunl0';

/** The kernel loads the module by an alias when a tunnel is created. */
export const ipip: Rule = {
  id: 'ipip',
  aliases: ['CONFIG_NET_IPIP', 'tunl0'],
  title: 'IP in IP is available',
  reads: { paths: [INTERFACE] },

  applies({ cni, cniBackend }, facts) {
    if (cniBackend === 'ipip') return required(`${cni ?? 'the CNI'} connects nodes by IP in IP`);
    if (cniBackend !== undefined) return skip(`the back-end of ${cni ?? 'the CNI'} is not IP in IP`);
    if (cni !== 'calico' && cni !== 'kube-router') return skip('nothing says that the CNI uses IP in IP');
    return pathExists(facts, INTERFACE) === true
      ? recommended(`${cni} can connect nodes by IP in IP, and this node has tunl0`)
      : skip(`nothing says that ${cni} uses IP in IP: this node has no tunl0`);
  },

  requires: availableModules(['ipip']),

  explain: {
    when: 'the CNI connects nodes by IP in IP',
    messages: [],
    symptoms: ['Pods reach each other on one node and not across nodes.'],
    meaning: [
      "IP in IP carries the packets of pods from node to node. Calico's manifests switch it on, and kube-router uses it between subnets. The kernel loads " +
        'the module `ipip` when the tunnel is created, which also creates the interface `tunl0`.',
    ],
    needed: [
      { cluster: 'a back-end that is known to be IP in IP', verdict: 'required' },
      { cluster: 'Calico or kube-router, back-end not known, the node has tunl0', verdict: 'recommended' },
      {
        cluster: 'no tunl0 (VXLAN, eBPF, no overlay), another back-end, other CNIs, CNI not known',
        verdict: 'skipped',
      },
    ],
    neededNotes: [
      'A kernel without the module is therefore found only if the back-end is known. If Calico no longer uses it, `tunl0` stays until the next boot.',
    ],
    sources: {
      issues: ['projectcalico/calicoctl#368', 'projectcalico/calico#13228'],
      references: [
        {
          title: "Calico's overlay networking",
          url: 'https://docs.tigera.io/calico/latest/networking/configuring/vxlan-ipip',
        },
      ],
    },
  },
};
