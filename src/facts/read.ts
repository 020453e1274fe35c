import type { ModuleFacts, NodeFacts, PatternReading, Reading } from './facts.ts';
import type { FactKind } from './request.ts';
import { withoutAlternatives } from './request-keys.ts';

const MISSING = "the node's answer does not have it";

/** What was read of one sysctl. Asked for and not answered is unreadable, which is not the same as not asked. */
export function readSysctl(facts: NodeFacts, key: string): Reading {
  return own(facts.sysctls, key) ?? missing(facts, key);
}

/**
 * What was read of one sysctl of all interfaces that match, also with alternatives: then of all of them together. An interface that two
 * alternatives match counts twice.
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

/** What is known of a module; asked for and not answered: nothing, which is an object without properties. */
export function readModule(facts: NodeFacts, name: string): ModuleFacts | 'not-asked' {
  const known = own(facts.modules, name);
  if (known) return known;
  return facts.asked?.modules.includes(name) ? {} : 'not-asked';
}

/** A kernel option: y, m or n; unknown: asked for, but the node has no kernel configuration that says it. */
export function readOption(facts: NodeFacts, option: string): string {
  const known = own(facts.kernel.config, option);
  if (known !== undefined) return known;
  return facts.asked?.options.includes(option) ? 'unknown' : 'not-asked';
}

/** Whether facts of this kind were asked for; what they are, or that they could not be read, stands in the field of NodeFacts. */
export function wasAsked({ asked }: NodeFacts, kind: FactKind): boolean {
  return asked === undefined || asked.kinds.includes(kind);
}

function missing({ asked }: NodeFacts, key: string): { is: 'not-asked' } | { is: 'unreadable'; why: string } {
  return asked?.sysctls.includes(key) ? { is: 'unreadable', why: MISSING } : { is: 'not-asked' };
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
