import type { ModuleName } from '../boot/module-boot.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { moduleState, whyInactive } from './module.ts';
import { type Judgement, sysctlPath, undetermined } from './reading.ts';
import { activateModule } from './remedy.ts';

/**
 * Judges a module by its functional path: the sysctl `key` that exists only while the module is at work. What lsmod, /sys/module or a
 * file on disk say never decides, it only explains.
 */
export function judgeActive(name: ModuleName, key: string, facts: NodeFacts, profile: ClusterProfile): Judgement {
  const reading = facts.sysctls[key];
  if (reading?.is === 'absent') return judgeAbsent(name, key, 'present', facts, profile);
  if (reading?.is !== 'value') {
    return { ...undetermined(key, reading, 'present'), module: { name, state: moduleState(name, facts, false) } };
  }
  return {
    now: { verdict: 'pass', expected: 'present', actual: 'present' },
    module: { name, state: moduleState(name, facts, true) },
    message: `${sysctlPath(key)} exists`,
    remedy: [],
  };
}

/** The judgement when a module's sysctl does not exist, whatever was expected of it. */
export function judgeAbsent(
  name: ModuleName,
  key: string,
  expected: string,
  facts: NodeFacts,
  profile: ClusterProfile,
): Judgement {
  const inactivity = whyInactive(name, facts);
  const { cause, why, source } = inactivity;
  return {
    now: { verdict: 'fail', expected, actual: 'absent', cause, ...(source && { source }) },
    module: { name, state: moduleState(name, facts, false) },
    message: `${sysctlPath(key)} does not exist`,
    why,
    remedy: activateModule(name, facts, profile, inactivity),
  };
}
