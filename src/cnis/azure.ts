import { type Cni, named } from './cni.ts';

/** azure-vnet in its mode transparent, which AKS uses on Linux. azure-cns hands out addresses, for Cilium and others too. */
export const azure = {
  id: 'azure',
  attachment: 'routed',
  agent: named('azure-cns'),
  yields: true,
  plugins: ['azure-vnet'],
  podLinks: { own: /^azv/, shared: /^veth/ },
} as const satisfies Cni;
