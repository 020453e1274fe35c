/** So many of a kind are kept at once; of more, nodes have few in common. */
const KEPT = 64;

/**
 * Equal values as one object: what thousands of nodes have alike is kept once. A value is copied when it is first seen, because a piece of a
 * longer text would keep all of that in memory: of a node's answer nothing is to stay.
 */
export class Shared {
  readonly #known = new Map<string, Map<string, unknown>>();

  /**
   * The value that equals this one.
   * @param kind what it is compared with; of each kind the latest 64 or so are kept
   * @param value of what JSON has
   */
  one<T>(kind: string, value: T): T {
    const text = JSON.stringify(value);
    const known = this.#known.get(kind) ?? new Map<string, unknown>();
    this.#known.set(kind, known);
    const found = known.get(text) ?? JSON.parse(text);
    if (known.size >= KEPT && !known.has(text)) known.clear();
    known.set(text, found);
    return found as T;
  }
}
