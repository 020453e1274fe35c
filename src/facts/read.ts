import type { ConfigFile, ModuleFacts, NodeFacts, PatternReading, Reading } from './facts.ts';
import type { FactKind } from './request.ts';
import { interfaceKey, withoutAlternatives } from './request-keys.ts';
import { isAskedBy } from './request-paths.ts';

/** A rule read a fact of a node that its request does not name: it would judge what nobody has looked at. */
export class NotAsked extends Error {
  override readonly name = 'NotAsked';

  /** @param fact what was read, as its request would name it */
  constructor(fact: string) {
    super(`${fact} was not asked of the node`);
  }
}

const MISSING = "the node's answer does not have it";

/**
 * What was read of one sysctl. Asked for and not answered is unreadable.
 * @throws NotAsked
 */
export function readSysctl(facts: NodeFacts, key: string): Reading {
  return own(facts.sysctls, key) ?? missing(facts, key);
}

/**
 * What was read of one sysctl of all interfaces that match, also with alternatives: then of all of them together. An interface that two
 * alternatives match counts twice.
 * @throws NotAsked
 */
export function readPattern(facts: NodeFacts, pattern: string): PatternReading {
  const parts = withoutAlternatives(pattern);
  const readings = parts.map((part) => own(facts.patterns ?? {}, part) ?? missing(facts, part));
  return readings.reduce((one, other) => together(one, other));
}

function together(one: PatternReading, other: PatternReading): PatternReading {
  // What is not known of a part is not known of the whole.
  if (one.is !== 'values') return one;
  if (other.is !== 'values') return other;
  const values = [...one.values];
  for (const value of other.values) {
    const index = values.findIndex((each) => each.value === value.value);
    const same = values[index];
    if (same) {
      const interfaces = [...same.interfaces, ...value.interfaces];
      values[index] = { ...same, count: same.count + value.count, interfaces };
    } else {
      values.push(value);
    }
  }
  return {
    is: 'values',
    count: one.count + other.count,
    values,
    rest: one.rest + other.rest,
    unreadable: one.unreadable + other.unreadable,
  };
}

/**
 * What a node told of a module; asked for and not answered: nothing, which is an object without properties.
 * @throws NotAsked
 */
export function readModule(facts: NodeFacts, name: string): ModuleFacts {
  const known = own(facts.modules, name);
  if (!known && !facts.asked?.modules.includes(name)) throw new NotAsked(name);
  return known ?? {};
}

/**
 * The files of a path, in their order; empty: there is none. One that is unreadable may be their directory.
 * @throws NotAsked
 */
export function readFiles({ asked, files }: NodeFacts, path: string): readonly ConfigFile[] | 'unread' {
  if (asked && !asked.files.includes(path)) throw new NotAsked(path);
  const directory = path.slice(0, path.lastIndexOf('/'));
  return files?.filter((file) => isAskedBy(file.path, path) || file.path === directory) ?? 'unread';
}

/**
 * Whether a path exists.
 * @throws NotAsked
 */
export function pathExists({ asked, paths = {} }: NodeFacts, path: string): boolean | 'unread' {
  if (asked && !asked.paths.includes(path)) throw new NotAsked(path);
  return own(paths, path) ?? 'unread';
}

/**
 * For whoever goes by facts of these kinds: what they are, or that they could not be read, stands in fields of NodeFacts.
 * @throws NotAsked
 */
export function demandAsked({ asked }: NodeFacts, ...kinds: readonly FactKind[]): void {
  for (const kind of kinds) if (asked && !asked.kinds.includes(kind)) throw new NotAsked(kind);
}

/**
 * For whoever goes by what a boot makes of a sysctl. Of an interface it is enough that conf.default was asked, with which interfaces start:
 * a pattern of interfaces asks for that as well.
 * @throws NotAsked
 */
export function demandSysctl({ asked, sysctls }: Pick<NodeFacts, 'asked' | 'sysctls'>, key: string): void {
  if (!asked || Object.hasOwn(sysctls, key) || asked.sysctls.includes(key)) return;
  const of = interfaceKey(key);
  if (!of || !asked.sysctls.includes(`${of.tree}.default.${of.name}`)) throw new NotAsked(key);
}

/**
 * For whoever goes by what a boot makes of a module.
 * @throws NotAsked
 */
export function demandModule({ asked, modules }: Pick<NodeFacts, 'asked' | 'modules'>, name: string): void {
  if (asked && !Object.hasOwn(modules, name) && !asked.modules.includes(name)) throw new NotAsked(name);
}

function missing({ asked }: NodeFacts, key: string): { is: 'unreadable'; why: string } {
  if (!asked?.sysctls.includes(key)) throw new NotAsked(key);
  return { is: 'unreadable', why: MISSING };
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
