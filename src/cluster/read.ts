import { findAgents, isClustersOwn } from '../cnis/agents.ts';
import { cniOf } from '../cnis/lookup.ts';
import { messageOf } from '../errors.ts';
import type { Call, Cluster, DaemonSet, Pod } from '../kube/cluster.ts';
import { KubeError } from '../kube/errors.ts';
import { excerpt } from '../text/excerpt.ts';
import { configMapsOf } from './config-maps.ts';
import type { ConfigData, Evidence } from './evidence.ts';
import { kubeProxyConfigMaps, kubeProxyDaemonSets } from './kube-proxy.ts';

/** The most ConfigMaps that are read. */
const CONFIG_MAPS = 6;

/** How a static pod of kube-proxy is labelled: by kOps; by GKE and RKE2. */
const STATIC_POD_LABELS = ['k8s-app=kube-proxy', 'component=kube-proxy'];

type Readable = Pick<Cluster, 'daemonSets' | 'configMap' | 'service' | 'serviceCidrs' | 'pods'>;

/**
 * Reads what tells the cluster's network apart, besides its nodes: three requests at once (DaemonSets, the Service kubernetes,
 * ServiceCIDRs), then at most eight more: six ConfigMaps that the DaemonSets name, and, where no DaemonSet runs kube-proxy, two lists of
 * one static pod. What may not or cannot be read is left out. Rejects only when nothing could be read for another reason than missing
 * permission, and when the call is aborted.
 */
export async function readEvidence(cluster: Readable, call: Call = {}): Promise<Omit<Evidence, 'nodes'>> {
  const first = await Promise.allSettled([
    cluster.daemonSets(call),
    cluster.service('default', 'kubernetes', call),
    cluster.serviceCidrs(call),
  ]);
  call.signal?.throwIfAborted();
  const [daemonSets, service, cidrs] = first;
  throwIfNothingWasRead([daemonSets, service]);
  const found = fulfilled(daemonSets);
  const [configMaps, kubeProxyPods] = await Promise.all([
    readConfigMaps(cluster, found, call),
    kubeProxyDaemonSets(found ?? []).length > 0 ? undefined : readStaticPods(cluster, call),
  ]);
  call.signal?.throwIfAborted();
  const kubernetesService = fulfilled(service);
  const serviceCidrs = fulfilled(cidrs);
  return {
    ...(daemonSets.status === 'fulfilled'
      ? { daemonSets: daemonSets.value }
      : { daemonSetsUnread: whyUnread(daemonSets.reason) }),
    configMaps,
    ...(kubeProxyPods && { kubeProxyPods }),
    ...(kubernetesService && { kubernetesService }),
    ...(serviceCidrs && { serviceCidrs }),
  };
}

function throwIfNothingWasRead(results: readonly PromiseSettledResult<unknown>[]): void {
  if (results.some(({ status }) => status === 'fulfilled')) return;
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  const unexpected = errors.find((error) => !isRefusal(error));
  if (unexpected !== undefined) throw unexpected;
}

function isRefusal(error: unknown): boolean {
  return error instanceof KubeError && (error.status === 403 || error.status === 404);
}

/** The ConfigMaps of kube-proxy and of the CNIs' agents, strangers' too. */
async function readConfigMaps(
  cluster: Readable,
  daemonSets: readonly DaemonSet[] | undefined,
  call: Call,
): Promise<Record<string, ConfigData>> {
  const agents = findAgents(daemonSets ?? []).sort((a, b) => order(a.daemonSet) - order(b.daemonSet));
  const ofAgents = agents.flatMap(({ id, daemonSet }) => {
    const usual = cniOf(id).configMap?.(daemonSet);
    return usual === undefined ? [] : configMapsOf(daemonSet, usual);
  });
  const names = [...new Set([...kubeProxyConfigMaps(daemonSets), ...ofAgents])].slice(0, CONFIG_MAPS);
  const read = names.map(async (key) => {
    const [namespace = '', name = ''] = key.split('/');
    const data = await cluster.configMap(namespace, name, call).catch(() => undefined);
    return data ? [[key, data] as const] : [];
  });
  return Object.fromEntries((await Promise.all(read)).flat());
}

const order = (daemonSet: DaemonSet) => (isClustersOwn(daemonSet) ? 0 : 1);

/** One static pod of each label; undefined: none of them could be listed. */
async function readStaticPods(cluster: Readable, call: Call): Promise<Pod[] | undefined> {
  const lists = await Promise.allSettled(
    STATIC_POD_LABELS.map((labelSelector) => cluster.pods({ namespace: 'kube-system', labelSelector, limit: 1 }, call)),
  );
  const read = lists.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  return read.length === 0 ? undefined : read.flat();
}

/** In one line, for use in a sentence. */
function whyUnread(error: unknown): string {
  const line = messageOf(error).replace(/\s+/g, ' ');
  return excerpt(line.replace(/^error: /i, ''), 200);
}

function fulfilled<T>(result: PromiseSettledResult<T>): T | undefined {
  return result.status === 'fulfilled' ? result.value : undefined;
}
