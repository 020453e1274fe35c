import {
  type BootInputs,
  type Bridge,
  FILE_SYSTEM_PLACES,
  type FileSystemPlace,
  type NodeFacts,
  type WantedUnit,
} from './facts.ts';
import { echoedRequest } from './parse-asked.ts';
import { configFiles, networkConfiguration, osRelease } from './parse-files.ts';
import { kernelFacts, moduleFacts } from './parse-modules.ts';
import { complete, defined, flag, record, type Sections, sectionsOf, words } from './parse-records.ts';
import { advertisedRoutes, patternReadings, sysctlReadings } from './parse-sysctls.ts';
import { type FactKind, type FactsRequest, mergeRequests } from './request.ts';

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
 * Reads the probe's text. Pure; throws on no text, because it is the node's and may be anything. What is missing, garbled or cut
 * stays undefined: a text that is not the probe's gives facts that are all unknown. The text says what was asked, and is read by that; where
 * it does not, by the request. What the text does not answer of the request counts as asked and not read.
 * @param request what was asked, where that is known
 */
export function parseFacts(text: string, request?: FactsRequest): NodeFacts {
  const sections = sectionsOf(text);
  const requested = request && mergeRequests([request]);
  const asked = echoedRequest(sections) ?? requested;
  const ignored = (kind: FactKind) => asked?.kinds.includes(kind) === false;
  const advertised = ignored('routes') ? undefined : advertisedRoutes(sections);
  const sysctls = sysctlReadings(sections, asked, advertised ?? []);
  const container = record(sections, 'o', 'container');
  return defined<NodeFacts>({
    asked: requested ?? asked,
    netns: namespaces(sections),
    kernel: kernelFacts(sections, asked, sysctls['kernel.modules_disabled']),
    os: osRelease(sections),
    container: container === undefined ? undefined : (words(container)[0] ?? null),
    sysctls,
    patterns: patternReadings(sections, asked),
    advertisedRoutes: advertised,
    modules: moduleFacts(sections, asked),
    bridges: ignored('bridges') ? undefined : complete(sections, 'b')?.flatMap(bridge),
    cni: ignored('cni') ? undefined : networkConfiguration(sections),
    boot: boot(sections),
    dropped: dropped(sections),
  });
}

function namespaces(sections: Sections): NodeFacts['netns'] {
  const inode = (word: string) => /^\d{1,20}$/.exec(record(sections, 'n', word) ?? '')?.[0];
  // Without hostPID process 1 is the probe's own, and its namespace proves nothing.
  const own = record(sections, 'n', 'own') !== undefined;
  return defined({ self: inode('self'), init: own ? undefined : inode('init') });
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
