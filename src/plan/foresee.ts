import type { ModuleName } from '../boot/module-boot.ts';
import type { NodeFacts, Reading } from '../facts/facts.ts';
import { SHOWN_BY } from '../judge/module.ts';
import { withLines } from './own-files.ts';
import type { Step } from './plan.ts';

/** The sysctls that come with a module. The bridge's start with 1; of the other one it only matters that it is there. */
const COMES_WITH: Readonly<Record<ModuleName, readonly string[]>> = {
  br_netfilter: ['iptables', 'ip6tables', 'arptables'].map((name) => `net.bridge.bridge-nf-call-${name}`),
  nf_conntrack: [SHOWN_BY.nf_conntrack],
};

/** What a node would tell after these steps, if every one of them did what it says: what the next boot is simulated on. */
export function foresee(facts: NodeFacts, steps: readonly Step[]): NodeFacts {
  const sysctls: Record<string, Reading> = { ...facts.sysctls };
  const modules: Record<string, NodeFacts['modules'][string]> = { ...facts.modules };
  for (const step of steps) {
    if (step.do === 'set-sysctl') sysctls[step.key] = { is: 'value', value: step.after };
    if (step.do !== 'load-module') continue;
    modules[step.module] = { ...modules[step.module], loaded: true };
    const keys = Object.hasOwn(COMES_WITH, step.module) ? COMES_WITH[step.module as ModuleName] : [];
    for (const key of keys) if (sysctls[key]?.is === 'absent') sysctls[key] = { is: 'value', value: '1' };
  }
  const kept = {
    sysctls: steps.flatMap((step) => (step.do === 'keep-sysctl' ? [[step.key, step.after] as const] : [])),
    modules: steps.flatMap((step) => (step.do === 'keep-module' ? [step.module] : [])),
  };
  return { ...facts, sysctls, modules, boot: withLines(facts, kept) };
}
