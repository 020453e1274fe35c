import type { Cni } from './cni.ts';

/** CRI-O's default configuration. */
export const crioBridge = { id: 'crio-bridge', attachment: 'bridge' } as const satisfies Cni;
