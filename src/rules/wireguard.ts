import { pathExists } from '../facts/read.ts';
import { availableModules } from '../judge/available-modules.ts';
import { type Rule, recommended, required, skip } from '../judge/rule.ts';

/** The WireGuard interfaces of flannel, Calico, Cilium and Antrea. */
const INTERFACES = ['flannel-wg', 'wireguard.cali', 'cilium_wg0', 'antrea-wg0'].map((name) => `/sys/class/net/${name}`);

/** The kernel loads the module by an alias when the interface is created. The kernel's version proves nothing: distributions and DKMS add it to older kernels. */
export const wireguard: Rule = {
  id: 'wireguard',
  aliases: ['CONFIG_WIREGUARD'],
  title: 'WireGuard is available',
  reads: { paths: INTERFACES },

  applies({ cni, cniBackend }, facts) {
    if (cniBackend === 'wireguard') return required(`${cni ?? 'the CNI'} connects nodes by WireGuard`);
    return INTERFACES.some((path) => pathExists(facts, path) === true)
      ? recommended('this node has a WireGuard interface of a CNI')
      : skip('nothing says that the CNI uses WireGuard');
  },

  requires: availableModules(['wireguard']),

  explain: {
    when: 'the CNI connects nodes by WireGuard, or the node has a WireGuard interface',
    messages: [
      {
        text: 'flannel exited: failed to register flannel network: could not create wireguard interface: operation not supported',
        from: 'k3s, which then exits',
      },
    ],
    variants: ['wireguard not supported by the Linux kernel', 'create wireguard interface: operation not supported'],
    symptoms: ['flanneld crash-loops. Calico and Cilium continue, and send packets without encryption, or send none.'],
    meaning: [
      'WireGuard carries the packets of pods from node to node, encrypted. The kernel loads the module `wireguard` when the interface is created. It is a part of ' +
        'Linux since 5.6; older kernels have it if their distribution or a DKMS package provides it.',
    ],
    needed: [
      { cluster: "flannel's back-end wireguard (k3s: wireguard-native)", verdict: 'required' },
      { cluster: 'the node has a WireGuard interface of flannel, Calico, Cilium or Antrea', verdict: 'recommended' },
      { cluster: 'everything else', verdict: 'skipped' },
    ],
    neededNotes: [
      'Whether Calico, Cilium or Antrea are configured to encrypt is not read: a node on which the interface could never be created is not found. wireguard-go needs no module, but its interface ' +
        'looks like one of the kernel.',
    ],
    sources: {
      issues: ['k3s-io/k3s#11166'],
      references: [
        {
          title: "flannel's back-ends",
          url: 'https://github.com/flannel-io/flannel/blob/master/Documentation/backends.md',
        },
        { title: 'WireGuard: installation', url: 'https://www.wireguard.com/install/' },
      ],
    },
  },
};
