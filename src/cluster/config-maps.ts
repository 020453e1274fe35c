import type { DaemonSet } from '../kube/cluster.ts';
import type { ConfigData, Evidence } from './evidence.ts';

/** The most ConfigMaps that are read of one DaemonSet. */
const OF_ONE = 3;

/**
 * The ConfigMaps that may configure a DaemonSet, as NAMESPACE/NAME: those that it mounts or takes its environment from. Their names are
 * whatever the installer chose (EKS, Talos, Helm); the usual one is added where the DaemonSet may read it through the API.
 */
export function configMapsOf({ namespace, configMaps = [] }: DaemonSet, usual?: string): string[] {
  const names = [...configMaps, ...(usual === undefined ? [] : [usual])];
  const usualFirst = usual !== undefined && configMaps.includes(usual) ? [usual, ...names] : names;
  return [...new Set(usualFirst)].slice(0, OF_ONE).map((name) => `${namespace}/${name}`);
}

/** What was read of those ConfigMaps, in their order. */
export function configsOf({ configMaps }: Pick<Evidence, 'configMaps'>, names: readonly string[]): ConfigData[] {
  return names.flatMap((name) => {
    const data = configMaps[name];
    return data ? [data] : [];
  });
}
