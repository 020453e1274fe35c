import type { NodeFacts } from '../../src/facts/facts.ts';
import type { FactsRequest } from '../../src/facts/request.ts';
import { withoutAlternatives } from '../../src/facts/request-keys.ts';

/** A node that tells what it was asked, and nothing else: a rule whose request is too small judges it wrongly, or throws. */
export function askedOnly(facts: NodeFacts, asked: FactsRequest): NodeFacts {
  const { bridges, cni, advertisedRoutes, patterns = {}, ...rest } = facts;
  const only = <Value>(record: Readonly<Record<string, Value>>, names: readonly string[]) =>
    Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)));
  return {
    ...rest,
    asked,
    sysctls: only(facts.sysctls, asked.sysctls),
    patterns: only(patterns, asked.sysctls.flatMap(withoutAlternatives)),
    modules: only(facts.modules, asked.modules),
    kernel: { ...facts.kernel, config: only(facts.kernel.config, asked.options) },
    ...(asked.kinds.includes('bridges') && bridges && { bridges }),
    ...(asked.kinds.includes('cni') && cni !== undefined && { cni }),
    ...(asked.kinds.includes('routes') && advertisedRoutes && { advertisedRoutes }),
  };
}
