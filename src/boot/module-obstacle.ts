import type { BootInputs } from '../facts/facts.ts';
import type { ModuleBoot } from './module-boot.ts';
import type { Obstacle } from './obstacles.ts';
import { type ServiceOff, serviceState } from './service.ts';

/** What stands in the way of a module at the boot; undefined: nothing that is known. */
export function moduleObstacle({ stoppedBy }: ModuleBoot, boot: BootInputs): Obstacle | undefined {
  if (!stoppedBy || !('unit' in stoppedBy)) return stoppedBy;
  return serviceOff(stoppedBy.unit, boot);
}

/** OpenRC's services have no suffix. */
function serviceOff(unit: string, boot: BootInputs): ServiceOff | undefined {
  if (unit === 'modules') return { unit, how: 'in no runlevel', because: `the service ${unit} is in no runlevel` };
  const state = serviceState('systemd-modules-load.service', boot);
  return state.is === 'off' ? state.off : undefined;
}
