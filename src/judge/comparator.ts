import { readSysctl } from '../facts/read.ts';
import type { NodeContext } from './node-context.ts';

/** What a sysctl's value is compared with. */
export interface Comparator {
  /** What must be there, as reports show it: `1`, `at least 1024`; null: what it is compared with is not known. */
  expected(node: NodeContext): string | null;
  /** Whether a value is right; undefined: it is no number, or what it is compared with is not known. */
  holds(value: string, node: NodeContext): boolean | undefined;
  /** The value that a repair sets; absent: which one is right is a person's decision. */
  readonly to?: string;
  /** Other sysctls that it reads. */
  readonly reads?: readonly string[];
  /** For docs: "must be …". */
  readonly words: string;
}

/** A decimal number as the kernel shows one; undefined: the text is none. */
export function numberIn(value: string): number | undefined {
  const text = value.trim();
  return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Whether a switch is on: the kernel takes any number but 0 for on. undefined: not a number. */
export function isOn(value: string): boolean | undefined {
  const text = value.trim();
  return /^-?\d{1,10}$/.test(text) ? Number(text) !== 0 : undefined;
}

/** A switch that must be on. */
export const on: Comparator = { expected: () => '1', holds: isOn, to: '1', words: 'on (any number but 0)' };

/** A switch that must be off. */
export const off: Comparator = {
  expected: () => '0',
  holds: (value) => {
    const state = isOn(value);
    return state === undefined ? undefined : !state;
  },
  to: '0',
  words: 'off (0)',
};

/** Exactly this number. */
export const is = (number: number): Comparator => ({
  expected: () => String(number),
  holds(value) {
    const found = numberIn(value);
    return found === undefined ? undefined : found === number;
  },
  to: String(number),
  words: `${number}`,
});

type Limit = number | ((node: NodeContext) => number | undefined);

const limited = (word: string, limit: Limit, test: (value: number, limit: number) => boolean): Comparator => {
  const of = (node: NodeContext) => (typeof limit === 'number' ? limit : limit(node));
  return {
    expected: (node) => {
      const number = of(node);
      return number === undefined ? null : `${word} ${number}`;
    },
    holds: (value, node) => {
      const [number, bound] = [numberIn(value), of(node)];
      return number === undefined || bound === undefined ? undefined : test(number, bound);
    },
    ...(typeof limit === 'number' && { to: String(limit) }),
    words: typeof limit === 'number' ? `${word} ${limit}` : `${word} a number that depends on the node`,
  };
};

/** This number or more; it may be a function of the node's facts. */
export const atLeast = (limit: Limit): Comparator => limited('at least', limit, (value, bound) => value >= bound);

/** This number or less; it may be a function of the node's facts. */
export const atMost = (limit: Limit): Comparator => limited('at most', limit, (value, bound) => value <= bound);

/**
 * Less than a share of another sysctl, such as the use of a table against its size. A size of 0 is no limit.
 * @param share between 0 and 1
 */
export function belowShareOf(key: string, share: number): Comparator {
  const sizeOf = ({ facts }: NodeContext) => {
    const reading = readSysctl(facts, key);
    return reading.is === 'value' ? numberIn(reading.value) : undefined;
  };
  const percent = `${Math.round(share * 100)} %`;
  return {
    expected: (node) => {
      const size = sizeOf(node);
      if (size === undefined) return null;
      return size === 0
        ? `anything (${key} is 0: no limit)`
        : `below ${Math.floor(size * share)} (${percent} of ${key})`;
    },
    holds: (value, node) => {
      const [number, size] = [numberIn(value), sizeOf(node)];
      return number === undefined || size === undefined ? undefined : size === 0 || number < Math.floor(size * share);
    },
    reads: [key],
    words: `below ${percent} of \`${key}\``,
  };
}
