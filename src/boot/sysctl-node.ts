import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { bootOf } from './boot.ts';
import type { BootValue } from './sysctl-value.ts';

/**
 * Which value a sysctl will have after the next boot of a node of this cluster.
 * @param assumed when br_netfilter comes, where that is not to be simulated
 */
export function bootValue(key: string, facts: NodeFacts, profile: ClusterProfile, assumed?: 'before'): BootValue {
  const boot = bootOf(facts, profile, { sysctl: '', modules: '' });
  return assumed === undefined ? boot.sysctl(key) : boot.sysctlOnceLoaded(key);
}
