import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import type { ModuleBoot } from './module-boot.ts';
import { simulateModuleBoot } from './modules.ts';
import { bootKernels } from './modules-kernel.ts';
import { isAlpineOpenrc } from './openrc.ts';
import { sysctlAgents } from './sysctl-agents.ts';
import { type ModulePresence, simulateSysctlBoot } from './sysctl-boot.ts';
import { type SysctlKey, sysctl } from './sysctl-keys.ts';
import type { BootValue } from './sysctl-value.ts';
import { oldestSystemd } from './systemd-release.ts';

/**
 * Which value a sysctl will have after the next boot of a node of this cluster.
 * @param assumed when br_netfilter comes, where that is not to be simulated
 */
export function bootValue(
  key: SysctlKey,
  facts: NodeFacts,
  profile: ClusterProfile,
  assumed?: ModulePresence,
): BootValue {
  const module = assumed === undefined ? simulateModuleBoot(facts, 'br_netfilter', profile) : undefined;
  if (module?.sysctlsUnclear !== undefined && sysctl(key).needs === 'br_netfilter') {
    return { is: 'unknown', because: module.sysctlsUnclear, others: [] };
  }
  const brNetfilter = module ? presence(module) : (assumed ?? 'unknown');
  if (brNetfilter === 'unknown') {
    // Whether the module comes at all is br-netfilter's finding: here it matters only when.
    const [before, after] = (['before', 'after'] as const).map((when) => bootValue(key, facts, profile, when));
    if (before && after && sameValue(before, after)) return before;
  }
  const context = {
    brNetfilter,
    openrc: isAlpineOpenrc(facts),
    oldestSystemd: oldestSystemd(facts.os),
    kernelReleases: releases(facts),
    agents: sysctlAgents(profile),
  };
  return simulateSysctlBoot(bootInputs(facts), [key], context)[key];
}

/** A container engine starts a node without some of a system's units, and what they would have done the engine does. */
function bootInputs({ boot, container }: NodeFacts): NodeFacts['boot'] {
  return container ? { ...boot, absentUnits: [], replacedUnits: [] } : boot;
}

/** Those of the kernels that may boot. */
function releases(facts: NodeFacts): string[] {
  const { kernels, unread } = bootKernels(facts);
  return [...kernels.map(({ release }) => release), ...unread];
}

function sameValue(a: BootValue, b: BootValue): boolean {
  return a.is === b.is && (a.is !== 'value' || b.is !== 'value' || a.value === b.value);
}

/**
 * When the bridge's sysctls come to be. A module that is never loaded is br-netfilter's finding: here it counts as loaded later
 * on, so that a line that sets 0 is not hidden behind it. A udev rule that has the files applied when the module comes makes of it
 * what a module makes that is there before.
 */
function presence({ present, source, reapplied }: ModuleBoot): ModulePresence {
  if (present === 'unknown') return 'unknown';
  if (present === 'before-sysctl') return source ? 'before' : 'builtin';
  if (reapplied) return 'before';
  return present === 'some-time' ? 'unknown' : 'after';
}
