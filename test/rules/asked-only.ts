import { globMatches, isGlob } from '../../src/boot/glob.ts';
import { systemdLine } from '../../src/boot/sysctl-lines.ts';
import type { ConfigFile, NodeFacts } from '../../src/facts/facts.ts';
import type { FactsRequest } from '../../src/facts/request.ts';
import { withoutAlternatives } from '../../src/facts/request-keys.ts';
import { isAskedBy } from '../../src/facts/request-paths.ts';
import { swapDotsAndSlashes } from '../../src/facts/sysctl-name.ts';
import { acceptRaOf } from '../../src/judge/advertised-routes.ts';

/** A node that tells what it was asked, and nothing else: a rule whose request is too small judges it wrongly, or throws. */
export function askedOnly(facts: NodeFacts, asked: FactsRequest): NodeFacts {
  const { bridges, cni, firewall, advertisedRoutes, patterns = {}, files, paths, ...rest } = facts;
  const { sysctl } = facts.boot;
  // With a route comes accept_ra of its link.
  const links = asked.kinds.includes('routes') ? (advertisedRoutes ?? []) : [];
  const sysctls = [...asked.sysctls, ...links.map(acceptRaOf)];
  const only = <Value>(record: Readonly<Record<string, Value>>, names: readonly string[]) =>
    Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)));
  return {
    ...rest,
    asked,
    sysctls: only(facts.sysctls, sysctls),
    patterns: only(patterns, asked.sysctls.flatMap(withoutAlternatives)),
    modules: only(facts.modules, asked.modules),
    kernel: { ...facts.kernel, config: only(facts.kernel.config, asked.options) },
    boot: { ...facts.boot, ...(sysctl && { sysctl: sysctl.map((one) => withoutOthers(one, sysctls)) }) },
    ...(files && { files: files.filter(({ path }) => asked.files.some((one) => tells(path, one))) }),
    ...(paths && { paths: only(paths, asked.paths) }),
    ...(asked.kinds.includes('bridges') && bridges && { bridges }),
    ...(asked.kinds.includes('firewall') && firewall && { firewall }),
    ...(asked.kinds.includes('cni') && cni !== undefined && { cni }),
    ...(asked.kinds.includes('routes') && advertisedRoutes && { advertisedRoutes }),
  };
}

/** The file without the lines that set what nobody asked; a pattern may set anything. */
function withoutOthers(file: ConfigFile, sysctls: readonly string[]): ConfigFile {
  const asked = sysctls.flatMap(withoutAlternatives).map(swapDotsAndSlashes);
  const kept = [...asked, ...asked.map(inherited)];
  const isAsked = (path: string) =>
    isGlob(path) || kept.includes(inherited(path)) || kept.some((one) => globMatches(one, path));
  const lines = file.lines.filter(({ text }) => {
    const path = systemdLine(text)?.path;
    return path === undefined || isAsked(path);
  });
  return { ...file, lines };
}

/** With which a sysctl of an interface starts; of another one: itself. */
function inherited(path: string): string {
  return path.replace(/^(net\/ipv[46]\/(?:conf|neigh))\/[^/]+(?=\/[^/]+$)/, '$1/default');
}

/** A directory that could not be listed tells so of all that would stand in it. */
function tells(path: string, asked: string): boolean {
  return isAskedBy(path, asked) || asked.startsWith(`${path}/*`);
}
