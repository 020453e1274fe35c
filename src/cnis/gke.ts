import { KUBE_PROXY_REPLACEMENT } from './cilium.ts';
import { type Cni, named } from './cni.ts';

/** Dataplane V2, which is Cilium. The classic data plane has no agent. */
export const gke = {
  id: 'gke',
  attachment: 'unknown',
  agent: named('anetd'),
  configMap: () => 'cilium-config',
  replacesKubeProxy: KUBE_PROXY_REPLACEMENT,
} as const satisfies Cni;
