import { FELIX } from './calico.ts';
import { type Cni, named } from './cni.ts';

/** flannel's tunnel, but Calico's plug-in connects the pods. */
export const canal = {
  id: 'canal',
  attachment: 'routed',
  agent: named('canal', 'rke2-canal'),
  configMap: ({ name }) => `${name}-config`,
  flanneld: true,
  atStart: FELIX,
  acceptsForward: true,
} as const satisfies Cni;
