import type { ConfigData } from '../cluster/evidence.ts';
import type { DaemonSet } from '../kube/cluster.ts';
import { asObject, field, parseJson } from '../text/structured.ts';

/** What flannel's ConfigMap (kube-flannel-cfg, or canal's) says; undefined fields: not known. */
export interface FlannelConfig {
  /** vxlan, host-gw, … in lower case. */
  backend?: string;
  nftables?: boolean;
  ipv6?: boolean;
  /** The plug-in that the CNI plug-in `flannel` hands the pod to; bridge unless somebody set another. */
  delegate?: string;
}

/** The container that runs flanneld: installers call DaemonSet and container as they like. */
export function flanneldIn({ containers }: DaemonSet): DaemonSet['containers'][number] | undefined {
  return containers.find(
    ({ name, init, command, args }) =>
      !init &&
      (name === 'kube-flannel' || [...command, ...args].some((word) => /(?:^|[/\s])flanneld(?:\s|$)/.test(word))),
  );
}

/** Reads flannel's ConfigMap; what is missing in a readable file has flannel's default. */
export function parseFlannelConfig(data: ConfigData | undefined): FlannelConfig {
  const documents = Object.values(data ?? {}).map(parseJson);
  // The keys are the installer's choice; flanneld is told the file's name (--net-config-path).
  const net =
    parseJson(data?.['net-conf.json']) ?? documents.find((one) => one && ('Network' in one || 'IPv6Network' in one));
  const delegate = documents.map(delegateType).find((type) => type !== undefined);
  if (!net) return delegate === undefined ? {} : { delegate };
  const type = field(asObject(field(net, 'Backend')), 'Type');
  return {
    backend: typeof type === 'string' && /^[\w-]{1,32}$/.test(type) ? type.toLowerCase() : 'vxlan',
    nftables: field(net, 'EnableNFTables') === true,
    ipv6: field(net, 'EnableIPv6') === true,
    ...(delegate !== undefined && { delegate }),
  };
}

/**
 * Whether flanneld exits when bridge netfilter is not active: since v0.26.0, but since v0.28.0 not with EnableNFTables. undefined:
 * the image's tag is no version, or the configuration that matters is not known.
 */
export function exitsWithoutBridgeNetfilter(daemonSet: DaemonSet, config: FlannelConfig): boolean | undefined {
  const version = flannelVersion(daemonSet);
  if (!version) return undefined;
  if (version < release(0, 26)) return false;
  if (version < release(0, 28)) return true;
  return config.nftables === undefined ? undefined : !config.nftables;
}

/** From the tag of flanneld's image, as in flannel-io/flannel:v0.28.9 or rancher/hardened-flannel:v0.26.1-build1. */
function flannelVersion(daemonSet: DaemonSet): number | undefined {
  const tag = flanneldIn(daemonSet)?.image.split('@')[0]?.split('/').at(-1)?.split(':')[1] ?? '';
  const [, major, minor] = /^v?(\d{1,4})\.(\d{1,4})\b/.exec(tag) ?? [];
  return major === undefined || minor === undefined ? undefined : release(Number(major), Number(minor));
}

function release(major: number, minor: number): number {
  return major * 10_000 + minor;
}

function delegateType(conflist: ReturnType<typeof parseJson>): string | undefined {
  const plugins: unknown[] = Array.isArray(conflist?.plugins) ? conflist.plugins : [conflist];
  const flannel = plugins.map(asObject).find((plugin) => plugin?.type === 'flannel');
  const type = asObject(flannel?.delegate)?.type;
  return typeof type === 'string' ? type : undefined;
}
