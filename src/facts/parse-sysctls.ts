import type { PatternReading, PatternValue, Reading } from './facts.ts';
import { record, type Sections, words } from './parse-records.ts';
import type { FactsRequest } from './request.ts';
import { isPattern } from './request-keys.ts';
import { swapDotsAndSlashes } from './sysctl-name.ts';

/** The probe shows no more values of one pattern, and no more names of interfaces for each. */
const VALUES_LIMIT = 8;
const NAMES_LIMIT = 16;

/**
 * The sysctls that were asked for, by their dotted names, and accept_ra of the links with an advertised route. A path with a component
 * that leads elsewhere is none of the probe's.
 */
export function sysctlReadings(
  sections: Sections,
  asked: FactsRequest,
  links: readonly string[],
): Record<string, Reading> {
  const ofLinks = links.map((link) => swapDotsAndSlashes(`net/ipv6/conf/${link}/accept_ra`));
  const keys = new Set([...asked.sysctls, ...ofLinks]);
  const entries = (sections.get('n') ?? []).flatMap((text): [string, Reading][] => {
    const [, path = '', mark = '', value = ''] = /^v ([\w./@:+-]{1,100}) ([=!-])(.{0,200})$/.exec(text) ?? [];
    const reading = readingOf(mark, value);
    const key = swapDotsAndSlashes(path);
    if (!reading || path.split('/').includes('..') || !keys.has(key)) return [];
    return [[key, reading]];
  });
  return Object.fromEntries(entries);
}

function readingOf(mark: string, value: string): Reading | undefined {
  if (mark === '=') return { is: 'value', value };
  if (value !== '') return undefined;
  if (mark === '-') return { is: 'absent' };
  return mark === '!' ? { is: 'unreadable' } : undefined;
}

/** The patterns that were asked for and answered; undefined: none was asked for. What is garbled is left out. */
export function patternReadings(sections: Sections, asked: FactsRequest): Record<string, PatternReading> | undefined {
  const patterns = asked.sysctls.filter(isPattern);
  if (patterns.length === 0) return undefined;
  const records = sections.get('n') ?? [];
  const entries = patterns.flatMap((pattern): [string, PatternReading][] => {
    const path = swapDotsAndSlashes(pattern);
    const reading = patternReading(record(sections, 'n', `g ${path}`), valuesOf(records, `gv ${path} `));
    return reading ? [[pattern, reading]] : [];
  });
  return Object.fromEntries(entries);
}

function patternReading(summary: string | undefined, values: readonly PatternValue[]): PatternReading | undefined {
  if (summary === '!') return { is: 'unreadable' };
  const [, count, unreadable] = /^(\d{1,6}) (\d{1,6})$/.exec(summary ?? '')?.map(Number) ?? [];
  if (count === undefined || unreadable === undefined) return undefined;
  const rest = count - unreadable - values.reduce((sum, value) => sum + value.count, 0);
  // Fewer values than the probe shows, and yet some interfaces have none of them: records are missing.
  if (rest < 0 || (rest > 0 && values.length < VALUES_LIMIT)) return undefined;
  return { is: 'values', count, values, rest, unreadable };
}

function valuesOf(records: readonly string[], start: string): PatternValue[] {
  return records
    .filter((text) => text.startsWith(start))
    .slice(0, VALUES_LIMIT)
    .flatMap((text) => {
      const [value, count, ...interfaces] = words(text.slice(start.length, start.length + 16_384));
      if (value === undefined || !/^[1-9]\d{0,5}$/.test(count ?? '')) return [];
      return [
        { value: value === '%' ? '' : value, count: Number(count), interfaces: interfaces.slice(0, NAMES_LIMIT) },
      ];
    });
}

/** The links named in `ra PATH…`, each once. */
export function advertisedRoutes(sections: Sections): string[] | undefined {
  const found = record(sections, 'n', 'ra');
  const links = found?.split(' ').flatMap((path) => /^net\/ipv6\/conf\/([^/]{1,15})\/accept_ra$/.exec(path)?.[1] ?? []);
  return links && [...new Set(links)];
}
