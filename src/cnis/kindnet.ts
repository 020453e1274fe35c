import { type Cni, named } from './cni.ts';

export const kindnet = {
  id: 'kindnet',
  attachment: 'routed',
  agent: named('kindnet'),
  plugins: ['ptp'],
} as const satisfies Cni;
