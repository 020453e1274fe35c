import { type Cni, named } from './cni.ts';

export const awsVpc = {
  id: 'aws-vpc',
  attachment: 'direct',
  agent: named('aws-node'),
  plugins: ['aws-cni'],
  podLinks: { own: /^eni[0-9a-f]{11}/ },
  // With ENABLE_IPv6. Of IPv4 it sets nothing: the machine image does.
  atStart: { agent: 'aws-vpc-cni-init', sysctls: (usesIpv6) => (usesIpv6 ? ['net.ipv6.conf.all.forwarding'] : []) },
} as const satisfies Cni;
