import type { Cni } from './cni.ts';

/** What Calico's agent sets each time it starts. */
export const FELIX: NonNullable<Cni['atStart']> = {
  agent: 'felix',
  sysctls: (usesIpv6) => ['net.ipv4.ip_forward', ...(usesIpv6 ? ['net.ipv6.conf.all.forwarding'] : [])],
};

/** Where felix notes the node's addresses, of each family that it routes. */
export const CALICO_ADDRESSES = ['projectcalico.org/IPv4Address', 'projectcalico.org/IPv6Address'] as const;

export const calico = {
  id: 'calico',
  attachment: 'routed',
  // Without the container that installs the plug-in it only enforces policies, behind another CNI (EKS, AKS, GKE).
  agent: ({ name, containers }) =>
    name === 'calico-node' && containers.some((container) => container.name === 'install-cni'),
  families: CALICO_ADDRESSES,
  plugins: ['calico'],
  podLinks: { own: /^(?:vxlan(?:-v6)?\.calico|wireguard\.cali|wg-v6\.cali|cali[0-9a-f]{11})/, shared: /^tunl0$/ },
  // writeProcSys for each cali… interface (felix, dataplane/linux/endpoint_mgr.go).
  switchesPodLinks: true,
  atStart: FELIX,
} as const satisfies Cni;
