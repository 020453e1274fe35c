import { architecture, elfArchitecture } from './architecture.ts';
import type { InstalledKernel, KernelFacts, ModuleFacts, Reading } from './facts.ts';
import { defined, flag, record, type Sections, words, wordsBehind } from './parse-records.ts';
import type { FactsRequest } from './request.ts';

/** No more modules that need one of request.persistent are believed. */
const OTHERS_LIMIT = 64;

/** What the text says of the running kernel and of others, as far as it was asked. */
export function kernelFacts(
  sections: Sections,
  asked: FactsRequest,
  modulesDisabled: Reading | undefined,
): KernelFacts {
  const [release, machine] = wordsBehind(sections, 'n', 'kernel') ?? [];
  const elf = wordsBehind(sections, 'n', 'elf');
  const others = otherKernels(sections, asked);
  const [own = []] = kernelRecords(sections);
  return defined({
    release,
    arch: elf ? elfArchitecture(elf) : machine && architecture(machine),
    loadable: flag(record(sections, 'n', 'loadable')),
    modulesDirectory: flag(record(sections, 'k', 'dir')),
    moduleList: hasModuleList(own),
    installed: wordsBehind(sections, 'k', 'installed'),
    installedCut: record(sections, 'k', 'cut') === undefined ? undefined : (true as const),
    images: wordsBehind(sections, 'k', 'images'),
    others: others.length > 0 ? others : undefined,
    modulesDisabled,
    config: configuration(record(sections, 'k', 'config') ?? '', asked),
  });
}

/** `CONFIG_X=y` and `# CONFIG_X is not set`. */
function configuration(text: string, asked: FactsRequest): Record<string, string> {
  const options = text.matchAll(/(CONFIG_[A-Z0-9_]+)(?:=([ymn])| is not set)(?= |$)/g);
  const entries = Array.from(options, ([, name = '', value]) => [name, value ?? 'n'] as const);
  return Object.fromEntries(entries.filter(([name]) => asked.options.includes(name)));
}

/**
 * The modules that were asked for, of which anything is known, and those that need one of request.persistent.
 */
export function moduleFacts(sections: Sections, asked: FactsRequest): Record<string, ModuleFacts> {
  const [loaded, inSysfs] = ['modules', 'sysfs'].map((word) => namesOf(wordsBehind(sections, 'n', word)));
  const lists = moduleLists(kernelRecords(sections)[0] ?? []);
  const entries = asked.modules.map((name): [string, ModuleFacts] => [
    name,
    defined<ModuleFacts>({ loaded: loaded?.has(name), inSysfs: inSysfs?.has(name), ...lists.of(name) }),
  ]);
  return withOthers(entries, lists);
}

function withOthers(entries: readonly [string, ModuleFacts][], { others }: ModuleLists): Record<string, ModuleFacts> {
  return Object.fromEntries([...others, ...entries.filter(([, facts]) => Object.keys(facts).length > 0)]);
}

interface ModuleLists {
  of: (name: string) => ModuleFacts;
  /** Modules that need one of request.persistent. */
  others: readonly (readonly [string, ModuleFacts])[];
}

/** What a kernel's modules.builtin and modules.dep say, by its records. */
function moduleLists(records: readonly string[]): ModuleLists {
  const own = new Map([['k', records]]);
  const builtins = namesOf(wordsBehind(own, 'k', 'builtin'));
  const dependencies = wordsBehind(own, 'k', 'dep');
  const lines = dependencies && dependencyLines(dependencies);
  const needing = dependencyLines(wordsBehind(own, 'k', 'needs') ?? []);
  return {
    of: (name) => {
      const line = lines?.get(name);
      return defined<ModuleFacts>({
        builtin: builtins?.has(name),
        file: lines && (line?.file ?? null),
        dependencies: line?.needs,
      });
    },
    others: [...needing].slice(0, OTHERS_LIMIT).map(([name, { file, needs }]) => [name, { file, dependencies: needs }]),
  };
}

function hasModuleList(records: readonly string[]): boolean | undefined {
  if (records.includes('nodep')) return false;
  return records.some((text) => /^dep( |$)/.test(text)) || undefined;
}

/** Words of modules.dep, one line's after the other's: a path with a colon, and what it needs. */
function dependencyLines(paths: readonly string[]): Map<string, { file: string; needs: string[] }> {
  const lines = new Map<string, { file: string; needs: string[] }>();
  let line: { file: string; needs: string[] } | undefined;
  for (const path of paths) {
    if (path.endsWith(':')) {
      line = { file: path.slice(0, -1), needs: [] };
      lines.set(moduleName(path), line);
    } else {
      line?.needs.push(moduleName(path));
    }
  }
  return lines;
}

function otherKernels(sections: Sections, asked: FactsRequest): NonNullable<KernelFacts['others']> {
  return kernelRecords(sections)
    .slice(1)
    .flatMap(([of = '', ...lists]) => {
      const [release] = words(of.slice('of '.length));
      const known = moduleLists(lists);
      const modules = withOthers(
        asked.modules.map((name) => [name, known.of(name)]),
        known,
      );
      return release === undefined
        ? []
        : [defined<InstalledKernel>({ release, modules, moduleList: hasModuleList(lists) })];
    });
}

/** The records of the running kernel, then, each behind its `of NAME`, those of others. */
function kernelRecords(sections: Sections): string[][] {
  const kernels: string[][] = [[]];
  for (const text of sections.get('k') ?? []) {
    if (text.startsWith('of ')) kernels.push([]);
    kernels.at(-1)?.push(text);
  }
  return kernels;
}

const namesOf = (paths: readonly string[] | undefined) => paths && new Set(paths.map(moduleName));

/** kernel/net/bridge/br-netfilter.ko.zst: → br_netfilter */
function moduleName(path: string): string {
  const file = path.split('/').at(-1) ?? '';
  return file.replace(/\.ko.*$/, '').replaceAll('-', '_');
}
