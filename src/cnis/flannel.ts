import type { Cni } from './cni.ts';

/** flannel.1, flannel-v6.1, flannel-wg. */
export const FLANNEL_LINKS = /^flannel/;

/** Its plug-in delegates to bridge, unless somebody set another delegate (flannel-config.ts). */
export const flannel = {
  id: 'flannel',
  attachment: 'bridge',
  agent: ({ name, labels, containers }) =>
    /^kube-flannel(-(?!.*windows)|$)/.test(name) ||
    (labels.app === 'flannel' && containers.some((container) => container.name === 'kube-flannel')),
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
