import { type Cni, named } from './cni.ts';

export const weave = {
  id: 'weave',
  attachment: 'bridge',
  agent: named('weave-net'),
  plugins: ['weave-net'],
  bridges: ['weave'],
  // weave-kube's init.sh.
  atStart: {
    agent: 'weave',
    sysctls: () => ['net.bridge.bridge-nf-call-iptables'],
    modules: ['br_netfilter'],
  },
  acceptsForward: true,
} as const satisfies Cni;
