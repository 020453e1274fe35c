import { canal } from './canal.ts';
import type { Cni } from './cni.ts';
import { flanneldIn } from './flannel-config.ts';

/** flannel.1, flannel-v6.1, flannel-wg. */
export const FLANNEL_LINKS = /^flannel/;

/** Its plug-in delegates to bridge, unless somebody set another delegate (flannel-config.ts). */
export const flannel = {
  id: 'flannel',
  attachment: 'bridge',
  agent: (daemonSet) => {
    const { name } = daemonSet;
    if (/windows/.test(name) || canal.agent(daemonSet)) return false;
    return /^kube-flannel(-|$)/.test(name) || flanneldIn(daemonSet) !== undefined;
  },
  configMap: () => 'kube-flannel-cfg',
  flanneld: true,
  plugins: ['flannel'],
  bridges: ['cni0'],
  podLinks: { own: FLANNEL_LINKS },
  // --iptables-forward-rules is on by default.
  acceptsForward: true,
  // Alpine.
  images: [/(^|\/)flannel-io\/flannel$/, /(^|\/)flannel\/flannel$/, /(^|\/)rancher\/hardened-flannel$/],
} as const satisfies Cni;
