import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import type { ModuleBoot, ModuleName } from './module-boot.ts';
import { wayToModule } from './module-obstacles.ts';
import { simulateModuleBoot } from './modules.ts';
import type { Way } from './obstacles.ts';
import type { SysctlKey } from './sysctl-keys.ts';
import { bootValue } from './sysctl-node.ts';
import { wayToSysctl } from './sysctl-obstacles.ts';
import { simulateReapply } from './sysctl-reapply.ts';
import type { BootValue } from './sysctl-value.ts';

export type Blockers = Way;

export interface Boot {
  sysctl(key: string): BootValue;
  reapply(key: string): BootValue;
  module(name: string): ModuleBoot;
  moduleOnDemand(name: string): ModuleBoot;
  sysctlOnceLoaded(key: string): BootValue;
  lateSysctl(key: string): BootValue;
  blockersOfModule(name: string): Blockers;
  blockersOfSysctl(key: string, right: (value: string) => boolean, line?: string): Blockers;
}

export function bootOf(facts: NodeFacts, profile: ClusterProfile, own: { sysctl: string; modules: string }): Boot {
  return {
    sysctl: (key) => bootValue(key as SysctlKey, facts, profile),
    reapply: (key) => simulateReapply(facts.boot, [key as SysctlKey], facts.sysctls)[key as SysctlKey],
    module: (name) => simulateModuleBoot(facts, name as ModuleName, profile),
    moduleOnDemand: (name) => simulateModuleBoot(facts, name as ModuleName, profile),
    sysctlOnceLoaded: (key) => bootValue(key as SysctlKey, facts, profile, 'before'),
    lateSysctl: (key) => bootValue(key as SysctlKey, facts, profile),
    blockersOfModule: (name) => wayToModule(name as ModuleName, own.modules, facts, profile),
    blockersOfSysctl: (key, right, line) =>
      wayToSysctl(
        { key: key as SysctlKey, on: right('1'), ...(line !== undefined && { ownFile: own.sysctl }) },
        facts,
        profile,
      ),
  };
}
