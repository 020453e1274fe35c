import { allowed, authorize, type User } from './access.ts';
import { discovery } from './discovery.ts';
import { type Effects, effectOf } from './faults.ts';
import { type Lists, selection } from './lists.ts';
import type { DeleteOptions, PodApi } from './pods.ts';
import { type Representation, representation } from './representation.ts';
import { type RequestInfo, type Resource, requestInfo, servedResource } from './resources.ts';
import { badRequest, methodNotAllowed, noSuchResource, notFound, unsupportedMediaType } from './status.ts';
import type { Store } from './store.ts';
import type { WatchRequest } from './watch.ts';

/** A request whose body has been read and whose user is known. */
export interface ApiRequest {
  method: string;
  url: URL;
  accept: string | undefined;
  contentType: string;
  userAgent: string;
  body: Buffer;
  user: User;
  effects: Effects;
}

/** What to answer: a JSON document, text (logs), or a stream of events. */
export type Answer = { code: number; body: object } | { code: number; text: Buffer } | { watch: WatchRequest };

export interface Api {
  store: Store;
  lists: Lists;
  pods: PodApi;
  gitVersion: string;
  bookmarkMs: number;
}

/** Routes one request, throwing ApiError where the API server refuses. */
export function answer(api: Api, request: ApiRequest): Answer {
  const { url, user } = request;
  const document = discovery(url.pathname, api.gitVersion, url.host);
  if (document) return { code: 200, body: document };
  const info = requestInfo(request.method, url);
  if (!info) throw noSuchResource();
  if (!anyoneMay.has(info.resource)) authorize(user, info);
  const resource = servedResource(info);
  const handle = handlers[`${info.subresource ?? ''}${info.verb}`];
  if (!handle || !(resource.verbs.includes(info.verb) || info.subresource)) throw methodNotAllowed();
  return handle(api, request, info, resource, representation(request.accept));
}

/** What every user may ask about themselves. */
const anyoneMay = new Set(['selfsubjectaccessreviews', 'selfsubjectreviews']);

type Handler = (api: Api, request: ApiRequest, info: RequestInfo, resource: Resource, shape: Representation) => Answer;

const handlers: Record<string, Handler> = {
  get({ store }, _request, { name = '', namespace, group }, resource, shape) {
    const found = store.get(resource.name, resource.namespaced ? namespace : undefined, name);
    if (!found) throw notFound({ resource: resource.name, group, name });
    return { code: 200, body: shape.one(found) };
  },

  list({ lists }, { url, effects }, { namespace }, resource, shape) {
    return { code: 200, body: shape.list(lists.list(resource, namespace, url.searchParams, effects)) };
  },

  watch({ bookmarkMs }, { url, effects }, { namespace }, resource, shape) {
    const query = url.searchParams;
    const selected = selection(resource, query);
    return { watch: { resource, namespace, selected, representation: shape, query, effects, bookmarkMs } };
  },

  create(api, request, { namespace }, resource, shape) {
    if (!/^application\/json\b|^$/.test(request.contentType)) throw unsupportedMediaType();
    const body = parse(request.body, resource.kind);
    if (resource.name === 'selfsubjectaccessreviews') return accessReview(request.user, body);
    if (resource.name === 'selfsubjectreviews') return selfReview(request.user);
    if (namespace === undefined) throw methodNotAllowed();
    const { effects, url } = request;
    const [manager = ''] = request.userAgent.split(/[/\s]/);
    const dryRun = url.searchParams.get('dryRun') === 'All';
    return { code: 201, body: shape.one(api.pods.create(body, { namespace, effects, manager, dryRun })) };
  },

  delete({ pods }, request, { namespace = '', name = '' }, _resource, shape) {
    return { code: 200, body: shape.one(pods.remove(namespace, name, deleteOptions(request))) };
  },

  deletecollection({ pods, lists }, request, { namespace }, resource, shape) {
    const found = lists.list(resource, namespace, request.url.searchParams, []);
    const options = deleteOptions(request);
    const items = found.items.map(({ metadata }) => pods.remove(metadata.namespace ?? '', metadata.name, options));
    return { code: 200, body: shape.list({ ...found, items }) };
  },

  logget({ pods }, { url }, { namespace = '', name = '' }) {
    return { code: 200, text: pods.log(namespace, name, url.searchParams) };
  },
};

function parse(body: Buffer, kind: string): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    const why = `couldn't get version/kind; json parse error: ${(error as Error).message}`;
    throw badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why}`);
  }
}

/** From the body (DeleteOptions), else from the query. */
function deleteOptions({ body, url }: ApiRequest): DeleteOptions {
  const query = url.searchParams;
  const sent = (body.length === 0 ? {} : parse(body, 'DeleteOptions')) as {
    gracePeriodSeconds?: number;
    preconditions?: { uid?: string };
    dryRun?: string[];
  };
  const grace = query.get('gracePeriodSeconds');
  return {
    gracePeriodSeconds: sent.gracePeriodSeconds ?? (grace === null ? undefined : Number(grace)),
    uid: sent.preconditions?.uid,
    dryRun: sent.dryRun?.includes('All') || query.get('dryRun') === 'All',
  };
}

interface ReviewBody {
  spec?: {
    resourceAttributes?: { verb?: string; resource?: string; subresource?: string; namespace?: string; name?: string };
  };
}

function accessReview(user: User, body: unknown): Answer {
  const { spec = {} } = body as ReviewBody;
  const { verb = '', resource = '', subresource, namespace } = spec.resourceAttributes ?? {};
  const yes = allowed(user, {
    verb,
    resource,
    ...(subresource ? { subresource } : {}),
    ...(namespace ? { namespace } : {}),
  });
  const status = yes ? { allowed: true, reason: `RBAC: allowed to User "${user.name}"` } : { allowed: false };
  const kind = { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1' };
  return { code: 201, body: { ...kind, metadata: {}, spec, status } };
}

function selfReview({ name }: User): Answer {
  const kind = { kind: 'SelfSubjectReview', apiVersion: 'authentication.k8s.io/v1' };
  return { code: 201, body: { ...kind, metadata: {}, status: { userInfo: { username: name } } } };
}

/** Whether the effects leave the server no chance to act; such an answer comes from in front of it. */
export const refusedUpFront = (effects: Effects) =>
  effectOf(effects, 'html') !== undefined || effects.some((one) => one.effect === 'status' && one.when !== 'after');
