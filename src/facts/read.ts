import type { ModuleFacts, NodeFacts, Reading } from './facts.ts';

export function readSysctl(facts: NodeFacts, key: string): Reading {
  return facts.sysctls[key] ?? { is: 'missing' as never };
}
export function readModule(facts: NodeFacts, name: string): ModuleFacts {
  return facts.modules[name] ?? {};
}
