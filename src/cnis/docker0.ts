import type { Cni } from './cni.ts';

/** cri-dockerd without a CNI configuration: pods are on Docker's own bridge (Mirantis/cri-dockerd#73). */
export const docker0 = { id: 'docker0', attachment: 'bridge' } as const satisfies Cni;
