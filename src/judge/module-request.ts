import { knownModule } from '../boot/known-modules.ts';
import type { FactsRequest } from '../facts/request.ts';

/**
 * What has to be read to tell where modules stand, now and at the next boot.
 * @param persistent nothing loads them by itself, so that units and udev rules that do are followed
 */
export function requestOfModules(modules: readonly string[], persistent: boolean): Partial<FactsRequest> {
  return {
    modules,
    options: modules.flatMap((name) => knownModule(name)?.option ?? []),
    ...(persistent && { persistent: modules }),
  };
}
