import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { bootOf } from './boot.ts';
import type { Blockers } from './obstacles.ts';

/**
 * What has to go before a boot loads a module, and whether a line of one's own is needed besides.
 * @param ownFile the file for that line
 */
export function wayToModule(name: string, ownFile: string, facts: NodeFacts, profile: ClusterProfile): Blockers {
  return bootOf(facts, profile, { sysctl: '', modules: ownFile }).blockersOfModule(name);
}
