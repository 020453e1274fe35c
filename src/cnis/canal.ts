import { CALICO_ADDRESSES, FELIX } from './calico.ts';
import { type Cni, named } from './cni.ts';
import { flanneldIn } from './flannel-config.ts';

const isCanal = named('canal', 'rke2-canal', 'canal-node');

/** flannel's tunnel, but Calico's plug-in connects the pods. */
export const canal = {
  id: 'canal',
  attachment: 'routed',
  agent: (daemonSet) =>
    isCanal(daemonSet) ||
    (flanneldIn(daemonSet) !== undefined && daemonSet.containers.some(({ name }) => name === 'calico-node')),
  configMap: ({ name }) => `${name === 'canal-node' ? 'canal' : name}-config`,
  families: CALICO_ADDRESSES,
  flanneld: true,
  podLinks: { own: /^(?:flannel|cali[0-9a-f]{11})/ },
  switchesPodLinks: true,
  atStart: FELIX,
  acceptsForward: true,
} as const satisfies Cni;
