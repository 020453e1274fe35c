import { setTimeout as sleep } from 'node:timers/promises';
import limitConcurrency from 'p-limit';
import type { Cluster } from '../kube/cluster.ts';
import { podSelector } from './labels.ts';

/** Deleting goes on after an interruption, so it has a limit of its own. */
const DELETE_WITHIN_MS = 10_000;
const DELETIONS_AT_ONCE = 16;

/** Deletes the pods of one run, and knows which of them could not be confirmed deleted. */
export class Deletion {
  readonly #cluster: Cluster;
  readonly #namespace: string;
  readonly #run: string;
  readonly #open = new Set<string>();
  readonly #underWay = new Set<Promise<void>>();

  constructor(cluster: Cluster, namespace: string, run: string) {
    this.#cluster = cluster;
    this.#namespace = namespace;
    this.#run = run;
  }

  /** To be called before the pod is created: from then on it may exist. */
  expect(name: string): void {
    this.#open.add(name);
  }

  /** The server has refused the pod for good: there is nothing to delete. */
  refused(name: string): void {
    this.#open.delete(name);
  }

  /** Deletes one pod, without making the caller wait; a failure is left to the final sweep. */
  start(name: string): void {
    if (!this.#open.has(name)) return;
    const work = this.#cluster
      .deletePod(this.#namespace, name, { timeoutMs: DELETE_WITHIN_MS })
      .then(
        () => void this.#open.delete(name),
        () => {},
      )
      .finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }

  /** Waits for the deletions that were begun. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Pods that may still exist, as namespace/name. */
  get leftovers(): string[] {
    return [...this.#open].map((name) => `${this.#namespace}/${name}`);
  }

  /**
   * Waits for what is under way, then asks the server what is left, and deletes that, until nothing is. One list finds
   * also the pod whose POST got no answer. One by one: nobody need be allowed to delete whole collections of pods for that.
   */
  async sweep(): Promise<void> {
    await this.settled();
    const query = { namespace: this.#namespace, labelSelector: podSelector(this.#run) };
    const signal = AbortSignal.timeout(DELETE_WITHIN_MS);
    const limit = limitConcurrency(DELETIONS_AT_ONCE);
    try {
      for (;;) {
        const left = await this.#cluster.podMetadata(query, { signal });
        this.#open.clear();
        for (const { name } of left) this.#open.add(name);
        if (left.length === 0) return;
        await limit.map(left, ({ name }) => this.#cluster.deletePod(this.#namespace, name, { signal }));
        await sleep(100, undefined, { signal });
      }
    } catch {
      // Whatever could not be confirmed stays in leftovers, which the report names.
    }
  }
}
