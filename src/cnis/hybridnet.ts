import { type Cni, named } from './cni.ts';

/** Pods are routed by policy, in VLANs and VXLAN. */
export const hybridnet = {
  id: 'hybridnet',
  attachment: 'routed',
  agent: named('hybridnet-daemon'),
  plugins: ['hybridnet'],
} as const satisfies Cni;
