import {
  type BootInputs,
  type Bridge,
  FILE_SYSTEM_PLACES,
  type FileSystemPlace,
  type InstalledKernel,
  type KernelFacts,
  type ModuleFacts,
  type NodeFacts,
  type Reading,
  type WantedUnit,
} from './facts.ts';
import { configFiles, networkConfiguration, osRelease } from './parse-files.ts';
import { complete, record, type Sections, sectionsOf, words } from './parse-records.ts';
import { exchanged } from './sysctl-name.ts';

/** The kernel modules that the probe looks for. */
const MODULES = ['br_netfilter', 'nf_conntrack', 'bridge', 'ipv6'] as const;

/** What the letters in the probe's `n dropped` record stand for, as paths into NodeFacts. */
const SECTION_NAMES: ReadonlyMap<string, string> = new Map([
  ['b', 'bridges'],
  ['k', 'kernel'],
  ['o', 'os'],
  ['c', 'cni'],
  ['i', 'boot'],
  ['a', 'boot.commandLine'],
  ['u', 'boot.mentions'],
  ['p', 'boot.modprobe'],
  ['m', 'boot.modulesLoad'],
  ['s', 'boot.sysctl'],
]);

/**
 * Reads the probe's text. Pure; throws on no input, because the text is the node's and may be anything. What is missing,
 * garbled or cut stays undefined: a text that is not the probe's gives facts that are all unknown.
 */
export function parseFacts(text: string): NodeFacts {
  const sections = sectionsOf(text);
  const { 'kernel.modules_disabled': modulesDisabled, ...sysctls } = readings(sections);
  const container = record(sections, 'o', 'container');
  return defined({
    netns: namespaces(sections),
    kernel: kernel(sections, modulesDisabled),
    os: osRelease(sections),
    container: container === undefined ? undefined : (words(container)[0] ?? null),
    sysctls,
    advertisedRoutes: advertisedRoutes(sections),
    modules: modules(sections),
    bridges: complete(sections, 'b')?.flatMap(bridge),
    cni: networkConfiguration(sections),
    boot: boot(sections),
    dropped: dropped(sections),
  });
}

