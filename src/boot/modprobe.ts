import type { Origin } from '../facts/origin.ts';
import { fnmatch } from './glob.ts';
import { type Denial, type Install, type ModprobeConfig, normalizeName } from './modprobe-config.ts';

/** What is known of a kernel's modules. Names with underscores. */
export interface ModuleTree {
  /**
   * The modules that this one needs, in the order of modules.dep; null: modules.dep does not name it; undefined: not known.
   */
  dependencies(name: string): readonly string[] | null | undefined;
  /** In modules.builtin; undefined: not known. */
  builtin(name: string): boolean | undefined;
}

/** A module that a name leads to. */
export interface Candidate {
  readonly module: string;
  /** The alias line that led to it. */
  readonly alias?: { readonly pattern: string; readonly at: Origin };
  /** The install line by which a name that modules.dep does not know was found; it goes before patterns that cover the name. */
  readonly install?: Install;
}

/** One thing that modprobe does. A required step that fails ends the attempt; a soft dependency's does not. */
export type Step = { readonly module: string; readonly required: boolean } & (
  | { readonly does: 'insert' }
  | { readonly does: 'run'; readonly install: Install }
);

/**
 * The modules that a name stands for, as libkmod looks it up: aliases of modprobe.d first (so that one can lead a module's own name
 * away from it), then modules.dep, install and remove lines, modules.builtin. undefined: whether there is such a module is not known.
 */
export function lookup(name: string, config: ModprobeConfig, tree: ModuleTree): Candidate[] | undefined {
  const normal = normalizeName(name);
  if (normal === undefined) return [];
  const aliases = config.aliases.filter(({ pattern }) => fnmatch(pattern, normal));
  if (aliases.length > 0) return aliases.map(({ pattern, module, at }) => ({ module, alias: { pattern, at } }));
  const dependencies = tree.dependencies(normal);
  if (dependencies) return [{ module: normal }];
  const install = config.installs.find(({ pattern }) => pattern === normal);
  if (install) return [{ module: normal, install }];
  if (config.removals.includes(normal) || tree.builtin(normal)) return [{ module: normal }];
  return dependencies === undefined || tree.builtin(normal) === undefined ? undefined : [];
}

/** The line that denies the module to whoever asks libkmod to apply its blacklist. Other than elsewhere, names are no patterns. */
export function denialOf(module: string, config: ModprobeConfig): Denial | undefined {
  return config.denials.find((denial) => denial.module === module);
}

/**
 * What modprobe does to load a module, in order: what it depends on, its soft dependencies, itself; nothing for one that is built
 * in. One of the others that is built in, or that modules.dep does not name, is a step like any other.
 */
export function steps(candidate: Candidate, config: ModprobeConfig, tree: ModuleTree): Step[] {
  if (tree.builtin(candidate.module)) return [];
  const required = new Set([keyOf(candidate), ...(tree.dependencies(candidate.module) ?? [])]);
  const visited = new Set<string>();
  const found: Step[] = [];

  function visit(next: Candidate): void {
    if (visited.has(keyOf(next))) return;
    visited.add(keyOf(next));
    // libkmod builds its list of dependencies from the end of the line.
    for (const dependency of [...(tree.dependencies(next.module) ?? [])].reverse())
      withSoftDependencies({ module: dependency });
    withSoftDependencies(next);
  }

  function withSoftDependencies(next: Candidate): void {
    const { module, install } = next;
    const soft = config.softDependencies.find(({ pattern }) => fnmatch(pattern, module));
    const pre = (soft?.pre ?? []).flatMap((name) => lookup(name, config, tree) ?? []);
    const post = (soft?.post ?? []).flatMap((name) => lookup(name, config, tree) ?? []);
    pre.forEach(visit);
    const known = install ?? config.installs.find(({ pattern }) => fnmatch(pattern, module));
    // libkmod leaves the install line of a module with soft dependencies aside.
    found.push(step(next, pre.length + post.length > 0 ? undefined : known));
    post.forEach(visit);
  }

  function step(next: Candidate, install: Install | undefined): Step {
    const about = { module: next.module, required: required.has(keyOf(next)) };
    return install ? { ...about, does: 'run', install } : { ...about, does: 'insert' };
  }

  visit(candidate);
  return found;
}

/** What an alias leads to is not the same thing to libkmod as the module of that name. */
function keyOf({ module, alias }: Candidate): string {
  return alias ? `${module}\\${alias.pattern}` : module;
}
