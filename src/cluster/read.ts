import { findAgents, isClustersOwn } from '../cnis/agents.ts';
import { cniOf } from '../cnis/lookup.ts';
import type { Call, Cluster, DaemonSet } from '../kube/cluster.ts';
import { KubeError } from '../kube/errors.ts';
import type { ConfigData, Evidence } from './evidence.ts';
import { kubeProxyDaemonSet } from './kube-proxy.ts';

/** Two agents are read of at most: it makes six requests in all. */
const CNI_CONFIGS = 2;

/**
 * Reads what tells the cluster's network apart, besides its nodes: three requests at once, then at most three more for the ConfigMaps that the
 * DaemonSets make relevant. What may not or cannot be read is left out. Rejects only when nothing could be read for another
 * reason than missing permission, and when the call is aborted.
 */
export async function readEvidence(
  cluster: Pick<Cluster, 'daemonSets' | 'configMap' | 'service'>,
  call: Call = {},
): Promise<Omit<Evidence, 'nodes'>> {
  const first = await Promise.allSettled([
    cluster.daemonSets(call),
    cluster.configMap('kube-system', 'kube-proxy', call),
    cluster.service('default', 'kubernetes', call),
  ]);
  call.signal?.throwIfAborted();
  throwIfNothingWasRead(first);
  const [daemonSets, kubeProxy, service] = first;
  const found = daemonSets.status === 'fulfilled' ? daemonSets.value.filter(isClustersOwn) : undefined;
  const [cniConfigs, elsewhere] = await Promise.all([
    readCniConfigs(cluster, found ?? [], call),
    readEksConfig(cluster, kubeProxy, found, call),
  ]);
  call.signal?.throwIfAborted();
  return {
    ...(found && { daemonSets: found }),
    ...(kubeProxy.status === 'fulfilled' && kubeProxy.value && { kubeProxyConfig: kubeProxy.value }),
    ...(elsewhere && { kubeProxyConfig: elsewhere }),
    cniConfigs,
    ...(service.status === 'fulfilled' && service.value && { kubernetesService: service.value }),
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

async function readCniConfigs(
  cluster: Pick<Cluster, 'configMap'>,
  daemonSets: readonly DaemonSet[],
  call: Call,
): Promise<Record<string, ConfigData>> {
  const wanted = findAgents(daemonSets).flatMap(({ id, daemonSet }) => {
    const name = cniOf(id).configMap?.(daemonSet);
    return name === undefined ? [] : [{ id, namespace: daemonSet.namespace, name }];
  });
  const configs = await Promise.all(
    wanted.slice(0, CNI_CONFIGS).map(async ({ id, namespace, name }) => {
      const data = await cluster.configMap(namespace, name, call).catch(() => undefined);
      return { id, data };
    }),
  );
  return Object.fromEntries(configs.flatMap(({ id, data }) => (data ? [[id, data]] : [])));
}

/** EKS runs kube-proxy as a DaemonSet too, but names its ConfigMap differently. */
async function readEksConfig(
  cluster: Pick<Cluster, 'configMap'>,
  usual: PromiseSettledResult<ConfigData | undefined>,
  daemonSets: readonly DaemonSet[] | undefined,
  call: Call,
): Promise<ConfigData | undefined> {
  const missing = usual.status === 'fulfilled' && usual.value === undefined;
  if (!missing || !daemonSets || !kubeProxyDaemonSet(daemonSets)) return undefined;
  return cluster.configMap('kube-system', 'kube-proxy-config', call).catch(() => undefined);
}
