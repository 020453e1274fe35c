import { remembered } from '../text/remembered.ts';
import {
  type BootInputs,
  type Bridge,
  FILE_SYSTEM_PLACES,
  type FileSystemPlace,
  type Here,
  type NodeFacts,
  type WantedUnit,
} from './facts.ts';
import { configFiles, osRelease } from './parse-files.ts';
import { firewallFacts } from './parse-firewall.ts';
import { kernelFacts, moduleFacts } from './parse-modules.ts';
import { ownedFacts } from './parse-owned.ts';
import { clusterPrograms, cniConfiguration, podLinks } from './parse-pod-network.ts';
import { complete, defined, flag, record, type Sections, sectionsOf, words, wordsBehind } from './parse-records.ts';
import { advertisedRoutes, patternReadings, sysctlReadings } from './parse-sysctls.ts';
import { type FactKind, type FactsRequest, mergeRequests } from './request.ts';

/** The probe names no more interfaces. */
const INTERFACES_LIMIT = 32;

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
  ['f', 'files'],
  ['w', 'firewall'],
  ['j', 'owned'],
]);

/** What the records of each kind of fact say. */
const KINDS: Readonly<Record<FactKind, (sections: Sections) => Partial<NodeFacts>>> = {
  bridges: (sections) => defined<Partial<NodeFacts>>({ bridges: complete(sections, 'b')?.flatMap(bridge) }),
  cni: (sections) => defined<Partial<NodeFacts>>({ cni: cniConfiguration(sections) }),
  routes: (sections) => defined<Partial<NodeFacts>>({ advertisedRoutes: advertisedRoutes(sections) }),
  forwarding: (sections) =>
    defined<Partial<NodeFacts>>({
      idleInterfaces: wordsBehind(sections, 'n', 'idle')?.slice(0, INTERFACES_LIMIT),
      uplinks: wordsBehind(sections, 'n', 'uplinks')?.slice(0, INTERFACES_LIMIT),
    }),
  firewall: (sections) => defined<Partial<NodeFacts>>({ firewall: firewallFacts(sections) }),
  links: podLinks,
  programs: clusterPrograms,
};

/**
 * Reads the probe's text. Pure; throws on no text, because it is the node's and may be anything. What is missing, garbled or cut
 * stays undefined: a text that is not the probe's gives facts that are all unknown. What the text does not answer of the request counts as
 * asked and not read.
 * @param request what the probe was asked
 */
export function parseFacts(text: string, request: FactsRequest): NodeFacts {
  const sections = sectionsOf(text);
  const asked = merged(request);
  const kinds: Partial<NodeFacts> = Object.assign({}, ...asked.kinds.map((kind) => KINDS[kind](sections)));
  const sysctls = sysctlReadings(sections, asked, kinds.advertisedRoutes ?? []);
  const container = wordsBehind(sections, 'o', 'container');
  return defined<NodeFacts>({
    asked,
    netns: namespaces(sections),
    kernel: kernelFacts(sections, asked, sysctls['kernel.modules_disabled']),
    os: osRelease(sections),
    container: container && (container[0] ?? null),
    here: here(sections),
    sysctls,
    patterns: patternReadings(sections, asked),
    modules: moduleFacts(sections, asked),
    ...kinds,
    files: configFiles(sections, 'f'),
    paths: existingPaths(sections, asked.paths),
    owned: ownedFacts(sections),
    boot: boot(sections),
    dropped: dropped(sections),
  });
}

/** The same request is asked of all nodes of a run. */
const merged = remembered((request: FactsRequest) => mergeRequests([request]));

function namespaces(sections: Sections): NodeFacts['netns'] {
  const inode = (word: string) => /^\d{1,20}$/.exec(record(sections, 'n', word) ?? '')?.[0];
  // Without hostPID process 1 is the probe's own, and its namespace proves nothing.
  const own = record(sections, 'n', 'own') !== undefined;
  return defined({ self: inode('self'), init: own ? undefined : inode('init') });
}

/** `here mount=own pid=first`; `here none` without /proc. */
function here(sections: Sections): Here | undefined {
  const seen = wordsBehind(sections, 'n', 'here');
  if (!seen) return undefined;
  const known = new Set(seen);
  const of = <T extends string>(what: string, states: readonly T[]) =>
    states.find((state) => known.has(`${what}=${state}`));
  return defined<Here>({
    proc: !known.has('none'),
    pid: of('pid', ['first', 'own']),
    user: of('user', ['first', 'own']),
    root: of('root', ['same', 'other']),
    mount: of('mount', ['first', 'own', 'none']),
  });
}

function bridge(text: string): Bridge[] {
  const [name, iptables, ip6tables, count] = words(text);
  if (name === undefined || !/^\d{1,6}$/.test(count ?? '')) return [];
  return [
    defined<Bridge>({
      name,
      nfCallIptables: flag(iptables),
      nfCallIp6tables: flag(ip6tables),
      portCount: Number(count),
    }),
  ];
}

/** `e PATH…` those that exist, `e? PATH…` those of which that is not known. */
function existingPaths(sections: Sections, asked: readonly string[]): NodeFacts['paths'] {
  const [existing, unknown] = ['e', 'e?'].map((word) => wordsBehind(sections, 'n', word));
  if (!existing || !unknown) return undefined;
  const known = asked.filter((path) => !unknown.includes(path));
  return Object.fromEntries(known.map((path) => [path, existing.includes(path)]));
}

function boot(sections: Sections): BootInputs {
  const told = (word: string) => wordsBehind(sections, 'i', word);
  const mentions = configFiles(sections, 'u');
  return defined({
    id: told('boot')?.[0],
    init: told('comm')?.[0],
    commandLine: sections.get('a')?.[0],
    maskedUnits: told('masked'),
    absentUnits: told('absent'),
    replacedUnits: told('replaced'),
    sysctl: configFiles(sections, 's'),
    modulesLoad: configFiles(sections, 'm'),
    modprobe: configFiles(sections, 'p'),
    mentions,
    fileSystems: fileSystems(sections),
    image: told('image') && (true as const),
    wantedUnits: mentions && wantedUnits(sections),
    runlevels: told('runlevels'),
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
