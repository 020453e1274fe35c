import { randomUUID } from 'node:crypto';
import { type KubeObject, type ObjectMeta, timestamp } from './objects.ts';
import { resourceOfKind } from './resources.ts';

/** One write, as a watch sees it. `previous` is undefined for a creation; for a deletion `object` is the last state. */
export interface Change {
  revision: number;
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  resource: string;
  object: KubeObject;
  previous: KubeObject | undefined;
}

const key = ({ namespace, name }: Pick<ObjectMeta, 'namespace' | 'name'>) =>
  namespace ? `${namespace}/${name}` : name;

/** What etcd is to the API server: objects by key, one counter of revisions, and the history that watches resume from. */
export class Store {
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #historyLimit: number;
  #history: Change[] = [];
  #revision = 1;
  #compacted = 0;

  /** `historyLimit`: how many changes a watch can look back. */
  constructor(historyLimit: number) {
    this.#historyLimit = historyLimit;
  }

  get revision(): number {
    return this.#revision;
  }

  /** Revisions up to this one can no longer be watched from. */
  get compactedRevision(): number {
    return this.#compacted;
  }

  get(resource: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#objects.get(resource)?.get(key(namespace === undefined ? { name } : { namespace, name }));
  }

  /** In etcd's order: by namespace, then by name. */
  list(resource: string, namespace?: string): KubeObject[] {
    const all = [...(this.#objects.get(resource)?.entries() ?? [])];
    const within = namespace === undefined ? all : all.filter(([, { metadata }]) => metadata.namespace === namespace);
    return within.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  /** Adds uid, creation time and resource version; the caller has made sure that the name is free. */
  create<T extends KubeObject>(object: T): T {
    const metadata = { uid: randomUUID(), creationTimestamp: timestamp(), ...object.metadata };
    return this.#write('ADDED', { ...object, metadata }, undefined);
  }

  /** Replaces an object of the same name with its next version; undefined, and no write, when it is gone. */
  replace<T extends KubeObject>(object: T): T | undefined {
    const { name, namespace, uid } = object.metadata;
    const previous = this.get(resourceOfKind(object.kind).name, namespace, name);
    if (!previous || (uid !== undefined && previous.metadata.uid !== uid)) return undefined;
    return this.#write('MODIFIED', object, previous);
  }

  /** Removes the object; its last state, with the revision of the removal, goes to the watches. */
  remove<T extends KubeObject>(object: T): T | undefined {
    const { name, namespace } = object.metadata;
    const previous = this.get(resourceOfKind(object.kind).name, namespace, name);
    return previous && this.#write('DELETED', previous as T, previous);
  }

  /** Forgets the history: a watch from any earlier resource version is answered with 410. */
  compact(): void {
    this.#history = [];
    this.#compacted = this.#revision;
  }

  changesSince(revision: number): readonly Change[] {
    return this.#history.filter((change) => change.revision > revision);
  }

  /** Calls back at every write, before it returns; the returned function ends that. */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #write<T extends KubeObject>(type: Change['type'], from: T, previous: KubeObject | undefined): T {
    this.#revision += 1;
    const object = { ...from, metadata: { ...from.metadata, resourceVersion: String(this.#revision) } };
    const resource = resourceOfKind(object.kind).name;
    const objects = this.#objects.get(resource) ?? new Map<string, KubeObject>();
    this.#objects.set(resource, objects);
    if (type === 'DELETED') objects.delete(key(object.metadata));
    else objects.set(key(object.metadata), object);
    this.#remember({ revision: this.#revision, type, resource, object, previous });
    return object;
  }

  #remember(change: Change): void {
    this.#history.push(change);
    // In halves, so that a long history costs nothing per write.
    if (this.#history.length > 2 * this.#historyLimit) {
      const dropped = this.#history.splice(0, this.#historyLimit);
      this.#compacted = dropped.at(-1)?.revision ?? this.#compacted;
    }
    for (const listener of [...this.#listeners]) listener(change);
  }
}
