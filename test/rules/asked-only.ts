import type { NodeFacts } from '../../src/facts/facts.ts';
import type { FactsRequest } from '../../src/facts/request.ts';
import { withoutAlternatives } from '../../src/facts/request-keys.ts';
import { isAskedBy } from '../../src/facts/request-paths.ts';
import { acceptRaOf } from '../../src/judge/advertised-routes.ts';

/** A node that tells what it was asked, and nothing else: a rule whose request is too small judges it wrongly, or throws. */
export function askedOnly(facts: NodeFacts, asked: FactsRequest): NodeFacts {
  const { bridges, cni, firewall, advertisedRoutes, patterns = {}, files, paths, ...rest } = facts;
  const only = <Value>(record: Readonly<Record<string, Value>>, names: readonly string[]) =>
    Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)));
  return {
    ...rest,
    asked,
    // With a route comes accept_ra of its link.
    sysctls: only(facts.sysctls, [
      ...asked.sysctls,
      ...(asked.kinds.includes('routes') ? (advertisedRoutes ?? []).map(acceptRaOf) : []),
    ]),
    patterns: only(patterns, asked.sysctls.flatMap(withoutAlternatives)),
    modules: only(facts.modules, asked.modules),
    kernel: { ...facts.kernel, config: only(facts.kernel.config, asked.options) },
    ...(files && { files: files.filter(({ path }) => asked.files.some((one) => tells(path, one))) }),
    ...(paths && { paths: only(paths, asked.paths) }),
    ...(asked.kinds.includes('bridges') && bridges && { bridges }),
    ...(asked.kinds.includes('firewall') && firewall && { firewall }),
    ...(asked.kinds.includes('cni') && cni !== undefined && { cni }),
    ...(asked.kinds.includes('routes') && advertisedRoutes && { advertisedRoutes }),
  };
}

/** A directory that could not be listed tells so of all that would stand in it. */
function tells(path: string, asked: string): boolean {
  return isAskedBy(path, asked) || asked.startsWith(`${path}/*`);
}
