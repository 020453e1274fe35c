import { type FactsRequest, mergeRequests } from '../facts/request.ts';
import { requestOf } from '../judge/request.ts';
import type { Rule } from '../judge/rule.ts';
import { writtenFiles } from '../plan/own-files.ts';

/** What is read of a node that is to be changed: what rules read, and all that fixes write or have written. */
export function changeRequest(rules: readonly Rule[]): FactsRequest {
  return mergeRequests([{ ...requestOf(rules), owned: writtenFiles(rules) }]);
}
