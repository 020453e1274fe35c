import type { NodeFacts } from '../facts/facts.ts';
import { readFiles, readSysctl } from '../facts/read.ts';
import { run } from '../text/advice.ts';
import { counted } from '../text/listed.ts';
import { numberIn } from './comparator.ts';
import { sysctlPath, undetermined } from './reading.ts';
import { unknown } from './result.ts';
import type { Requirement } from './rule.ts';

/** A neighbour table of the kernel, one for all network namespaces: the file that counts its entries, and the sysctl that bounds it. */
interface NeighbourTable {
  readonly file: string;
  readonly limit: string;
}

export const NEIGHBOUR_TABLES = [
  { file: '/proc/net/stat/arp_cache', limit: 'net.ipv4.neigh.default.gc_thresh3' },
  { file: '/proc/net/stat/ndisc_cache', limit: 'net.ipv6.neigh.default.gc_thresh3' },
] as const satisfies readonly NeighbourTable[];

/** How a table has been used since the boot. */
interface NeighbourUse {
  readonly entries: number;
  /** How often there was no room for another one; undefined: the kernel is too old to count it. */
  readonly overflows: number | undefined;
}

/**
 * What the kernel counts, in hexadecimal, a line for each processor: entries are the same in each line, the rest adds up. undefined: not read.
 * @throws NotAsked
 */
export function neighbourUse(facts: NodeFacts, path: string): NeighbourUse | undefined {
  const files = readFiles(facts, path);
  const [head, ...lines] =
    files === 'unread' ? [] : (files[0]?.lines ?? []).map(({ text }) => text.trim().split(/\s+/));
  const column = (name: string) => {
    const index = head?.indexOf(name) ?? -1;
    const texts = lines.map((words) => words[index] ?? '');
    return index >= 0 && texts.every((text) => /^[\da-f]{1,12}$/.test(text))
      ? texts.map((text) => Number.parseInt(text, 16))
      : [];
  };
  const [entries] = column('entries');
  const overflows = column('table_fulls');
  if (entries === undefined) return undefined;
  return { entries, overflows: overflows.length > 0 ? overflows.reduce((sum, one) => sum + one, 0) : undefined };
}

/** A neighbour table that must have room: fewer entries than a share of what it holds. */
export function neighbourRoom({ file, limit }: NeighbourTable, share: number): Requirement {
  return {
    reads: { files: [file], sysctls: [limit] },
    now({ facts }) {
      const [use, reading] = [neighbourUse(facts, file), readSysctl(facts, limit)];
      // Without IPv6, and in a network namespace that is not the first one of its host.
      if (reading.is === 'absent') {
        const now = { verdict: 'skip', expected: 'room', actual: 'absent' } as const;
        return { now, message: `${sysctlPath(limit)} does not exist`, remedy: [] };
      }
      const size = reading.is === 'value' ? numberIn(reading.value) : undefined;
      if (size === undefined) return undetermined(limit, reading, 'a number');
      const bound = Math.floor(size * share);
      const expected = `below ${bound} (${Math.round(share * 100)} % of ${limit})`;
      if (use === undefined) {
        return unknown(expected, `${file} was not read`, [run(`cat ${file} ${sysctlPath(limit)}`)]);
      }
      const { entries, overflows = 0 } = use;
      const room = entries < bound;
      return {
        now: { verdict: room ? 'pass' : 'fail', expected, actual: String(entries), ...(!room && { cause: 'value' }) },
        message: `${file.slice(file.lastIndexOf('/') + 1)} has ${entries} of ${size} entries${overflows > 0 ? `, and overflowed ${counted(overflows, 'time')}` : ''}`,
        remedy: [],
      };
    },
    explain: {
      now: [
        'Read: the entries in `/proc/net/stat/arp_cache` and `ndisc_cache`, and `gc_thresh3` of `net.ipv4.neigh.default` and `net.ipv6.neigh.default`.',
      ],
      boot: ['Not judged: it concerns the running kernel only.'],
      causes: [{ cause: 'value', helps: 'set larger `gc_thresh1`, `gc_thresh2` and `gc_thresh3` in a sysctl file' }],
    },
  };
}
