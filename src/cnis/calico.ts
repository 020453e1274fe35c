import { type Cni, named } from './cni.ts';

/** What Calico's agent sets each time it starts. */
export const FELIX: NonNullable<Cni['atStart']> = {
  agent: 'felix',
  sysctls: (usesIpv6) => ['net.ipv4.ip_forward', ...(usesIpv6 ? ['net.ipv6.conf.all.forwarding'] : [])],
};

export const calico = {
  id: 'calico',
  attachment: 'routed',
  agent: named('calico-node'),
  plugins: ['calico'],
  atStart: FELIX,
} as const satisfies Cni;
