import { noSuchResource } from './status.ts';

/** A kind that the stand-in serves, as discovery describes it. */
export interface Resource {
  group: string;
  version: string;
  name: string;
  kind: string;
  namespaced: boolean;
  shortNames: readonly string[];
  verbs: readonly string[];
}

const read = ['get', 'list', 'watch'] as const;

function core(name: string, kind: string, shortName: string, more: Partial<Resource> = {}): Resource {
  return { group: '', version: 'v1', name, kind, namespaced: true, shortNames: [shortName], verbs: read, ...more };
}

const pods = core('pods', 'Pod', 'po', { verbs: ['create', 'delete', 'deletecollection', ...read] });

const accessReviews: Resource = {
  group: 'authorization.k8s.io',
  version: 'v1',
  name: 'selfsubjectaccessreviews',
  kind: 'SelfSubjectAccessReview',
  namespaced: false,
  shortNames: [],
  verbs: ['create'],
};

/** Who am I: what kubectl auth whoami asks. */
const selfReviews: Resource = {
  ...accessReviews,
  group: 'authentication.k8s.io',
  name: 'selfsubjectreviews',
  kind: 'SelfSubjectReview',
};

export const resources: readonly Resource[] = [
  core('nodes', 'Node', 'no', { namespaced: false }),
  core('namespaces', 'Namespace', 'ns', { namespaced: false }),
  pods,
  core('configmaps', 'ConfigMap', 'cm'),
  core('services', 'Service', 'svc'),
  core('events', 'Event', 'ev'),
  core('daemonsets', 'DaemonSet', 'ds', { group: 'apps' }),
  core('servicecidrs', 'ServiceCIDR', '', { group: 'networking.k8s.io', namespaced: false, shortNames: [] }),
  accessReviews,
  selfReviews,
];

/** The resource that holds objects of this kind; an unknown kind is a mistake in a test's objects. */
export function resourceOfKind(kind: string): Resource {
  const resource = resources.find((candidate) => candidate.kind === kind);
  if (!resource) throw new Error(`the stand-in serves no objects of kind ${kind}`);
  return resource;
}

/** A request in the API server's terms, as its authorizer sees it. */
export interface RequestInfo {
  verb: string;
  group: string;
  version: string;
  resource: string;
  subresource?: string;
  namespace?: string;
  name?: string;
}

const verbs: Record<string, readonly [one: string, many: string]> = {
  GET: ['get', 'list'],
  POST: ['create', 'create'],
  PUT: ['update', 'update'],
  PATCH: ['patch', 'patch'],
  DELETE: ['delete', 'deletecollection'],
};

/** Undefined when the path is none of a resource (/version, discovery). */
export function requestInfo(method: string, url: URL): RequestInfo | undefined {
  const parts = url.pathname.split('/').filter(Boolean).map(decodeURIComponent);
  const rest = parts[0] === 'api' ? parts.slice(2) : parts[0] === 'apis' ? parts.slice(3) : [];
  if (rest.length === 0) return undefined;
  const [group, version] = parts[0] === 'api' ? ['', parts[1] ?? ''] : [parts[1] ?? '', parts[2] ?? ''];
  // /namespaces/x is an object of its own, and a prefix where a resource follows.
  const namespaced = rest[0] === 'namespaces' && rest.length > 2;
  const [resource = '', name, subresource] = namespaced ? rest.slice(2) : rest;
  const namespace = rest[0] === 'namespaces' ? rest[1] : undefined;
  const [one, many] = verbs[method] ?? ['', ''];
  const watch = /^(true|1)$/.test(url.searchParams.get('watch') ?? '');
  const verb = method === 'GET' && name === undefined && watch ? 'watch' : name === undefined ? many : one;
  return {
    verb,
    group,
    version,
    resource,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
  };
}

/** The resource of a request; a 404 when the stand-in does not serve it. */
export function servedResource(info: RequestInfo): Resource {
  const found = resources.find(
    ({ group, version, name }) => group === info.group && version === info.version && name === info.resource,
  );
  if (!found) throw noSuchResource();
  return found;
}
