import type { FlannelConfig } from '../cnis/flannel-config.ts';
import { type CniId, cniOf } from '../cnis/lookup.ts';
import type { ConfigData, Evidence } from './evidence.ts';
import { IP_FAMILIES, type IpFamily } from './profile.ts';

/**
 * The address families of pods and Services: the union of what the nodes' podCIDRs, the Service kubernetes, the ServiceCIDRs and the CNI
 * say, since that Service has one family even on a dual-stack cluster, and many CNIs leave podCIDRs empty. undefined: none of them says
 * anything.
 * @param cni the one in use: the annotations of another are left over
 */
export function ipFamilies(
  evidence: Evidence,
  cni: CniId | undefined,
  config: ConfigData,
  flannel: FlannelConfig,
): IpFamily[] | undefined {
  const { nodes, kubernetesService: service, serviceCidrs = [] } = evidence;
  const annotated = cni ? (cniOf(cni).families ?? []) : [];
  const texts = nodes.flatMap(({ podCIDRs, annotations }) => [
    ...podCIDRs,
    ...annotated.map((name) => annotations[name] ?? ''),
  ]);
  const addresses = [...texts, ...(service?.clusterIPs ?? []), ...serviceCidrs].flatMap(addressesIn);
  const families = new Set<string>([...addresses.map(familyOf), ...(service?.ipFamilies ?? [])]);
  if (flannel.ipv6 || config['enable-ipv6'] === 'true') families.add('IPv6');
  const known = IP_FAMILIES.filter((family) => families.has(family));
  return known.length > 0 ? known : undefined;
}

/** The words of a text, such as JSON or a list, that may be addresses or CIDRs. */
function addressesIn(text: string): string[] {
  return text.split(/[^0-9A-Fa-f.:/]+/);
}

/** Of an address or CIDR; the "None" of a headless Service is neither. */
function familyOf(address: string): string {
  if (/^[0-9a-f]{0,4}:[0-9a-f:.]*:[0-9a-f:.]*(\/\d+)?$/i.test(address)) return 'IPv6';
  return /^\d+(\.\d+){3}(\/\d+)?$/.test(address) ? 'IPv4' : '';
}
