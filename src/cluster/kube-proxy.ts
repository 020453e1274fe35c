import { findAgents, isClustersOwn, isIdle, servesServices } from '../cnis/agents.ts';
import { cniOf } from '../cnis/lookup.ts';
import { type DistributionId, distributionOf } from '../distributions/lookup.ts';
import type { DaemonSet } from '../kube/cluster.ts';
import { parseYaml } from '../text/structured.ts';
import { configMapsOf, configsOf } from './config-maps.ts';
import type { ConfigData, Evidence } from './evidence.ts';
import { argumentsOf, type NodeArguments, nodeArguments } from './node-arguments.ts';
import type { KubeProxyMode } from './profile.ts';

/** kubeadm's name for the ConfigMap; kube-proxy as a service of the host may leave one, too. */
const USUAL = 'kube-proxy';

const KIND = 'KubeProxyConfiguration';
const FIELDS = ['mode', 'bindAddress', 'clusterCIDR', 'clientConnection'];

/** The cluster's own DaemonSets of kube-proxy for Linux; those that run on no node (GKE, Calico with eBPF) are left out. */
export function kubeProxyDaemonSets(daemonSets: readonly DaemonSet[]): DaemonSet[] {
  return daemonSets.filter((daemonSet) => isKubeProxy(daemonSet) && !isIdle(daemonSet));
}

function isKubeProxy(daemonSet: DaemonSet): boolean {
  const { name, containers, nodeSelector } = daemonSet;
  if (!isClustersOwn(daemonSet) || nodeSelector?.['kubernetes.io/os'] === 'windows') return false;
  return (
    name === 'kube-proxy' ||
    /^kube-proxy-(?!win)/.test(name) ||
    containers.some((container) => container.name === 'kube-proxy' && !container.init)
  );
}

/** The ConfigMaps, as NAMESPACE/NAME, that may hold kube-proxy's configuration. */
export function kubeProxyConfigMaps(daemonSets: readonly DaemonSet[] | undefined): string[] {
  const found = kubeProxyDaemonSets(daemonSets ?? []);
  return found.length === 0 ? [`kube-system/${USUAL}`] : found.flatMap(configMapsOfProxy);
}

/** Arguments without --config say that no file counts; without any volume, the name is kubeadm's. */
function configMapsOfProxy(daemonSet: DaemonSet): string[] {
  if (daemonSet.configMaps?.length) return configMapsOf(daemonSet);
  const words = wordsOf(daemonSet.containers);
  return words.length > 0 && !words.some(isConfig) ? [] : configMapsOf(daemonSet, USUAL);
}

/** kube-proxy's mode, 'none' where something else is known to serve Services; undefined: not known. */
export function kubeProxyMode(evidence: Evidence, distribution: DistributionId | undefined): KubeProxyMode | undefined {
  const { daemonSets, kubeProxyPods, nodes } = evidence;
  const running = kubeProxyDaemonSets(daemonSets ?? []).filter((daemonSet) => !isIdle(daemonSet, nodes));
  if (running.length > 0) {
    return agreed(running.map((one) => modeOf(one.containers, configsOf(evidence, configMapsOfProxy(one)))));
  }
  const ofNodes = nodeArguments(nodes)?.map(modeInArguments) ?? [];
  if (ofNodes.includes('none')) return 'none';
  const told = ofNodes.filter((mode) => mode !== 'default');
  if (told.length > 0) return agreed(ofNodes.map((mode) => (mode === 'default' ? 'iptables' : mode)));
  if (kubeProxyPods?.length) return agreed(kubeProxyPods.map(({ spec }) => modeOf(spec.containers, [])));
  if (isReplaced(evidence)) return 'none';
  if (ofNodes.length > 0 || (distribution && distributionOf(distribution)?.ownKubeProxy)) return 'iptables';
  // Kept from all nodes on purpose: what it would be configured to does not matter.
  if (daemonSets?.some(isKubeProxy)) return 'none';
  const leftOver = evidence.configMaps[`kube-system/${USUAL}`];
  return leftOver && modeInConfigs([leftOver]);
}

/** The mode that all of them have; pools of nodes may differ, and then each node shows its own. */
function agreed(modes: readonly (KubeProxyMode | undefined)[]): KubeProxyMode | undefined {
  return modes.every((mode) => mode === modes[0]) ? modes[0] : undefined;
}

type Containers = readonly { readonly command?: readonly string[]; readonly args?: readonly string[] }[];

/** A file of configuration overrides the flags. A shell's line is one argument. */
function modeOf(containers: Containers, configs: readonly ConfigData[]): KubeProxyMode | undefined {
  const words = wordsOf(containers);
  const [flag] = argumentsOf(words).values('--proxy-mode');
  const byFile = words.some(isConfig) || flag === undefined;
  const inFile = byFile && configs.length > 0 ? modeInConfigs(configs) : undefined;
  if (inFile) return inFile;
  return words.some(isConfig) || (byFile && configs.some(isConfiguration)) ? undefined : asMode(flag ?? '');
}

const isConfig = (word: string) => /^--config(=|$)/.test(word);

function wordsOf(containers: Containers): string[] {
  return containers.flatMap(({ command = [], args = [] }) => [...command, ...args]).flatMap((arg) => arg.split(/\s+/));
}

/** The files' keys differ: config.conf for kubeadm, config for EKS, kube-proxy-config.yaml for OpenShift. */
function modeInConfigs(configs: readonly ConfigData[]): KubeProxyMode | undefined {
  const found = configs
    .flatMap((data) => Object.values(data))
    .flatMap((text) => {
      const document = configurationIn(text);
      return document ? [document] : [];
    });
  const best = found.find(({ kind }) => kind === KIND) ?? found[0];
  return best && asMode(best.mode ?? '');
}

const isConfiguration = (data: ConfigData) => Object.values(data).some((text) => configurationIn(text));

/** A KubeProxyConfiguration. Without a kind it counts where it has the fields of one, which a kubeconfig has not. */
function configurationIn(text: string): Readonly<Record<string, unknown>> | undefined {
  const document = parseYaml(text);
  const untold = document && !('kind' in document) && !('apiVersion' in document);
  return document?.kind === KIND || (untold && FIELDS.some((name) => name in document)) ? document : undefined;
}

/** What one k3s or RKE2 was told; 'default': nothing of it. */
function modeInArguments(args: NodeArguments): KubeProxyMode | 'default' | undefined {
  if (args.isSet('--disable-kube-proxy')) return 'none';
  const modes = args.values('--kube-proxy-arg').map((value) => /^(?:--)?proxy-mode=(.*)$/.exec(value)?.[1]);
  const mode = modes.find((value) => value !== undefined);
  return mode === undefined ? 'default' : asMode(mode);
}

function isReplaced(evidence: Evidence): boolean {
  const own = (evidence.daemonSets ?? []).filter((each) => isClustersOwn(each) && !isIdle(each, evidence.nodes));
  const byCni = findAgents(own).some(({ id, daemonSet }) => {
    const cni = cniOf(id);
    const configs = configsOf(evidence, configMapsOf(daemonSet, cni.configMap?.(daemonSet)));
    return cni.replacesKubeProxy?.(Object.assign({}, ...configs));
  });
  return byCni || own.some((daemonSet) => daemonSet.name === 'kube-router' && servesServices(daemonSet));
}

/** On Linux an empty mode is iptables; whatever else is no mode of kube-proxy's is not known. */
export function asMode(mode: unknown): KubeProxyMode | undefined {
  if (mode === '') return 'iptables';
  return mode === 'iptables' || mode === 'ipvs' || mode === 'nftables' ? mode : undefined;
}
