import { type Cni, named } from './cni.ts';

export const weave = {
  id: 'weave',
  attachment: 'bridge',
  agent: named('weave-net'),
  plugins: ['weave-net'],
  bridges: ['weave'],
  acceptsForward: true,
} as const satisfies Cni;
