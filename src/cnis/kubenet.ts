import type { Cni } from './cni.ts';

export const kubenet = { id: 'kubenet', attachment: 'bridge', bridges: ['cbr0'] } as const satisfies Cni;
