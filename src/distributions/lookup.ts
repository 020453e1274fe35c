import type { Distribution } from './distribution.ts';
import { DISTRIBUTIONS } from './index.ts';

export type DistributionId = (typeof DISTRIBUTIONS)[number]['id'];

/** The distribution that one of the nodes gives away; undefined: none that is known, such as a cluster of kubeadm's. */
export function findDistribution(nodes: readonly Parameters<Distribution['is']>[0][]): DistributionId | undefined {
  return DISTRIBUTIONS.find((distribution: Distribution) => nodes.some((node) => distribution.is(node)))?.id;
}

/** All that is known of a distribution. */
export function distributionOf(id: DistributionId): Distribution | undefined {
  return DISTRIBUTIONS.find((distribution) => distribution.id === id);
}
