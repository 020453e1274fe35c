import type { NodeFacts } from '../facts/facts.ts';
import { writtenInteger } from './sysctl-integer.ts';
import { usualName } from './sysctl-keys.ts';
import { type Universe, universeOf } from './sysctl-universe.ts';

const UNIVERSES = new WeakMap<NodeFacts['sysctls'], Universe>();

/**
 * The sysctls that the node's facts name. All boots of a node share it. What a sysctl holds now tells how the kernel reads what is
 * written to it.
 */
export function universeOfNode(sysctls: NodeFacts['sysctls']): Universe {
  const universe = UNIVERSES.get(sysctls) ?? universeOf(Object.keys(sysctls), shapesOf(sysctls));
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
