import { aks } from './aks.ts';
import type { Distribution } from './distribution.ts';
import { eks } from './eks.ts';
import { gke } from './gke.ts';
import { k0s } from './k0s.ts';
import { k3s } from './k3s.ts';
import { openshift } from './openshift.ts';
import { rke2 } from './rke2.ts';
import { talos } from './talos.ts';

/** In the order in which they are asked. */
const DISTRIBUTIONS = [k3s, rke2, k0s, eks, gke, aks, openshift, talos] as const;

export type DistributionId = (typeof DISTRIBUTIONS)[number]['id'];

/** The distribution that one of the nodes gives away; undefined: none that is known, such as a cluster of kubeadm's. */
export function findDistribution(nodes: readonly Parameters<Distribution['is']>[0][]): DistributionId | undefined {
  return DISTRIBUTIONS.find((distribution: Distribution) => nodes.some((node) => distribution.is(node)))?.id;
}

/** All that is known of a distribution. */
export function distributionOf(id: DistributionId): Distribution | undefined {
  return DISTRIBUTIONS.find((distribution) => distribution.id === id);
}
