import { place } from '../facts/origin.ts';
import type { Option } from './sysctl-value.ts';
import type { SysctlWrite } from './sysctl-writes.ts';

/** Which writes of units and scripts take place, and when: before the service that sets the sysctls; before and after agents. */
export interface Later {
  readonly early: readonly SysctlWrite[];
  readonly beforeAgents: readonly SysctlWrite[];
  readonly afterAgents: readonly SysctlWrite[];
}

const NOTHING: Later = { early: [], beforeAgents: [], afterAgents: [] };
/** More of those that may take place are a riddle; the rest is taken together. */
const LIMIT = 8;

/**
 * The ways in which the writes may go. Units start side by side, so that none of two is known to come first; a write that may not take
 * place is tried on its own.
 */
export function laterOptions(writes: readonly SysctlWrite[], hasAgents: boolean): readonly Option<Later>[] {
  const sure = writes.filter((write) => write.sure);
  const unsure = writes.filter((write) => !write.sure);
  const first = sure[0] ?? unsure[0];
  if (!first) return [{ is: NOTHING, assuming: '' }];
  const options: Option<Later>[] = [
    {
      is: { ...NOTHING, beforeAgents: sure },
      assuming: unsure.length > 0 ? 'without that' : `if ${place(first.at)} comes first`,
    },
  ];
  const [last] = sure.slice(-1);
  if (last && (hasAgents || sure.length > 1)) {
    options.push({ is: { ...NOTHING, afterAgents: sure.toReversed() }, assuming: `if ${place(first.at)} comes last` });
  }
  const early = sure.filter((write) => write.early);
  if (early[0]) {
    const others = sure.filter((write) => !write.early);
    options.push({
      is: { ...NOTHING, early, beforeAgents: others },
      assuming: `if ${place(early[0].at)} comes before sysctls are set`,
    });
  }
  const groups = unsure.length > LIMIT ? [unsure] : unsure.map((write) => [write]);
  for (const group of groups) {
    const [one] = group;
    if (one)
      options.push({ is: { ...NOTHING, beforeAgents: [...sure, ...group] }, assuming: `if ${place(one.at)} is run` });
  }
  return options;
}
