import { type Effects, effectOf } from './faults.ts';
import type { KubeObject } from './objects.ts';
import type { ObjectList } from './representation.ts';
import type { Resource } from './resources.ts';
import { fieldSelector, labelSelector, type Predicate } from './selectors.ts';
import { badRequest, expiredContinue, resourceVersionTooLarge } from './status.ts';
import type { Store } from './store.ts';

/** The two selectors of a request, as one predicate. */
export function selection(resource: Resource, query: URLSearchParams): Predicate {
  const byLabel = labelSelector(query.get('labelSelector') ?? '');
  const byField = fieldSelector(resource.name, query.get('fieldSelector') ?? '');
  return (object) => byLabel(object) && byField(object);
}

interface Continuation {
  rv: number;
  start: string;
}

/** The API server's own token: clients must take it as it is, and it survives in logs as such. */
function encodeToken({ rv, start }: Continuation): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv, start })).toString('base64url');
}

function decodeToken(token: string): Continuation {
  try {
    const { rv, start } = JSON.parse(Buffer.from(token, 'base64url').toString()) as Partial<Continuation>;
    if (typeof rv === 'number' && typeof start === 'string') return { rv, start };
  } catch {
    // Falls through to the answer for tokens of another shape.
  }
  throw badRequest(
    'invalid continue token: continue key is not valid: invalid character looking for beginning of value',
  );
}

/** The key after which the next page starts: the last object's own, with the zero byte that makes it exclusive. */
const after = ({ metadata: { namespace, name } }: KubeObject) => `${namespace ? `${namespace}/` : ''}${name}\0`;

/** Pages of one list belong to one state of the store: so many of these states are kept. */
const keptSnapshots = 32;

/** Answers lists; keeps the snapshots that paged lists continue from. */
export class Lists {
  readonly #store: Store;
  readonly #snapshots = new Map<string, KubeObject[]>();

  constructor(store: Store) {
    this.#store = store;
  }

  list(resource: Resource, namespace: string | undefined, query: URLSearchParams, effects: Effects): ObjectList {
    const token = query.get('continue') ?? '';
    const limit = Number(query.get('limit') ?? 0);
    const from = token === '' ? undefined : decodeToken(token);
    const revision = from && from.rv !== -1 ? from.rv : this.#revision(query);
    const selected = selection(resource, query);
    const all = this.#snapshot(resource, namespace, from, effects);
    const rest = all.filter((object) => after(object) > (from?.start ?? '') && selected(object));
    const items = limit > 0 ? rest.slice(0, limit) : rest;
    const last = items.at(-1);
    const more = last !== undefined && items.length < rest.length;
    if (more) this.#keep(resource, namespace, revision, all);
    const { group, version, kind } = resource;
    // The count of what remains is unknown to a server that filters while it reads.
    const counted = !query.get('labelSelector') && !query.get('fieldSelector');
    return {
      kind: `${kind}List`,
      apiVersion: group ? `${group}/${version}` : version,
      metadata: {
        resourceVersion: String(revision),
        ...(more ? { continue: encodeToken({ rv: revision, start: after(last) }) } : {}),
        ...(more && counted ? { remainingItemCount: rest.length - items.length } : {}),
      },
      items,
    };
  }

  #revision(query: URLSearchParams): number {
    const asked = Number(query.get('resourceVersion') ?? 0);
    if (asked > this.#store.revision) throw resourceVersionTooLarge(asked, this.#store.revision);
    return this.#store.revision;
  }

  #snapshot(
    resource: Resource,
    namespace: string | undefined,
    from: Continuation | undefined,
    effects: Effects,
  ): KubeObject[] {
    if (from === undefined) return this.#store.list(resource.name, namespace);
    const kept = this.#snapshots.get(snapshotKey(resource, namespace, from.rv));
    // A token with revision -1 is the one that a 410 hands out: it continues at the present state.
    if (from.rv === -1) return this.#store.list(resource.name, namespace);
    if (kept === undefined || effectOf(effects, 'gone')) throw expiredContinue(encodeToken({ ...from, rv: -1 }));
    return kept;
  }

  #keep(resource: Resource, namespace: string | undefined, revision: number, all: KubeObject[]): void {
    this.#snapshots.set(snapshotKey(resource, namespace, revision), all);
    const [oldest] = this.#snapshots.keys();
    if (this.#snapshots.size > keptSnapshots && oldest !== undefined) this.#snapshots.delete(oldest);
  }
}

const snapshotKey = ({ name }: Resource, namespace: string | undefined, rv: number) =>
  `${name} ${namespace ?? ''} ${rv}`;
