import { type FactsRequest, mergeRequests, NOTHING_ASKED } from '../facts/request.ts';
import { POD_NETWORK_READS } from './pod-network.ts';
import type { Rule } from './rule.ts';

/** What rules read of a node, put together, and what shows its part of the cluster: the probe is asked for nothing else. */
export function requestOf(rules: readonly Rule[]): FactsRequest {
  const parts = rules.flatMap(({ reads = {}, requires }) => [reads, requires.reads]);
  return mergeRequests([POD_NETWORK_READS, ...parts].map((part) => ({ ...NOTHING_ASKED, ...part })));
}
