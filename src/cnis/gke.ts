import { CILIUM_LINKS, ciliumRoutesByBpf } from './cilium.ts';
import { type Cni, named } from './cni.ts';

/** Dataplane V2 is Cilium, under another name. The classic data plane is the plug-in ptp, without an agent: neither has a bridge. */
export const gke = {
  id: 'gke',
  attachment: 'routed',
  agent: named('anetd'),
  configMap: () => 'cilium-config',
  replacesKubeProxy: () => true,
  routesByBpf: ciliumRoutesByBpf,
  podLinks: { own: CILIUM_LINKS },
} as const satisfies Cni;
