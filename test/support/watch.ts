import type { ServerResponse } from 'node:http';
import { type Effects, effectOf } from './faults.ts';
import type { KubeObject } from './objects.ts';
import type { Representation } from './representation.ts';
import type { Resource } from './resources.ts';
import type { Predicate } from './selectors.ts';
import { ApiError, tooOldResourceVersion } from './status.ts';
import type { Change, Store } from './store.ts';
import { watchFaults } from './watch-faults.ts';

export interface WatchRequest {
  resource: Resource;
  namespace: string | undefined;
  selected: Predicate;
  representation: Representation;
  query: URLSearchParams;
  effects: Effects;
  bookmarkMs: number;
}

/** Told the size of every event that goes out. */
export type CountBytes = (bytes: number) => void;

type EventType = Change['type'];

/** What a selecting watch makes of a change: an object that stops matching is deleted to it, one that starts is new. */
function eventType(change: Change, selected: Predicate): EventType | undefined {
  const before = change.previous !== undefined && selected(change.previous);
  const now = change.type !== 'DELETED' && selected(change.object);
  if (now) return before ? 'MODIFIED' : 'ADDED';
  return before ? 'DELETED' : undefined;
}

/** The revision to resume from; undefined: begin with the present state. Throws what the API server answers. */
function startRevision(query: URLSearchParams): number | undefined {
  const text = query.get('resourceVersion') ?? '';
  if (text === '' || text === '0' || query.get('sendInitialEvents') === 'true') return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const parse = `strconv.ParseUint: parsing "${text}": invalid syntax`;
  throw new ApiError(500, undefined, `resourceVersion: Invalid value: "${text}": ${parse}`);
}

/** Serves a watch until it times out, a fault ends it, or the client leaves. */
export function serveWatch(store: Store, request: WatchRequest, response: ServerResponse, count: CountBytes): void {
  const { resource, namespace, selected, representation, query, effects } = request;
  const start = startRevision(query);
  const { drop, pass } = watchFaults(effects);
  const timers: NodeJS.Timeout[] = [];
  let silent = false;
  // Its headers go out at once: clients wait for them before they call the watch established.
  response.writeHead(200, { 'Content-Type': 'application/json' }).flushHeaders();

  const send = (type: string, object: object) => {
    if (response.writableEnded || response.destroyed || silent) return;
    const { lines, breaks } = pass(`${JSON.stringify({ type, object })}\n`);
    response.write(lines);
    count(Buffer.byteLength(lines));
    if (breaks) interrupt();
  };
  const interrupt = () => {
    if (drop?.how === 'silent') silent = true;
    else if (drop?.how === 'reset') response.destroy();
    else response.end();
  };
  const bookmark = (annotations?: Record<string, string>) => {
    const metadata = { resourceVersion: String(store.revision), ...(annotations ? { annotations } : {}) };
    const { group, version, kind } = resource;
    send('BOOKMARK', { kind, apiVersion: group ? `${group}/${version}` : version, metadata });
  };
  const report = (change: Change) => {
    if (change.resource !== resource.name) return;
    if (namespace !== undefined && change.object.metadata.namespace !== namespace) return;
    const type = eventType(change, selected);
    // The object that no longer matches is sent as it was, with the version of the change.
    const left = type === 'DELETED' && change.previous ? withVersion(change.previous, change.revision) : change.object;
    if (type) send(type, representation.event(change.type === 'DELETED' ? change.object : left));
  };

  if (effectOf(effects, 'gone') || (start !== undefined && start < store.compactedRevision)) {
    send('ERROR', tooOldResourceVersion(start ?? 0, store.compactedRevision + 1).status);
    response.end();
    return;
  }
  if (start === undefined) {
    for (const object of store.list(resource.name, namespace)) {
      if (selected(object)) send('ADDED', representation.event(object));
    }
    if (query.get('sendInitialEvents') === 'true') bookmark({ 'k8s.io/initial-events-end': 'true' });
  } else for (const change of store.changesSince(start)) report(change);

  const unsubscribe = store.subscribe(report);
  if (query.get('allowWatchBookmarks') === 'true') timers.push(setInterval(() => bookmark(), request.bookmarkMs));
  const seconds = Number(query.get('timeoutSeconds')) || 1800 + Math.random() * 1800;
  timers.push(setTimeout(() => response.end(), seconds * 1000));
  if (drop?.ms !== undefined) timers.push(setTimeout(interrupt, drop.ms));
  response.once('close', () => {
    unsubscribe();
    for (const timer of timers) clearTimeout(timer);
  });
}

function withVersion(object: KubeObject, revision: number): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}
