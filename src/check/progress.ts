/** The progress of a run: how many nodes are done, and which one takes longest. */
export class ProbeProgress {
  readonly #total: number;
  readonly #limit: number;
  readonly #now: () => number;
  readonly #begin: number;
  /** Nodes that are being read, the earliest first. */
  readonly #waiting = new Map<string, { since: number; at: string }>();
  #done = 0;

  /**
   * @param total how many nodes are to be read
   * @param limit how many seconds each may take
   * @param now a clock in milliseconds
   */
  constructor(total: number, limit: number, now: () => number = () => performance.now()) {
    this.#total = total;
    this.#limit = limit;
    this.#now = now;
    this.#begin = now();
  }

  /** @param at the state of the node's pod: a clause such as "the kubelet had not started the pod" */
  waits(node: string, at: string): void {
    this.#waiting.set(node, { since: this.#waiting.get(node)?.since ?? this.#now(), at });
  }

  done(node: string): void {
    this.#waiting.delete(node);
    this.#done++;
  }

  /** One line: nodes done, estimated time left, and the slowest node with the reason. */
  get line(): string {
    const elapsed = this.#now() - this.#begin;
    const left = this.#total - this.#done;
    // The first few nodes say nothing about the others.
    const rest =
      this.#done * 10 >= this.#total && left > 0 && elapsed > 2000 ? (elapsed / this.#done) * left : undefined;
    const about = rest === undefined ? '' : `, about ${seconds(rest)} left`;
    const [slowest] = this.#waiting;
    const why = slowest ? `; ${slowest[0]} for ${this.#waited(slowest[1].since)}: ${atPresent(slowest[1].at)}` : '';
    return `${this.#done} of ${this.#total} nodes checked${about}${why}`;
  }

  /** `1m18s of 3m` */
  #waited(since: number): string {
    return `${seconds(this.#now() - since)} of ${seconds(this.#limit * 1000)}`;
  }
}

/** Where a pod stood, as long as it stands there. */
function atPresent(at: string): string {
  return at.replace(/^the (pod was|kubelet had)\b/, (past) =>
    past === 'the pod was' ? 'the pod is' : 'the kubelet has',
  );
}

function seconds(ms: number): string {
  const whole = Math.round(ms / 1000);
  if (whole < 60) return `${whole}s`;
  return `${Math.floor(whole / 60)}m${whole % 60 === 0 ? '' : `${whole % 60}s`}`;
}
