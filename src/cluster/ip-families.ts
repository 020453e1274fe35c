import type { FlannelConfig } from '../cnis/flannel-config.ts';
import type { Evidence } from './evidence.ts';
import type { IpFamily } from './profile.ts';

/**
 * The address families of pods and Services: the union of what the nodes' podCIDRs, the Service kubernetes and the CNI say, since
 * that Service has one family even on a dual-stack cluster. undefined: none of them says anything.
 */
export function ipFamilies(evidence: Evidence, flannel: FlannelConfig): IpFamily[] | undefined {
  const { nodes, kubernetesService: service, cniConfigs } = evidence;
  const addresses = [...nodes.flatMap(({ podCIDRs }) => podCIDRs), ...(service?.clusterIPs ?? [])];
  const families = new Set<string>([...addresses.map(familyOf), ...(service?.ipFamilies ?? [])]);
  if (flannel.ipv6 || cniConfigs.cilium?.['enable-ipv6'] === 'true') families.add('IPv6');
  const known = (['IPv4', 'IPv6'] as const).filter((family) => families.has(family));
  return known.length > 0 ? known : undefined;
}

/** Of an address or CIDR; the "None" of a headless Service is neither. */
function familyOf(address: string): string {
  if (address.includes(':')) return 'IPv6';
  return address.includes('.') ? 'IPv4' : '';
}
