import packageJson from '../../package.json' with { type: 'json' };
import type { Call, Cluster, Pod, PodQuery } from './cluster.ts';
import type { ConnectionOptions } from './connection.ts';
import { Credentials } from './credentials.ts';
import { KubeError } from './errors.ts';
import { loadKubeconfig } from './kubeconfig.ts';
import { list, pages } from './list.ts';
import { sameTexts, toDaemonSet, toMeta, toNode, toPod } from './objects.ts';
import { path, podsPath } from './path.ts';
import { requestLog } from './request-log.ts';
import { Transport } from './transport.ts';
import { watchPods } from './watch.ts';

const FIELD_MANAGER = 'kubectl-netprereq';
/** Such as kubectl-netprereq/0.1.0 (linux/x64). */
const USER_AGENT = `${FIELD_MANAGER}/${packageJson.version} (${process.platform}/${process.arch})`;
const NODES_PER_PAGE = 250;
/** Names and labels are enough where the object is not needed. A server that cannot leave the rest out sends it whole. */
const METADATA = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json';
const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

function isStatus(error: unknown, status: number): error is KubeError {
  return error instanceof KubeError && error.status === status;
}

function unlessMissing<T>(found: Promise<T>): Promise<T | undefined> {
  return found.catch((error) => {
    if (!isStatus(error, 404)) throw error;
    return undefined;
  });
}

function hasLabelsOf(existing: Pod, sent: Pod): boolean {
  const labels = Object.entries(sent.metadata.labels ?? {});
  return labels.length > 0 && labels.every(([name, value]) => existing.metadata.labels?.[name] === value);
}

async function createPod(
  transport: Transport,
  pod: Pod,
  { dryRun, ...call }: Call & { dryRun?: boolean },
): Promise<Pod> {
  const { namespace = 'default', name } = pod.metadata;
  const query = { fieldManager: FIELD_MANAGER, dryRun: dryRun ? 'All' : undefined };
  try {
    return toPod(await transport.object({ ...call, method: 'POST', path: podsPath(namespace, [], query), body: pod }));
  } catch (error) {
    if (!isStatus(error, 409) || error.reason !== 'AlreadyExists' || dryRun) throw error;
    // A list of one: whoever may list pods need not be allowed to get them too.
    const at = podsPath(namespace, [], { fieldSelector: `metadata.name=${name}` });
    const [existing] = (await list(transport, { ...call, path: at })).items.map(toPod);
    // All labels are ours, the run's among them: an earlier attempt arrived, only its answer was lost.
    if (existing && hasLabelsOf(existing, pod)) return existing;
    throw error;
  }
}

/** What the server says of its caller. */
async function review(transport: Transport, group: string, kind: string, call: Call, spec?: object) {
  const at = path(['apis', group, 'v1', `${kind.toLowerCase()}s`]);
  const body = { apiVersion: `${group}/v1`, kind, spec };
  const { status } = await transport.object({ ...call, method: 'POST', path: at, body });
  return (status ?? {}) as { allowed?: boolean; userInfo?: { username?: string } };
}

