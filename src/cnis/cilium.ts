import { type Cni, named } from './cni.ts';

/** Cilium's ConfigMap says whether it serves Services; strict is its older word for true. */
export const KUBE_PROXY_REPLACEMENT = { key: 'kube-proxy-replacement', values: ['true', 'strict'] } as const;

export const cilium = {
  id: 'cilium',
  attachment: 'routed',
  agent: named('cilium'),
  configMap: () => 'cilium-config',
  replacesKubeProxy: KUBE_PROXY_REPLACEMENT,
  plugins: ['cilium-cni'],
} as const satisfies Cni;
