import type { ClusterProfile } from '../cluster/profile.ts';
import type { BootInputs, NodeFacts } from '../facts/facts.ts';
import type { ModuleBoot, ModuleName } from './module-boot.ts';
import { simulateModuleBoot } from './modules.ts';
import { appended, findWay, type Obstacle, type Way } from './obstacles.ts';
import { type ServiceOff, serviceState } from './service.ts';

/**
 * What has to go before a boot loads a module, and whether a line of one's own is needed besides.
 * @param ownFile the file for that line
 */
export function wayToModule(name: ModuleName, ownFile: string, facts: NodeFacts, profile: ClusterProfile): Way {
  const simulate = (boot: BootInputs) => simulateModuleBoot({ ...facts, boot }, name, profile);
  return findWay(
    facts.boot,
    (boot) => ({ ...boot, modulesLoad: appended(boot.modulesLoad, ownFile, name) }),
    (boot) => !['never', 'unknown'].includes(simulate(boot).present),
    (boot) => inTheWay(simulate(boot), boot),
  );
}

function inTheWay({ stoppedBy }: ModuleBoot, boot: BootInputs): Obstacle | undefined {
  if (!stoppedBy || !('unit' in stoppedBy)) return stoppedBy;
  return serviceOff(stoppedBy.unit, boot);
}

/** OpenRC's services have no suffix. */
function serviceOff(unit: string, boot: BootInputs): ServiceOff | undefined {
  if (unit === 'modules') return { unit, how: 'in no runlevel', because: `the service ${unit} is in no runlevel` };
  const state = serviceState('systemd-modules-load.service', boot);
  return state.is === 'off' ? state.off : undefined;
}
