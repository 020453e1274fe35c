import { servesServices } from '../cnis/agents.ts';
import { type CniId, cniOf } from '../cnis/lookup.ts';
import type { DaemonSet } from '../kube/cluster.ts';
import { parseYaml } from '../text/structured.ts';
import type { ConfigData, Evidence } from './evidence.ts';
import { nodeArguments } from './node-arguments.ts';
import type { KubeProxyMode } from './profile.ts';

/** kube-proxy's DaemonSet for Linux, if it runs as one. */
export function kubeProxyDaemonSet(daemonSets: readonly DaemonSet[]): DaemonSet | undefined {
  return daemonSets.find(({ name }) => name === 'kube-proxy' || /^kube-proxy-(?!win)/.test(name));
}

/** kube-proxy's mode, 'none' where something else is known to serve Services; undefined: not known. */
export function kubeProxyMode(evidence: Evidence, cni: CniId | undefined): KubeProxyMode | undefined {
  const { daemonSets, kubeProxyConfig, nodes } = evidence;
  const daemonSet = daemonSets && kubeProxyDaemonSet(daemonSets);
  const inProcess = daemonSet || kubeProxyConfig ? undefined : modeInProcess(nodeArguments(nodes));
  if (inProcess) return inProcess;
  // A ConfigMap without a DaemonSet may be a leftover, but also belong to a kube-proxy that runs as a service of the host.
  if (daemonSets && !daemonSet && isReplaced(evidence, cni)) return 'none';
  if (kubeProxyConfig) return modeInConfig(kubeProxyConfig);
  if (!daemonSet) return undefined;
  const args = daemonSet.containers.flatMap((container) => [...container.command, ...container.args]);
  if (args.some((arg) => arg.includes('--config'))) return undefined;
  return asMode(option(args, '--proxy-mode') ?? '');
}

/** The file's key is config.conf for kubeadm, config for EKS. */
function modeInConfig(data: ConfigData): KubeProxyMode | undefined {
  const config = parseYaml(data['config.conf'] ?? data.config);
  return config && asMode(config.mode ?? '');
}

/** k3s and RKE2 start kube-proxy themselves and note on each node the arguments with which they were started. */
function modeInProcess(args: readonly string[] | undefined): KubeProxyMode | undefined {
  if (!args) return undefined;
  if (args.some((arg) => arg === '--disable-kube-proxy' || arg === '--disable-kube-proxy=true')) return 'none';
  const forProxy = args.flatMap((arg, index) => {
    if (arg === '--kube-proxy-arg') return [args[index + 1] ?? ''];
    return arg.startsWith('--kube-proxy-arg=') ? [arg.slice('--kube-proxy-arg='.length)] : [];
  });
  const mode = forProxy.map((arg) => /^(?:--)?proxy-mode=(.*)$/.exec(arg)?.[1]).find((value) => value !== undefined);
  return asMode(mode ?? '');
}

function isReplaced({ daemonSets, cniConfigs }: Evidence, cni: CniId | undefined): boolean {
  const replaces = cni && cniOf(cni).replacesKubeProxy;
  if (replaces === 'always') return true;
  if (cni && replaces) return replaces.values.includes(cniConfigs[cni]?.[replaces.key] ?? '');
  return (daemonSets ?? []).some((daemonSet) => daemonSet.name === 'kube-router' && servesServices(daemonSet));
}

/** On Linux an empty mode is iptables; whatever else is no mode of kube-proxy's is not known. */
function asMode(mode: unknown): KubeProxyMode | undefined {
  if (mode === '') return 'iptables';
  return mode === 'iptables' || mode === 'ipvs' || mode === 'nftables' ? mode : undefined;
}

function option(args: readonly string[], name: string): string | undefined {
  const index = args.indexOf(name);
  if (index >= 0) return args[index + 1];
  return args.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1);
}
