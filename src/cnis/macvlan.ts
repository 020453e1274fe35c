import type { Cni } from './cni.ts';

/** The bare plug-ins that give a pod a link of the host's own network, past the host: macvlan and its like. */
export const macvlan = {
  id: 'macvlan',
  attachment: 'direct',
  plugins: ['macvlan', 'ipvlan', 'host-device', 'sriov', 'vlan'],
} as const satisfies Cni;
