import type { Readable } from 'node:stream';
import type { Pod, PodEvent, PodQuery } from './cluster.ts';
import { KubeError } from './errors.ts';
import { list } from './list.ts';
import { toPod } from './objects.ts';
import { podsPath, selectors } from './path.ts';
import { backoff, sleep } from './retry.ts';
import type { Transport } from './transport.ts';

/** A watch that says nothing for so long may be half open: it is given up, and a list tells what was missed. */
const QUIET_MS = 30_000;
/** One that held for so long was in order, however it ended. */
const HELD_MS = 1000;
/** etcd takes objects up to 1.5 MiB. */
const LINE_LIMIT = 8 * 1024 * 1024;

interface Versioned {
  pod: Pod;
  resourceVersion: string | undefined;
}

/** Why a watch is over: the server ended it in good order, or what was missed is unknown. */
type End = 'continue' | 'relist';

interface WatchEvent {
  type?: string;
  object?: { metadata?: { resourceVersion?: string } };
}

/**
 * How long the server holds one watch, in seconds; then it ends it, and the next begins where it ended. Well within the time in which
 * it must say something: bookmarks come once a minute, so that where nothing happens its end is all that tells it from a dead connection.
 */
function serverSeconds(quietMs: number): number {
  return Math.ceil(((quietMs / 1000) * 2) / 3);
}

/** The lines of a body. Rejects when none comes for `quietMs`, or when one grows beyond 8 MiB. */
async function* lines(body: Readable, quietMs: number): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  const timer = setTimeout(() => body.destroy(new Error('the watch was quiet for too long')), quietMs);
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      timer.refresh();
      const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
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
  readonly #known = new Map<string, Versioned>();
  resourceVersion: string | undefined;

  /** The events between what is known and a fresh list. */
  *relisted(items: unknown[], resourceVersion: string | undefined): Generator<PodEvent> {
    this.resourceVersion = resourceVersion;
    const gone = new Map(this.#known);
    for (const item of items) {
      const version = versionOf(item);
      const pod = toPod(item);
      gone.delete(pod.metadata.name);
      const before = this.#known.get(pod.metadata.name);
      if (before?.resourceVersion !== undefined && before.resourceVersion === version) continue;
      this.#known.set(pod.metadata.name, { pod, resourceVersion: version });
      yield { type: 'present', pod };
    }
    for (const [name, { pod }] of gone) {
      this.#known.delete(name);
      yield { type: 'deleted', pod };
    }
  }

  /** The event that one line of a watch stands for; undefined for a bookmark. */
  changed(event: WatchEvent): PodEvent | undefined {
    this.resourceVersion = versionOf(event.object) ?? this.resourceVersion;
    if (event.type === 'BOOKMARK') return undefined;
    const pod = toPod(event.object);
    if (event.type === 'DELETED') {
      this.#known.delete(pod.metadata.name);
      return { type: 'deleted', pod };
    }
    this.#known.set(pod.metadata.name, { pod, resourceVersion: versionOf(event.object) });
    return { type: 'present', pod };
  }
}

function versionOf(item: unknown): string | undefined {
  return (item as WatchEvent['object'])?.metadata?.resourceVersion || undefined;
}

/** Reads one watch to its end. */
async function* follow(body: Readable, pods: Pods, quietMs: number): AsyncGenerator<PodEvent, End> {
  for await (const line of lines(body, quietMs)) {
    if (line.trim() === '') continue;
    const event = JSON.parse(line) as WatchEvent;
    // 410 (the version is too old), or the server's trouble: either way a list shows where things stand.
    if (event.type === 'ERROR' || event.object === undefined) return 'relist';
    const change = pods.changed(event);
    if (change) yield change;
  }
  return 'continue';
}

/** 4xx other than "too late", "too many" and "gone": asking again gives the same answer. */
function isFinal(error: unknown): boolean {
  const status = error instanceof KubeError ? error.status : undefined;
  return status !== undefined && status >= 400 && status < 500 && ![408, 410, 429].includes(status);
}

/**
 * The pods that match, then every change, until the signal is aborted. After a break the list is read again, and only what
 * differs is reported. With a fieldSelector, a pod that no longer matches is reported as deleted, although it may exist.
 * Rejects when the first list fails, or when the server refuses for good.
 */
export async function* watchPods(
  transport: Transport,
  query: PodQuery & { namespace: string },
  signal: AbortSignal,
  quietMs: number = QUIET_MS,
): AsyncGenerator<PodEvent> {
  const pods = new Pods();
  let listed = false;
  let next: End = 'relist';
  let failures = 0;
  while (!signal.aborted) {
    let started = Number.POSITIVE_INFINITY;
    try {
      if (next === 'relist') {
        const page = await list(transport, { path: podsPath(query.namespace, [], selectors(query)), signal });
        listed = true;
        yield* pods.relisted(page.items, page.resourceVersion);
        next = 'continue';
      }
      const watch = {
        ...selectors(query),
        watch: 'true',
        allowWatchBookmarks: 'true',
        resourceVersion: pods.resourceVersion,
        timeoutSeconds: serverSeconds(quietMs),
      };
      const body = await transport.stream({ method: 'GET', path: podsPath(query.namespace, [], watch), signal });
      started = performance.now();
      next = yield* follow(body, pods, quietMs);
    } catch (error) {
      if (signal.aborted) return;
      if (!listed || isFinal(error)) throw error;
      next = 'relist';
    }
    // A server that ends every watch at once must not be asked without a pause.
    failures = performance.now() - started > HELD_MS ? 0 : failures + 1;
    if (failures > 0) await sleep(backoff(failures), signal).catch(() => undefined);
  }
}
