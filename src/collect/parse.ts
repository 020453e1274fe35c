import type { BootInputs, Bridge, KernelFacts, ModuleFacts, NodeFacts, Reading } from './facts.ts';
import { configFiles, networkConfiguration, osRelease } from './parse-files.ts';
import { complete, record, type Sections, sectionsOf, words } from './parse-records.ts';

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

/** The sysctls by their dotted names. None of the probe's keys has an interface's name in it, which could have dots. */
function readings(sections: Sections): Record<string, Reading> {
  const entries = (sections.get('n') ?? []).flatMap((text): [string, Reading][] => {
    const [, path = '', mark = '', value = ''] = /^v ([a-z0-9_/-]{1,100}) ([=!-])(.{0,200})$/.exec(text) ?? [];
    const reading = readingOf(mark, value);
    return reading ? [[path.replaceAll('/', '.'), reading]] : [];
  });
  return Object.fromEntries(entries);
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
  return defined({
    release,
    arch,
    loadable: flag(record(sections, 'n', 'loadable')),
    modulesDirectory: flag(record(sections, 'k', 'dir')),
    installed: installed === undefined ? undefined : words(installed),
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
  const [loaded, inSysfs, builtin, files] = (
    [
      ['n', 'modules'],
      ['n', 'sysfs'],
      ['k', 'builtin'],
      ['k', 'dep'],
    ] as const
  ).map(([letter, word]) => {
    const found = record(sections, letter, word);
    return found === undefined ? undefined : new Map(words(found).map((path) => [moduleName(path), path]));
  });
  const entries = MODULES.map((name): [string, ModuleFacts] => [
    name,
    defined<ModuleFacts>({
      loaded: loaded?.has(name),
      inSysfs: inSysfs?.has(name),
      builtin: builtin?.has(name),
      file: files && (files.get(name)?.replace(/:$/, '') ?? null),
    }),
  ]);
  return Object.fromEntries(entries.filter(([, facts]) => Object.keys(facts).length > 0));
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
  const masked = record(sections, 'i', 'masked');
  return defined({
    id,
    init,
    commandLine: sections.get('a')?.[0],
    maskedUnits: masked === undefined ? undefined : words(masked),
    sysctl: configFiles(sections, 's'),
    modulesLoad: configFiles(sections, 'm'),
    modprobe: configFiles(sections, 'p'),
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
