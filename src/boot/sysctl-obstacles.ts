import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { bootOf } from './boot.ts';
import type { Blockers } from './obstacles.ts';

export { sysctlServiceOff, wordWithoutIpv6 } from './sysctl-obstacle.ts';

/** What a sysctl shall be after the boot. */
export interface Goal {
  key: string;
  on: boolean;
  /** The file for a line of one's own; absent: none is to be written. */
  ownFile?: string;
}

/** What has to go before a sysctl is what it shall be, and whether a line of one's own is needed besides. */
export function wayToSysctl({ key, on, ownFile }: Goal, facts: NodeFacts, profile: ClusterProfile): Blockers {
  const boot = bootOf(facts, profile, { sysctl: ownFile ?? '', modules: '' });
  const line = ownFile === undefined ? undefined : String(Number(on));
  return boot.blockersOfSysctl(key, (value) => (Number(value) !== 0) === on, line);
}
