import type { Cni } from './cni.ts';

/** The bare plug-in, as kindnet and GKE's classic data plane use it. */
export const ptp = { id: 'ptp', attachment: 'routed', plugins: ['ptp'] } as const satisfies Cni;
