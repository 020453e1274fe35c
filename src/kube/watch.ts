import type { Readable } from 'node:stream';
import type { Pod, PodEvent, PodQuery } from './cluster.ts';
import { KubeError } from './errors.ts';
import { list } from './list.ts';
import { toPod } from './objects.ts';
import { podsPath } from './path.ts';
import { backoff, sleep } from './retry.ts';
import type { Transport } from './transport.ts';

/** A watch that says nothing for so long may be half open: it is given up, and a list tells what was missed. */
const QUIET_MS = 30_000;
/** One that held for so long was in order, however it ended. */
const HELD_MS = 1000;
/** etcd takes objects up to 1.5 MiB. */
const LINE_LIMIT = 8 * 1024 * 1024;

interface WatchEvent {
  type?: string;
  object?: { metadata?: { resourceVersion?: string } };
}

/** The lines of a body. Rejects when none comes for `quietMs`, or when one grows beyond 8 MiB. */
async function* lines(body: Readable, quietMs: number): AsyncGenerator<string> {
  let rest = '';
  const timer = setTimeout(() => body.destroy(new Error('the watch was quiet for too long')), quietMs);
  try {
    for await (const chunk of body.setEncoding('utf8') as AsyncIterable<string>) {
      timer.refresh();
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      if (rest.length > LINE_LIMIT) throw new Error('a line of the watch is too long');
      yield* parts;
    }
  } finally {
    clearTimeout(timer);
    body.destroy();
  }
}

/** The state of one list-and-watch: what the consumer knows, and from where the next watch goes on. */
class Pods {
  /** By name. */
  #known = new Map<string, Pod>();
  /** Undefined before the first list, and when what was missed is unknown, so that only a list tells. */
  resourceVersion: string | undefined;

  /** The pods of a fresh list, then those that are gone since the last one. */
  *relisted(items: unknown[], resourceVersion: string | undefined): Generator<PodEvent> {
    this.resourceVersion = resourceVersion;
    const before = this.#known;
    this.#known = new Map();
    for (const item of items) yield this.#present(toPod(item));
    for (const pod of before.values()) if (!this.#known.has(pod.metadata.name)) yield { type: 'deleted', pod };
  }

  /** The event that one line of a watch stands for; undefined for a bookmark, and where a list is needed. */
  changed({ type, object }: WatchEvent): PodEvent | undefined {
    // 410 (the version is too old), or the server's trouble: either way a list shows where things stand.
    const lost = type === 'ERROR' || object === undefined;
    this.resourceVersion = lost ? undefined : object.metadata?.resourceVersion || this.resourceVersion;
    if (lost || type === 'BOOKMARK') return undefined;
    const pod = toPod(object);
    if (type !== 'DELETED') return this.#present(pod);
    this.#known.delete(pod.metadata.name);
    return { type: 'deleted', pod };
  }

  #present(pod: Pod): PodEvent {
    this.#known.set(pod.metadata.name, pod);
    return { type: 'present', pod };
  }
}

/** Reads one watch to its end. */
async function* follow(body: Readable, pods: Pods, quietMs: number): AsyncGenerator<PodEvent> {
  for await (const line of lines(body, quietMs)) {
    const change = pods.changed(JSON.parse(line) as WatchEvent);
    if (change) yield change;
    if (pods.resourceVersion === undefined) return;
  }
}

/** 4xx other than "too late", "too many" and "gone": asking again gives the same answer. */
function isFinal(error: unknown): boolean {
  const status = error instanceof KubeError ? error.status : undefined;
  return status !== undefined && status >= 400 && status < 500 && ![408, 410, 429].includes(status);
}

/**
 * The pods that match, then every change, until the signal is aborted. After a break the list is read again, and all of it
 * reported. With a fieldSelector, a pod that no longer matches is reported as deleted, although it may exist.
 * Rejects when the first list fails, or when the server refuses for good.
 */
export async function* watchPods(
  transport: Transport,
  { namespace, ...query }: PodQuery & { namespace: string },
  signal: AbortSignal,
  quietMs: number = QUIET_MS,
): AsyncGenerator<PodEvent> {
  const pods = new Pods();
  let listed = false;
  let failures = 0;
  while (!signal.aborted) {
    let started = Number.POSITIVE_INFINITY;
    try {
      if (pods.resourceVersion === undefined) {
        const page = await list(transport, { path: podsPath(namespace, [], query), signal });
        listed = true;
        yield* pods.relisted(page.items, page.resourceVersion);
      }
      const watch = {
        ...query,
        watch: true,
        allowWatchBookmarks: true,
        resourceVersion: pods.resourceVersion,
        // Well within the time in which it must say something: bookmarks come once a minute, so that where nothing happens the end of a
        // watch is all that tells it from a dead connection. The next one begins where it ended.
        timeoutSeconds: Math.ceil(((quietMs / 1000) * 2) / 3),
      };
      const body = await transport.stream({ path: podsPath(namespace, [], watch), signal });
      started = performance.now();
      yield* follow(body, pods, quietMs);
    } catch (error) {
      if (signal.aborted) return;
      if (!listed || isFinal(error)) throw error;
      pods.resourceVersion = undefined;
    }
    // A server that ends every watch at once must not be asked without a pause.
    failures = performance.now() - started > HELD_MS ? 0 : failures + 1;
    if (failures > 0) await sleep(backoff(failures), signal).catch(() => undefined);
  }
}
