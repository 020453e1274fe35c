import { type Cni, named } from './cni.ts';

/** OpenShift's network before OVN-Kubernetes. */
export const openshiftSdn = {
  id: 'openshift-sdn',
  attachment: 'ovs',
  agent: named('sdn'),
  plugins: ['openshift-sdn'],
} as const satisfies Cni;
