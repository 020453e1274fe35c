import { knownModule } from '../boot/known-modules.ts';
import { withOwnLines } from '../boot/own-lines.ts';
import type { NodeFacts, Reading } from '../facts/facts.ts';
import { OWN_FILES } from '../systems/own-files.ts';
import type { Step } from './plan.ts';

/** What a node would tell after these steps, if every one of them did what it says: what the next boot is simulated on. */
export function factsAfter(facts: NodeFacts, steps: readonly Step[]): NodeFacts {
  const sysctls: Record<string, Reading> = { ...facts.sysctls };
  const modules: Record<string, NodeFacts['modules'][string]> = { ...facts.modules };
  for (const step of steps) {
    if (step.do === 'set-sysctl') sysctls[step.key] = { is: 'value', value: step.after };
    if (step.do !== 'load-module') continue;
    modules[step.module] = { ...modules[step.module], loaded: true };
    // The bridge's start with 1; of others it only matters that they are there.
    for (const key of knownModule(step.module)?.brings ?? [])
      if (sysctls[key]?.is === 'absent') sysctls[key] = { is: 'value', value: '1' };
  }
  const kept = {
    sysctls: steps.flatMap((step) => (step.do === 'keep-sysctl' ? [[step.key, step.after] as const] : [])),
    modules: steps.flatMap((step) => (step.do === 'keep-module' ? [step.module] : [])),
  };
  return { ...facts, sysctls, modules, boot: withOwnLines(facts.boot, kept, OWN_FILES, true) };
}
