import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, Pod, PodEvent } from '../kube/cluster.ts';
import { podSelector } from './labels.ts';

/** With more pods than this, only finished ones are watched, and the others looked up now and then. */
const WATCH_EVERYTHING_UP_TO = 100;
const LAGGARDS_EVERY_MS = 5_000;
const LOOK_MS = 1_000;

export type PodListener = (event: PodEvent | { type: 'lost'; error: unknown }) => void;

/**
 * The one watch of a run: hands each pod's events to whoever follows that pod. A pod's whole object comes with each of
 * its four or five events, so a large run lets the server filter: it learns of an end by its phase, a second later
 * than by the container's state, and of pods that cannot start from a list every five seconds, as long as some pod is older than that.
 */
export class PodWatch {
  /** In the order in which their pods were begun. */
  readonly #listeners = new Map<string, { listener: PodListener; since: number }>();
  readonly #ended = new AbortController();
  #running: Promise<unknown> = Promise.resolve();
  #lost: { error: unknown } | undefined;

  /** @param pods how many pods the run will create */
  start(cluster: Cluster, namespace: string, run: string, pods: number): void {
    const query = { namespace, labelSelector: podSelector(run) };
    const work =
      pods <= WATCH_EVERYTHING_UP_TO
        ? [this.#watch(cluster, query)]
        : [
            this.#watch(cluster, { ...query, fieldSelector: 'status.phase!=Pending,status.phase!=Running' }),
            this.#lookUp(cluster, { ...query, fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed' }),
          ];
    this.#running = Promise.all(work).catch((error: unknown) => {
      this.#lost = { error };
      for (const { listener } of this.#listeners.values()) listener({ type: 'lost', error });
    });
  }

  /** Why the watch ended before its time; undefined while it is well. */
  get lost(): { error: unknown } | undefined {
    return this.#lost;
  }

  /** Calls the listener for every event of the pod, until the returned function is called. */
  follow(name: string, listener: PodListener): () => void {
    this.#listeners.set(name, { listener, since: performance.now() });
    if (this.#lost) listener({ type: 'lost', error: this.#lost.error });
    return () => this.#listeners.delete(name);
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await this.#running;
  }

  async #watch(cluster: Cluster, query: Parameters<Cluster['watchPods']>[0]): Promise<void> {
    for await (const event of cluster.watchPods(query, { signal: this.#ended.signal })) this.#tell(event);
  }

  async #lookUp(cluster: Cluster, query: Parameters<Cluster['pods']>[0]): Promise<void> {
    const { signal } = this.#ended;
    let latest = 0;
    while (await sleep(LOOK_MS, true, { signal }).catch(() => false)) {
      const before = performance.now() - LAGGARDS_EVERY_MS;
      if (latest > before || !this.#isBegunBefore(before)) continue;
      const laggards = await cluster.pods(query, { signal }).catch((): Pod[] => []);
      for (const pod of laggards) this.#tell({ type: 'present', pod });
      latest = performance.now();
    }
  }

  #isBegunBefore(time: number): boolean {
    const [oldest] = this.#listeners.values();
    return oldest !== undefined && oldest.since <= time;
  }

  #tell(event: PodEvent): void {
    this.#listeners.get(event.pod.metadata.name)?.listener(event);
  }
}
