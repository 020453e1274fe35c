import type { NodeFacts } from '../facts/facts.ts';
import { swapDotsAndSlashes } from '../facts/sysctl-name.ts';
import { globMatches } from './glob.ts';
import { writtenInteger } from './sysctl-integer.ts';
import { defaultOf, followsDefault } from './sysctl-interfaces.ts';
import { type Effect, SPECIAL_KEYS, type Sysctl, settersOf, sysctl, usualName } from './sysctl-keys.ts';

/** The sysctls that one run of the simulation follows: those asked for, those of the table, and all that can set one of them. */
export interface Universe {
  /** By their usual names. */
  readonly sysctls: ReadonlyMap<string, Sysctl>;
  /** Those of their paths below /proc/sys that a pattern matches, in the order in which glob(3) gives them. */
  matching(pattern: string): ReadonlySet<string>;
  /** The sysctl of a path; undefined: none that is followed. */
  keyOf(path: string): string | undefined;
  /** What the kernel sets when this one is written. */
  effectsOf(key: string): readonly Effect[];
  /** The sysctls of interfaces that a write to this conf.default can reach. */
  followersOf(key: string): readonly string[];
  /** The paths that can change this sysctl when they are written. */
  pathsThatSet(key: string): readonly string[];
}

/**
 * @param asked keys in dotted spelling, by any of their names
 * @param shapes how many integers those among them hold, by their usual names, of which that is known
 */
export function universeOf(asked: Iterable<string>, shapes: ReadonlyMap<string, number> = new Map()): Universe {
  const sysctls = new Map<string, Sysctl>();
  const effects = new Map<string, Effect[]>();
  const followers = new Map<string, string[]>();
  const setters = new Map<string, string[]>();
  const add = (key: string): void => {
    if (sysctls.has(key)) return;
    const found = sysctl(key);
    const numbers = found.integer ? undefined : shapes.get(key);
    sysctls.set(
      key,
      numbers === undefined ? found : { ...found, ...(numbers === 1 ? { integer: true } : { numbers }) },
    );
    const others = settersOf(key);
    for (const { key: other, effect } of others) append(effects, other, effect);
    const inherited = found.of && usualName(defaultOf(found.of));
    if (found.of && inherited !== undefined && followsDefault(found.of)) append(followers, inherited, key);
    setters.set(key, [...others.map((other) => other.key), ...(inherited === undefined ? [] : [inherited])]);
    for (const other of setters.get(key) ?? []) add(other);
  };
  for (const key of [...SPECIAL_KEYS, ...asked]) add(usualName(key));
  const byPath = new Map([...sysctls].flatMap(([key, { paths }]) => paths.map((path) => [path, key] as const)));
  const reach = new Map<string, readonly string[]>();
  const paths = [...byPath.keys()].sort();
  const matches = new Map<string, ReadonlySet<string>>();
  return {
    sysctls,
    matching(pattern) {
      const found = matches.get(pattern) ?? new Set(paths.filter((path) => globMatches(pattern, path)));
      matches.set(pattern, found);
      return found;
    },
    keyOf: (path) => byPath.get(path),
    effectsOf: (key) => effects.get(key) ?? [],
    followersOf: (key) => followers.get(key) ?? [],
    pathsThatSet(key) {
      const known = reach.get(key);
      if (known) return known;
      const keys = new Set([key]);
      // A set grows while it is gone through: what sets conf.default reaches an interface, too.
      for (const one of keys) for (const other of setters.get(one) ?? []) keys.add(other);
      const paths = [...keys].flatMap((one) => sysctls.get(one)?.paths ?? [swapDotsAndSlashes(one)]);
      reach.set(key, paths);
      return paths;
    },
  };
}

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

const UNIVERSES = new WeakMap<NodeFacts['sysctls'], Universe>();

/**
 * The sysctls that the node's facts name. All boots of a node share it. What a sysctl holds now tells how the kernel reads what is
 * written to it.
 * @param more what else the boot will be asked for
 */
export function universeOfNode(sysctls: NodeFacts['sysctls'], more: readonly string[]): Universe {
  const universe = UNIVERSES.get(sysctls) ?? universeOf([...Object.keys(sysctls), ...more], shapesOf(sysctls));
  UNIVERSES.set(sysctls, universe);
  return universe;
}

function shapesOf(sysctls: NodeFacts['sysctls']): Map<string, number> {
  const shapes = new Map<string, number>();
  for (const [key, reading] of Object.entries(sysctls)) {
    const numbers = reading.is === 'value' && isNumeric(key) ? numbersIn(reading.value) : undefined;
    if (numbers !== undefined) shapes.set(usualName(key), numbers);
  }
  return shapes;
}

/** Lists of ports look like a number as long as they have one port. Outside of net. there are texts and larger numbers. */
function isNumeric(key: string): boolean {
  return key.startsWith('net.') && !key.endsWith('_ports');
}

/** How many integers a text consists of; undefined: it has something else, or nothing. */
function numbersIn(text: string): number | undefined {
  const words = text.split(/[ \t]+/);
  const plain = (word: string) => /^-?\d+$/.test(word) && writtenInteger(word).is === 'value';
  return words.every(plain) ? words.length : undefined;
}