/** The Cluster over a transport: each method is one request, or one list of pages. */
function cluster(transport: Transport, server: string, namespace: Cluster['namespace']): Cluster {
  const get = (at: string, call: Call) => transport.object({ ...call, path: at });
  const podList = ({ namespace: inNamespace, ...query }: PodQuery) => podsPath(inNamespace, [], { ...query });
  return {
    server,
    namespace,
    async version(call = {}) {
      const { gitVersion } = (await get('/version', call)) as { gitVersion?: string };
      return gitVersion ?? '';
    },
    serverTime: () => transport.serverTime,
    async allowed(access, call = {}) {
      // As kubectl auth can-i has it: RESOURCE.GROUP.
      const [resource, ...group] = access.resource.split('.');
      const spec = { resourceAttributes: { ...access, resource, group: group.join('.') } };
      const { allowed } = await review(transport, 'authorization.k8s.io', 'SelfSubjectAccessReview', call, spec);
      return allowed === true;
    },
    async userName(call = {}) {
      const { userInfo } = await review(transport, 'authentication.k8s.io', 'SelfSubjectReview', call);
      return userInfo?.username ?? '';
    },
    async *nodes({ name, ...call } = {}) {
      const fieldSelector = name && `metadata.name=${name}`;
      const at = (token: string | undefined) =>
        path(['api', 'v1', 'nodes'], { limit: NODES_PER_PAGE, continue: token, fieldSelector });
      const same = sameTexts();
      for await (const page of pages(transport, at, call)) yield page.map((item) => toNode(item, same));
    },
    async names(resource, { selector, ...call } = {}) {
      const at = path(['api', 'v1', resource], { labelSelector: selector, resourceVersion: 0 });
      const { items } = await list(transport, { ...call, path: at, accept: METADATA_LIST });
      return items.map((item) => toMeta(item).name);
    },
    async daemonSets(call = {}) {
      const { items } = await list(transport, { ...call, path: path(['apis', 'apps', 'v1', 'daemonsets']) });
      return items.map(toDaemonSet);
    },
    async configMap(inNamespace, name, call = {}) {
      const at = path(['api', 'v1', 'namespaces', inNamespace, 'configmaps', name]);
      const found = (await unlessMissing(get(at, call))) as { data?: Record<string, string> } | undefined;
      return found && (found.data ?? {});
    },
    async service(inNamespace, name, call = {}) {
      const at = path(['api', 'v1', 'namespaces', inNamespace, 'services', name]);
      const found = (await unlessMissing(get(at, call))) as
        | { spec?: { clusterIP?: string; clusterIPs?: string[]; ipFamilies?: string[] } }
        | undefined;
      const { clusterIP, clusterIPs, ipFamilies } = found?.spec ?? {};
      return found && { clusterIPs: clusterIPs ?? (clusterIP ? [clusterIP] : []), ipFamilies: ipFamilies ?? [] };
    },
    async serviceCidrs(call = {}) {
      const at = path(['apis', 'networking.k8s.io', 'v1', 'servicecidrs']);
      const { items } = await list(transport, { ...call, path: at });
      return items.flatMap((item) => (item as { spec?: { cidrs?: string[] } }).spec?.cidrs ?? []);
    },
    createPod: (pod, call = {}) => createPod(transport, pod, call),
    async deletePod(inNamespace, name, { gracefully = false, ...call } = {}) {
      const at = podsPath(inNamespace, [name], gracefully ? {} : { gracePeriodSeconds: 0 });
      await unlessMissing(transport.text({ ...call, method: 'DELETE', path: at, accept: METADATA }));
    },
    async pods(query, call = {}) {
      return (await list(transport, { ...call, path: podList(query) })).items.map(toPod);
    },
    async podMetadata(query, call = {}) {
      return (await list(transport, { ...call, path: podList(query), accept: METADATA_LIST })).items.map(toMeta);
    },
    watchPods: (query, call) => watchPods(transport, query, call.signal),
    podLog: (inNamespace, name, query, call = {}) =>
      transport.text({ ...call, path: podsPath(inNamespace, [name, 'log'], { ...query }), accept: 'text/plain, */*' }),
    close: () => transport.close(),
  };
}

/**
 * The cluster that kubectl would talk to with these flags and this environment. Nothing is sent yet: the first call connects and
 * obtains the credential. Rejects with a KubeError when kubeconfig and flags name no cluster.
 */
export async function connect(options: ConnectionOptions, env: NodeJS.ProcessEnv = process.env): Promise<Cluster> {
  const connection = loadKubeconfig(options, env);
  const transport = new Transport({
    ...connection,
    credentials: new Credentials(connection, env, options.onPlugin),
    userAgent: USER_AGENT,
    onRequest: options.log && requestLog(options.log.level, options.log.write),
  });
  return cluster(transport, connection.server, connection.namespace);
}
