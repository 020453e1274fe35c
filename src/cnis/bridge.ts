import type { Cni } from './cni.ts';

/** The bare plug-in. */
export const bridge = { id: 'bridge', attachment: 'bridge', plugins: ['bridge'] } as const satisfies Cni;
