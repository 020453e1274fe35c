import { type FactsRequest, mergeRequests } from '../facts/request.ts';
import { requestOf } from '../judge/request.ts';
import { type Rule, repairsOf } from '../judge/rule.ts';
import { MODULES_FILE, SYSCTL_FILE } from '../systems/own-files.ts';

/** What is read of a node that is to be changed: what rules read, and all that fixes write or have written. */
export function changeRequest(rules: readonly Rule[]): FactsRequest {
  const dropIns = rules.flatMap(({ requires }) => repairsOf(requires).flatMap(({ file }) => file?.path ?? []));
  return mergeRequests([{ ...requestOf(rules), owned: [MODULES_FILE, SYSCTL_FILE, ...dropIns] }]);
}
