/** How far a run is: how many nodes are done, and which one it has waited for longest. */
export class ProbeProgress {
  readonly #total: number;
  readonly #now: () => number;
  readonly #begin: number;
  /** Those that are being read, the one that began first in front. */
  readonly #waiting = new Map<string, { since: number; at: string }>();
  #done = 0;

  /**
   * @param total how many nodes are to be read
   * @param now a clock in milliseconds
   */
  constructor(total: number, now: () => number = () => performance.now()) {
    this.#total = total;
    this.#now = now;
    this.#begin = now();
  }

  /** @param at where the node's pod stands: a clause such as "the kubelet had not started the pod" */
  waits(node: string, at: string): void {
    this.#waiting.set(node, { since: this.#waiting.get(node)?.since ?? this.#now(), at });
  }

  done(node: string): void {
    this.#waiting.delete(node);
    this.#done++;
  }

  /** One line: done of all, the time it took, about how long the rest will, and the slowest node with the reason. */
  get line(): string {
    const elapsed = this.#now() - this.#begin;
    const left = this.#total - this.#done;
    // The first few tell nothing of the others.
    const rest =
      this.#done * 10 >= this.#total && left > 0 && elapsed > 2000 ? (elapsed / this.#done) * left : undefined;
    const about = rest === undefined ? '' : `, about ${seconds(rest)} left`;
    const [slowest] = this.#waiting;
    const why = slowest ? `; ${slowest[0]} for ${seconds(this.#now() - slowest[1].since)}: ${slowest[1].at}` : '';
    return `${this.#done} of ${this.#total} nodes checked in ${seconds(elapsed)}${about}${why}`;
  }
}

function seconds(ms: number): string {
  const whole = Math.round(ms / 1000);
  return whole < 60 ? `${whole}s` : `${Math.floor(whole / 60)}m${whole % 60}s`;
}
