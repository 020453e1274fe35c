import { type FactsRequest, mergeRequests } from '../facts/request.ts';
import type { Rule } from './rule.ts';

/** What rules read of a node, put together: the probe is asked for nothing else. */
export function requestOf(rules: readonly Rule[]): FactsRequest {
  return mergeRequests(rules.flatMap(({ reads = {}, requires }) => [reads, requires.reads]));
}
