import { type Cni, named } from './cni.ts';

export const kindnet = {
  id: 'kindnet',
  attachment: 'routed',
  agent: named('kindnet'),
  podLinks: { shared: /^veth/ },
} as const satisfies Cni;