/** The same object without its undefined properties: exactOptionalPropertyTypes tells the two apart. */
function defined<T extends object>(object: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

function namespaces(sections: Sections): NodeFacts['netns'] {
  const inode = (word: string) => /^\d{1,20}$/.exec(record(sections, 'n', word) ?? '')?.[0];
  // Without hostPID process 1 is the probe's own, and its namespace proves nothing.
  const own = record(sections, 'n', 'own') !== undefined;
  return defined({ self: inode('self'), init: own ? undefined : inode('init') });
}

/** The sysctls by their dotted names. A path with a component that leads elsewhere is none of the probe's. */
function readings(sections: Sections): Record<string, Reading> {
  const entries = (sections.get('n') ?? []).flatMap((text): [string, Reading][] => {
    const [, path = '', mark = '', value = ''] = /^v ([\w./+@-]{1,100}) ([=!-])(.{0,200})$/.exec(text) ?? [];
    const reading = readingOf(mark, value);
    return reading && !path.split('/').includes('..') ? [[exchanged(path), reading]] : [];
  });
  return Object.fromEntries(entries);
}

/** The links named in `ra PATH…`, each once. */
function advertisedRoutes(sections: Sections): string[] | undefined {
  const found = record(sections, 'n', 'ra');
  const links = found?.split(' ').flatMap((path) => /^net\/ipv6\/conf\/([^/]{1,15})\/accept_ra$/.exec(path)?.[1] ?? []);
  return links && [...new Set(links)];
}

function readingOf(mark: string, value: string): Reading | undefined {
  if (mark === '=') return { is: 'value', value };
  if (value !== '') return undefined;
  if (mark === '-') return { is: 'absent' };
  return mark === '!' ? { is: 'unreadable' } : undefined;
}

function kernel(sections: Sections, modulesDisabled: Reading | undefined): KernelFacts {
  const [release, arch] = words(record(sections, 'n', 'kernel') ?? '');
  const installed = record(sections, 'k', 'installed');
  const images = record(sections, 'k', 'images');
  const others = otherKernels(sections);
  const [own = []] = kernelRecords(sections);
  return defined({
    release,
    arch,
    loadable: flag(record(sections, 'n', 'loadable')),
    modulesDirectory: flag(record(sections, 'k', 'dir')),
    moduleList: hasModuleList(own),
    installed: installed === undefined ? undefined : words(installed),
    installedCut: record(sections, 'k', 'cut') === undefined ? undefined : (true as const),
    images: images === undefined ? undefined : words(images),
    others: others.length > 0 ? others : undefined,
    modulesDisabled,
    config: configuration(record(sections, 'k', 'config') ?? ''),
  });
}

/** `CONFIG_X=y` and `# CONFIG_X is not set`. */
function configuration(text: string): Record<string, string> {
  const options = text.matchAll(/(CONFIG_[A-Z0-9_]+)(?:=([ymn])| is not set)(?= |$)/g);
  return Object.fromEntries(Array.from(options, ([, name, value]) => [name, value ?? 'n']));
}

function modules(sections: Sections): Record<string, ModuleFacts> {
  const [loaded, inSysfs] = ['modules', 'sysfs'].map((word) => {
    const found = record(sections, 'n', word);
    return found === undefined ? undefined : new Set(words(found).map(moduleName));
  });
  const lists = moduleLists(kernelRecords(sections)[0] ?? []);
  const entries = MODULES.map((name): [string, ModuleFacts] => [
    name,
    defined<ModuleFacts>({ loaded: loaded?.has(name), inSysfs: inSysfs?.has(name), ...lists.of(name) }),
  ]);
  return moduleFacts(entries, lists);
}

function moduleFacts(entries: readonly [string, ModuleFacts][], { others }: ModuleLists): Record<string, ModuleFacts> {
  return Object.fromEntries([...others, ...entries.filter(([, facts]) => Object.keys(facts).length > 0)]);
}

interface ModuleLists {
  of: (name: string) => ModuleFacts;
  /** Modules that need br_netfilter. */
  others: readonly (readonly [string, ModuleFacts])[];
}

/** What a kernel's modules.builtin and modules.dep say, by its records. */
function moduleLists(records: readonly string[]): ModuleLists {
  const own = new Map([['k', records]]);
  const builtin = record(own, 'k', 'builtin');
  const dependencies = record(own, 'k', 'dep');
  const builtins = builtin === undefined ? undefined : new Set(words(builtin).map(moduleName));
  const lines = dependencies === undefined ? undefined : dependencyLines(words(dependencies));
  const needing = dependencyLines(words(record(own, 'k', 'needs') ?? ''));
  return {
    of: (name) => {
      const line = lines?.get(name);
      return defined<ModuleFacts>({
        builtin: builtins?.has(name),
        file: lines && (line?.file ?? null),
        dependencies: line?.needs,
      });
    },
    others: [...needing].map(([name, { file, needs }]) => [name, { file, dependencies: needs }]),
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

function otherKernels(sections: Sections): NonNullable<KernelFacts['others']> {
  return kernelRecords(sections)
    .slice(1)
    .flatMap(([of = '', ...lists]) => {
      const [release] = words(of.slice('of '.length));
      const known = moduleLists(lists);
      const modules = moduleFacts(
        MODULES.map((name) => [name, known.of(name)]),
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

/** kernel/net/bridge/br-netfilter.ko.zst: → br_netfilter */
function moduleName(path: string): string {
  const file = path.split('/').at(-1) ?? '';
  return file.replace(/\.ko.*$/, '').replaceAll('-', '_');
}

function bridge(text: string): Bridge[] {
  const [name, iptables, ip6tables, count, ...ports] = words(text);
  if (name === undefined || !/^\d{1,6}$/.test(count ?? '')) return [];
  return [
    defined<Bridge>({
      name,
      nfCallIptables: flag(iptables),
      nfCallIp6tables: flag(ip6tables),
      portCount: Number(count),
      ports: ports.slice(0, 8),
    }),
  ];
}

function boot(sections: Sections): BootInputs {
  const [init] = words(record(sections, 'i', 'comm') ?? '');
  const [id] = words(record(sections, 'i', 'boot') ?? '');
  const unitsThat = (word: string) => {
    const found = record(sections, 'i', word);
    return found === undefined ? undefined : words(found);
  };
  const runlevels = record(sections, 'i', 'runlevels');
  const mentions = configFiles(sections, 'u');
  return defined({
    id,
    init,
    commandLine: sections.get('a')?.[0],
    maskedUnits: unitsThat('masked'),
    absentUnits: unitsThat('absent'),
    replacedUnits: unitsThat('replaced'),
    sysctl: configFiles(sections, 's'),
    modulesLoad: configFiles(sections, 'm'),
    modprobe: configFiles(sections, 'p'),
    mentions,
    fileSystems: fileSystems(sections),
    wantedUnits: mentions && wantedUnits(sections),
    runlevels: runlevels === undefined ? undefined : words(runlevels),
  });
}

/** `fs TYPE…`, one for each place in their order. */
function fileSystems(sections: Sections): BootInputs['fileSystems'] {
  const types = (record(sections, 'n', 'fs') ?? '').split(' ');
  if (types.length !== FILE_SYSTEM_PLACES.length || !types.every((type) => /^[\w.-]{1,32}$/.test(type)))
    return undefined;
  const entries = FILE_SYSTEM_PLACES.map((place, index) => [place, types[index] ?? '']);
  return Object.fromEntries(entries) as Record<FileSystemPlace, string>;
}

/** `wanted multi-user.target.wants/x.service`; a 0 behind it: a link to /dev/null, which hides an entry of the same name elsewhere. */
function wantedUnits(sections: Sections): WantedUnit[] {
  const records = (sections.get('i') ?? []).filter((text) => text.startsWith('wanted ')).map((text) => words(text));
  const masked = new Set(records.flatMap(([, entry, mask]) => (entry !== undefined && mask === '0' ? [entry] : [])));
  const entries = new Set(records.flatMap(([, entry]) => (entry === undefined || masked.has(entry) ? [] : [entry])));
  return [...entries].flatMap((entry) => {
    const [, by, unit] = /^([^/]+)\.(?:wants|requires)\/([^/]+)$/.exec(entry) ?? [];
    return by === undefined || unit === undefined ? [] : [{ unit, by }];
  });
}

function dropped(sections: Sections): string[] {
  const letters = (sections.get('n') ?? [])
    .filter((text) => text.startsWith('dropped '))
    .flatMap((text) => words(text).slice(1));
  return [...new Set(letters)].flatMap((letter) => SECTION_NAMES.get(letter) ?? []);
}

function flag(text: string | undefined): boolean | undefined {
  return text === '1' ? true : text === '0' ? false : undefined;
}
