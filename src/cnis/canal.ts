import { CALICO_ADDRESSES, FELIX } from './calico.ts';
import { type Cni, named } from './cni.ts';

/** flannel's tunnel, but Calico's plug-in connects the pods. */
export const canal = {
  id: 'canal',
  attachment: 'routed',
  agent: named('canal', 'rke2-canal', 'canal-node'),
  configMap: ({ name }) => `${name === 'canal-node' ? 'canal' : name}-config`,
  families: CALICO_ADDRESSES,
  flanneld: true,
  podLinks: { own: /^(?:flannel|cali[0-9a-f]{11})/ },
  switchesPodLinks: true,
  atStart: FELIX,
  acceptsForward: true,
} as const satisfies Cni;
