import { type FactsRequest, mergeRequests, NOTHING_ASKED } from '../facts/request.ts';
import type { Rule } from './rule.ts';

/** What rules read of a node, put together: the probe is asked for nothing else. */
export function requestOf(rules: readonly Rule[]): FactsRequest {
  const parts = rules.flatMap(({ reads = {}, requires }) => [reads, requires.reads]);
  return mergeRequests(parts.map((part) => ({ ...NOTHING_ASKED, ...part })));
}
