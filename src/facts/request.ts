/** What rules ask a node for. */
export interface FactsRequest {
  /** Dotted keys; an interface may be a shell pattern: net.ipv4.conf.{lxc*,cilium_*}.rp_filter. */
  readonly sysctls: readonly string[];
  /** With underscores. */
  readonly modules: readonly string[];
  /** Those of the modules that nothing loads by itself, so that units and udev rules that do are followed. */
  readonly persistent: readonly string[];
  /** Options of the kernel's configuration: CONFIG_X. */
  readonly options: readonly string[];
  readonly kinds: readonly FactKind[];
}

/** bridges of the node, the CNI's configuration, default routes that a router has advertised. */
export type FactKind = 'bridges' | 'cni' | 'routes';

/** Several requests as one: sorted, each thing once. */
export function mergeRequests(requests: readonly Partial<FactsRequest>[]): FactsRequest {
  const all = <Key extends keyof FactsRequest>(key: Key) =>
    [...new Set(requests.flatMap((request) => (request[key] ?? []) as FactsRequest[Key][number][]))].sort();
  return {
    sysctls: all('sysctls'),
    modules: all('modules'),
    persistent: all('persistent'),
    options: all('options'),
    kinds: all('kinds'),
  };
}
