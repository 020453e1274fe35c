import type { BootInputs, NodeFacts } from '../facts/facts.ts';
import { combinations, type Option } from './possibilities.ts';
import type { Kernel } from './sysctl-kernel.ts';
import { SYSCTL_KEYS, type SysctlKey } from './sysctl-keys.ts';
import { type ProgramName, run } from './sysctl-programs.ts';
import { type BootValue, settleAll } from './sysctl-value.ts';

/** The releases of procps that read files differently. */
export const PROCPS_RELEASES = [
  { is: 'newest procps', assuming: 'if procps is newer than 4.0.2' },
  { is: 'procps 4.0', assuming: 'if procps is 4.0' },
  { is: 'procps 3.3.17', assuming: 'if procps is 3.3.17' },
  { is: 'procps before 3.3.17', assuming: 'if procps is older than 3.3.17' },
] as const satisfies readonly Option<ProgramName>[];

/** Which value `sysctl --system` would give each of these sysctls of the running node, and what decides. */
export function simulateReapply<K extends SysctlKey>(
  inputs: BootInputs,
  keys: readonly K[],
  now: NodeFacts['sysctls'],
): Readonly<Record<K, BootValue>> {
  const runs = combinations<{ program: ProgramName }>({ program: PROCPS_RELEASES }).map(({ assuming, world }) => ({
    assuming,
    outcome: run(world.program, runningKernel(now), inputs.sysctl),
  }));
  return settleAll(keys, runs);
}

/** The sysctls as they are. One that could not be read is there, as far as is known, with a value that is not known. */
export function runningKernel(now: NodeFacts['sysctls']): Kernel {
  const kernel: Kernel = new Map();
  for (const key of SYSCTL_KEYS) {
    const reading = now[key];
    if (reading?.is === 'value') kernel.set(key, { value: reading.value, source: { unchanged: true } });
    else if (reading?.is !== 'absent') kernel.set(key, { value: undefined, because: `${key} could not be read` });
  }
  return kernel;
}
