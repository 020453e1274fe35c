import type { Cni } from './cni.ts';

/** No pod network at all. */
export const none = { id: 'none', attachment: 'none' } as const satisfies Cni;
