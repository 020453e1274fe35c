import { type Cni, named } from './cni.ts';

/** Cilium's ConfigMap says whether it serves Services; strict is its older word for true. */
export const ciliumReplacesKubeProxy: NonNullable<Cni['replacesKubeProxy']> = (config) =>
  ['true', 'strict'].includes(config['kube-proxy-replacement'] ?? '');

/**
 * Whether BPF routes pods' packets, as Cilium does where nothing makes it fall back to the kernel's routing (daemon/cmd/kube_proxy_replacement.go):
 * masquerading by iptables, kube-proxy, encryption, or routes of its own for each endpoint.
 */
export const ciliumRoutesByBpf: NonNullable<Cni['routesByBpf']> = (config) => {
  const isOn = (name: string) => config[name] === 'true';
  const netfilter = config['enable-ipv4-masquerade'] !== 'false' && !isOn('enable-bpf-masquerade');
  const legacy = ['enable-host-legacy-routing', 'enable-endpoint-routes', 'enable-wireguard', 'enable-ipsec'].some(
    isOn,
  );
  return ciliumReplacesKubeProxy(config) && !netfilter && !legacy;
};

/** It switches forwarding on for those of its own, not for pods' (pkg/datapath/loader/base.go, pkg/datapath/connector/veth.go). */
export const CILIUM_LINKS = /^(?:cilium_|lxc[0-9a-f]{12}|lxc_health)/;

export const cilium = {
  id: 'cilium',
  attachment: 'routed',
  agent: named('cilium'),
  // With portmap Cilium's own plug-in comes first.
  chained: (config) => !['', 'none', 'portmap'].includes(config['cni-chaining-mode'] ?? ''),
  configMap: () => 'cilium-config',
  families: ['network.cilium.io/ipv4-pod-cidr', 'network.cilium.io/ipv6-pod-cidr'],
  replacesKubeProxy: ciliumReplacesKubeProxy,
  routesByBpf: ciliumRoutesByBpf,
  podLinks: { own: CILIUM_LINKS },
  plugins: ['cilium-cni'],
} as const satisfies Cni;
